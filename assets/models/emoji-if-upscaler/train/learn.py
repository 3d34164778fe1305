"""Train the network on the pictures made by pairs.py; CPU or one GPU with the same code; resumes.

Loss, EMA, seeds and resume are emoji-if's train.py. The low-resolution picture is enlarged (bilinear, corners aligned)
and noised to a random level, which the network is told (noise conditioning augmentation, Ho et al. 2021,
arXiv:2106.15282; Saharia et al. 2022, arXiv:2205.11487).

    python learn.py --data data --stage1 ../../emoji-if/train/data --run run --phases 64:16:60000 128:4:6000
A phase is size:batch:images, where the size is that of the parts that are cut out of the pictures.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import shared
from network import SIDE, estimate, make_scheduler, make_unet
from pairs import LOW
from train import EMPTY, arguments, train

MOST_NOISE = 400  # level of the low-resolution picture; the published pipeline uses 250, with views 50
NEGATIVE = 0.1  # share of inverted pictures, for the anagram view that inverts
SOFT = 0.5  # share of low-resolution pictures that are softened, because samples are softer than pictures


def enlarged(low):
    """[n, 3, 64, 64] -> [n, 3, 256, 256]"""
    return F.interpolate(low, size=(SIDE, SIDE), mode="bilinear", align_corners=True)


class Pairs:
    """Random batches of parts of the pictures, in [-1, 1], turned and mirrored at random."""

    def __init__(self, folder: Path, stage1: Path, part="train"):
        self.high = np.memmap(folder / f"{part}-high.u8", np.uint8, "r").reshape(-1, SIDE, SIDE, 3)
        self.low = np.memmap(folder / f"{part}-low.u8", np.uint8, "r").reshape(-1, LOW, LOW, 3)
        self.ids = np.load(folder / f"{part}.npy")
        self.text = np.load(stage1 / "captions.npy", mmap_mode="r")
        self.bar = make_scheduler().alphas_cumprod.numpy()

    def batch(self, rng, n: int, size: int):
        rows = np.sort(rng.integers(0, len(self.ids), n))
        low = torch.from_numpy(self.low[rows].astype(np.float32) / 127.5 - 1).permute(0, 3, 1, 2)
        softness = np.where(rng.random(n) < SOFT, rng.uniform(0, 0.7, n), 0).astype(np.float32)
        blurred = F.avg_pool2d(low, 3, 1, 1, count_include_pad=False)
        low = enlarged(torch.lerp(low, blurred, torch.from_numpy(softness)[:, None, None, None]))
        low = low.permute(0, 2, 3, 1).numpy()  # [n, 256, 256, 3]
        x = np.empty((n, size, size, 3), np.float32)
        near = np.empty_like(x)
        for i, row in enumerate(rows):
            # Of two parts, the one with more in it: much of a picture is empty ground.
            corners = rng.integers(0, SIDE - size + 1, (2, 2))
            parts = [self.high[row, y : y + size, x : x + size] for y, x in corners]
            best = int(parts[1].std() > parts[0].std())
            y0, x0 = corners[best]
            pair = np.stack([parts[best] / np.float32(127.5) - 1, low[i, y0 : y0 + size, x0 : x0 + size]])
            pair = np.rot90(pair, rng.integers(4), (1, 2))
            pair = pair[:, ::-1] if rng.random() < 0.5 else pair
            x[i], near[i] = -pair if rng.random() < NEGATIVE else pair
        level = rng.integers(0, MOST_NOISE + 1, n)
        bar = self.bar[level][:, None, None, None]
        near = np.sqrt(bar) * near + np.sqrt(1 - bar) * rng.standard_normal(near.shape, np.float32)
        captions = self.ids[rows, rng.integers(0, self.ids.shape[1], n)]
        captions[rng.random(n) < EMPTY] = 0
        text = torch.from_numpy(self.text[captions].astype(np.float32))
        x, near = (torch.from_numpy(v).permute(0, 3, 1, 2) for v in (x, near))  # channels_last as they come
        return x, (text, near, torch.from_numpy(level))


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--stage1", type=Path, default=shared.FOLDER / "data", help="emoji-if's data folder, for its captions")
    parser.set_defaults(phases=["64:16:60000", "128:4:6000"], rate=1e-3, ema=0.998)
    args = parser.parse_args()
    train(args, make_unet, Pairs(args.data, args.stage1), estimate)


if __name__ == "__main__":
    main()
