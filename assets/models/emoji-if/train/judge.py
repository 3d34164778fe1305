"""The judge: a small network that says which of the 59 objects and 6 scenes a 64x64 picture shows.

It measures the generator (evaluate.py), so it must know the things and not the drawings: it is trained on icons of
some artists and tested on icons of others. Scenes are drawn by one program, so there only the seeds and the pasted
icons are held out, and its accuracy on scenes says less. Both halves are composed by data.py's painter.

    python judge.py train --data data --run run-judge     judge.safetensors (fp16) and its SHA-256
    python judge.py test  --data data                     accuracy on the artists held out
"""

import argparse
import hashlib
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

from data import CONCEPTS, HERE, SIZE, Painter
from scenes import SCENES, STYLES

CLASSES = list(CONCEPTS) + list(SCENES)
WEIGHTS = HERE / "judge.safetensors"
# Whole artists on one side or the other: Google's two sets and Microsoft's two stay together. The two held out are
# the only other artists who drew every one of the 59 objects.
HELD_OUT = ["twemoji", "emojione"]
TRAINED_ON = ["noto", "noto-v1", "fluent-emoji", "fluent-emoji-flat", "fxemoji", "streamline-emojis", "flat-color-icons"]
STYLE_SHARES = [0.5, 0.15, 0.15, 0.1, 0.1]  # of STYLES, in their order
WIDTHS = (24, 48, 96, 160)


class Residual(nn.Module):
    """Two 3x3 convolutions added to their input (He et al. 2016, arXiv:1512.03385); [n, c, h, w] -> the same."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.norm2 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)

    def forward(self, x):
        return F.relu(x + self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))))


class Judge(nn.Module):
    """[n, 3, 64, 64] in [0, 1] -> logits [n, 65]. Halves the picture four times; 74 MFLOP a picture (a multiply-add is 2)."""

    def __init__(self):
        super().__init__()
        layers, before = [], 3
        for i, width in enumerate(WIDTHS):
            layers += [nn.Conv2d(before, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            layers += [Residual(width)] if i > 0 else []
            before = width
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(before, len(CLASSES))

    def forward(self, x):
        x = self.layers(x * 2 - 1)
        return self.head(F.dropout(x.mean((2, 3)), 0.2, self.training))

    @torch.no_grad()
    def probabilities(self, pictures):
        """[n, 3, 64, 64] in [0, 1] -> [n, 65]: the mean over the picture and its mirror image."""
        return torch.cat([(self(p).softmax(1) + self(p.flip(3)).softmax(1)) / 2 for p in pictures.split(256)])


def sha256() -> str:
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()


def load_judge(wanted: str | None = None) -> Judge:
    """The frozen judge; with `wanted`, a ValueError if the file's SHA-256 is another."""
    if wanted and sha256() != wanted:
        raise ValueError(f"{WEIGHTS.name} has SHA-256 {sha256()}, but the figures were made with the judge {wanted}")
    judge = Judge()
    judge.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(WEIGHTS).items()})
    return judge.eval()


def paint(data: Path, sets: list[str], count: int, seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`count` pictures of every class as often -> pixels [n, 64, 64, 3] uint8, classes [n], styles [n]"""
    painter, rng = Painter(data, sets), np.random.default_rng(seed)
    pixels = np.empty((count, SIZE, SIZE, 3), np.uint8)
    classes = np.arange(count) % len(CLASSES)
    styles = rng.choice(len(STYLES), size=count, p=STYLE_SHARES)
    for i in range(count):
        pixels[i] = painter.paint(rng, list(STYLES)[styles[i]], CLASSES[classes[i]])[0]
    return pixels, classes, styles


def as_batch(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255


def augment(x, g):
    """Shapes bent, moved and scaled, colours changed, blurred, noisy: so that no artist's edges and no texture
    decide. [n, 3, 64, 64] in [0, 1]"""
    n = len(x)
    rand = lambda low, high, *shape: torch.rand(n, *shape, generator=g) * (high - low) + low  # noqa: E731
    # an affine map of the picture: scale, aspect, a turn (radians), a shift (half widths); mirrored half the time
    turn, zoom, aspect = rand(-0.22, 0.22), rand(0.88, 1.3), rand(0.9, 1.1)
    mirror = torch.where(rand(0, 1) < 0.5, -1.0, 1.0)
    rows = [turn.cos() * zoom * aspect * mirror, -turn.sin() * zoom, rand(-0.14, 0.14)]
    rows += [turn.sin() * zoom * mirror, turn.cos() * zoom / aspect, rand(-0.14, 0.14)]
    grid = F.affine_grid(torch.stack(rows, 1).view(n, 2, 3), x.shape, align_corners=False)
    bend = F.interpolate(rand(-1, 1, 2, 5, 5), x.shape[-1], mode="bicubic", align_corners=True)  # smooth, per picture
    grid = grid + (bend * rand(0, 0.09, 1, 1, 1)).permute(0, 2, 3, 1)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    # colours: saturation, then contrast and tint around the middle, then gamma
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * rand(0.4, 1.5, 1, 1, 1)
    x = (x - 0.5) * rand(0.7, 1.25, 1, 1, 1) * rand(0.85, 1.15, 3, 1, 1) + 0.5 + rand(-0.12, 0.12, 3, 1, 1)
    x = x.clamp(1e-3, 1) ** rand(0.75, 1.35, 1, 1, 1)
    # half of them out of focus, half of them noisy
    soft = F.avg_pool2d(F.pad(x, (2, 2, 2, 2), mode="replicate"), 5, 1)
    x = x + (soft - x) * rand(-0.9, 0.9, 1, 1, 1).clamp(min=0)
    x = x + torch.randn(x.shape, generator=g) * rand(-0.09, 0.09, 1, 1, 1).clamp(min=0)
    return x.clamp(0, 1)


def ranks_of(probabilities, classes):
    """How many classes are likelier than the right one: 0 is top-1, below 5 is top-5. [n, 65], [n] -> [n]"""
    right = probabilities.gather(1, classes[:, None])
    return (probabilities > right).sum(1)


def rates(ranks) -> dict:
    ranks = torch.as_tensor(ranks)
    return {"n": len(ranks), "top1": (ranks < 1).float().mean().item(), "top5": (ranks < 5).float().mean().item()}


def test(judge: Judge, data: Path, count: int) -> dict:
    """Accuracy on pictures of the artists held out: objects by style, and scenes."""
    pixels, classes, styles = paint(data, HELD_OUT, count, (1, 1))
    ranks = ranks_of(judge.probabilities(as_batch(pixels)), torch.from_numpy(classes))
    objects = classes < len(CONCEPTS)
    report = {"all": rates(ranks), "objects": rates(ranks[objects]), "scenes (seeds held out)": rates(ranks[~objects])}
    for i, style in enumerate(STYLES):
        report[f"objects, {style}"] = rates(ranks[objects & (styles == i)])
    return report


def train(args) -> None:
    args.run.mkdir(parents=True, exist_ok=True)
    pool = args.run / f"pool-{args.count}.npz"
    if not pool.exists():
        pixels, classes, _ = paint(args.data, TRAINED_ON, args.count, (1, 0))
        np.savez(pool, pixels=pixels, classes=classes)
    with np.load(pool) as saved:
        pixels, classes = saved["pixels"], torch.from_numpy(saved["classes"])
    torch.manual_seed(args.seed)
    g = torch.Generator().manual_seed(args.seed)
    judge = Judge().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=args.rate, weight_decay=0.05)
    step, steps = 0, args.epochs * (args.count // args.batch)
    last, saved_at = args.run / "last.pt", time.time()
    if last.exists():
        saved = torch.load(last, weights_only=True)
        judge.load_state_dict(saved["judge"])
        optimizer.load_state_dict(saved["optimizer"])
        step = saved["step"]
        g.manual_seed(args.seed + step)
    judge.train()
    losses, hits = [], []
    while step < steps:
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        rows = torch.randint(args.count, (args.batch,), generator=g)
        x = augment(as_batch(pixels[rows.numpy()]), g).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = judge(x)
        loss = F.cross_entropy(logits.float(), classes[rows], label_smoothing=0.1)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        losses.append(loss.item())
        hits.append((logits.argmax(1) == classes[rows]).float().mean().item())
        if step % 100 == 0 or step == steps:
            print(f"{step}/{steps} loss {np.mean(losses):.3f} right {np.mean(hits):.3f}", flush=True)
            losses, hits = [], []
        if time.time() - saved_at > 60 or step == steps:
            torch.save({"judge": judge.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, last.with_suffix(".new"))
            os.replace(last.with_suffix(".new"), last)
            saved_at = time.time()
    state = {k: v.half() if v.is_floating_point() else v for k, v in judge.state_dict().items()}
    save_file({k: v.contiguous() for k, v in state.items()}, WEIGHTS)
    WEIGHTS.chmod(0o644)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["train", "test"])
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--run", type=Path, default=HERE / "run-judge")
    parser.add_argument("--count", type=int, default=26000, help="training pictures")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.verb == "train":
        train(args)
    print(json.dumps(test(load_judge(), args.data, 3900), indent=2))
    print("SHA-256", sha256(), f"{WEIGHTS.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
