"""Train the network on the pictures made by pairs.py, on CPUs or one GPU; resumes.

Loss, EMA, seeds and resuming come from emoji-if's train.py. The low-resolution picture is enlarged (bilinear, corners aligned)
and noised to a random level, which the network gets too (noise conditioning augmentation, Ho et al. 2021,
arXiv:2106.15282; Saharia et al. 2022, arXiv:2205.11487).

    python learn.py --data data --stage1 ../../emoji-if/train/data --run run --phases 64:16:60000 128:4:6000
    python learn.py ... --minutes 7 --phases 64:128:0.35 128:64:0.4 256:32:0.25 --rate 2e-3 --compile

A phase is size:batch:images, or with --minutes size:batch:share of the time; the size is that of the parts cut from the
pictures.
"""

from pathlib import Path

import torch
import torch.nn.functional as F

import shared
from network import SIDE, estimate, make_scheduler, make_unet
from pairs import LOW
from pool import Captions, chance, draw, stored
from train import arguments, train

MOST_NOISE = 400  # highest level of the low-resolution picture; sampling uses 250, or 50 with views
NEGATIVE = 0.1  # share of inverted pictures, for the anagram view `invert`
SOFT = 0.5  # share of softened low-resolution pictures, because samples are softer than pictures
MOST_SOFT = 0.7  # highest share of a 3x3 mean in them
# The low-resolution picture gives the layout, so the noisy steps are easy; edges are decided in the less noisy ones.
MOST, BEND = 3.0, 1.0


def enlarged(low):
    """[n, 3, 64, 64] -> [n, 3, 256, 256]"""
    return F.interpolate(low, size=(SIDE, SIDE), mode="bilinear", align_corners=True)


def turned(g, *pictures):
    """Turns each row by a multiple of 90 degrees, mirrors and inverts it at random, identically in all of `pictures`."""
    n = len(pictures[0])
    for flip in (lambda x: x.transpose(2, 3), lambda x: x.flip(2), lambda x: x.flip(3)):  # combined, all eight orientations
        lucky = chance(g, n, 0.5)
        pictures = [torch.where(lucky, flip(x), x) for x in pictures]
    sign = torch.where(chance(g, n, NEGATIVE), -1.0, 1.0)
    return [x * sign for x in pictures]


class Pairs:
    """Random batches of parts of the pictures, in [-1, 1]."""

    def __init__(self, folder: Path, stage1: Path, device, part="train"):
        self.high = stored(folder, f"{part}-high.u8", device, -1, SIDE, SIDE, 3)
        self.low = stored(folder, f"{part}-low.u8", device, -1, LOW, LOW, 3)
        self.captions = Captions(stored(folder, f"{part}.npy", device), stored(stage1, "captions.npy", device))
        self.bar = make_scheduler().alphas_cumprod.to(device)

    def parts(self, rows, corners, size: int):
        """corners: top and left, [n, 2] -> the parts of the pictures of these rows, uint8 [n, size, size, 3]"""
        along = torch.arange(size, device=rows.device)
        top, left = (corners[:, i, None] + along for i in range(2))
        return self.high[rows[:, None, None], top[:, :, None], left[:, None, :]]

    def batch(self, g, n: int, size: int):
        """-> [n, 3, size, size], (text [n, 77, 384], the noised enlarged part [n, 3, size, size], its level [n])"""
        rows = draw(g, n, 0, len(self.high))
        # The busier of two parts, because much of a picture is empty background.
        corners = draw(g, 4 * n, 0, SIDE - size + 1).view(2, n, 2)
        first, second = (self.parts(rows, c, size).float() for c in corners)
        fuller = second.flatten(1).std(1) > first.flatten(1).std(1)
        x = torch.where(fuller[:, None, None, None], second, first).permute(0, 3, 1, 2) / 127.5 - 1
        top, left = torch.where(fuller[:, None], corners[1], corners[0]).T
        low = self.low[rows].permute(0, 3, 1, 2).float() / 127.5 - 1
        softness = torch.rand(n, 1, 1, 1, device=g.device, generator=g) * MOST_SOFT * chance(g, n, SOFT)
        big = enlarged(torch.lerp(low, F.avg_pool2d(low, 3, 1, 1, count_include_pad=False), softness))
        along, every = torch.arange(size, device=g.device), torch.arange(n, device=g.device)[:, None, None]
        near = big.permute(0, 2, 3, 1)[every, (top[:, None] + along)[:, :, None], (left[:, None] + along)[:, None, :]]
        x, near = turned(g, x, near.permute(0, 3, 1, 2))
        level = draw(g, n, 0, MOST_NOISE + 1)
        bar = self.bar[level][:, None, None, None]
        near = bar.sqrt() * near + (1 - bar).sqrt() * torch.randn(near.shape, device=g.device, generator=g)
        return x, (self.captions.draw(g, rows), near.contiguous(memory_format=torch.channels_last), level)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--stage1", type=Path, default=shared.FOLDER / "data", help="emoji-if's data folder, for its captions")
    parser.set_defaults(phases=["64:16:60000", "128:4:6000"], rate=1e-3, ema=[0.998], most=MOST, bend=BEND)
    args = parser.parse_args()
    captions = lambda folder: args.stage1 if folder == args.data else folder  # noqa: E731
    train(args, make_unet, lambda folder, device: Pairs(folder, captions(folder), device), estimate)


if __name__ == "__main__":
    main()
