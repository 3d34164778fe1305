"""The judge: a small network that says which thing of concepts.json or which scene a 64x64 picture shows.

It measures the generator (evaluate.py), so it must recognise the things and not the drawings: it is trained on the icons of
some artists and tested on those of others. Scenes are drawn by one program, so there only the seeds and the pasted icons
are held out, and accuracy on scenes means less. data.py's painter composes all pictures. Uses a GPU if there is one.

    python judge.py train --data data --run run-judge --judge FILE   writes fp16 weights and prints their SHA-256
    python judge.py test  --data data --judge FILE                   prints the accuracy on the held-out artists
"""

import argparse
import hashlib
import json
import math
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

import arithmetic
from data import CONCEPTS, HERE, SIZE, Painter
from scenes import SCENES, STYLES

CLASSES = list(CONCEPTS) + list(SCENES)
WEIGHTS = HERE / "judge.safetensors"
# All sets of an artist are on the same side: Google's two, and Microsoft's two. Of the two held-out sets Twemoji has every
# object, and EmojiOne those up to Emoji 5.
HELD_OUT = ["twemoji", "emojione"]
TRAINED_ON = ["noto", "noto-v1", "fluent-emoji", "fluent-emoji-flat", "fxemoji", "streamline-emojis", "flat-color-icons"]
STYLE_SHARES = [0.5, 0.15, 0.15, 0.1, 0.1]  # in the order of STYLES
WIDTHS = (32, 64, 128, 256)
FIRST_WIDTHS = (24, 48, 96, 160)  # the first judge's, whose file names neither its widths nor its classes
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Residual(nn.Module):
    """Two 3x3 convolutions added to their input (He et al. 2016, arXiv:1512.03385); [n, c, h, w] -> the same."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.norm2 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)

    def forward(self, x):
        return F.relu(x + self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))))


class Judge(nn.Module):
    """[n, 3, 64, 64] in [0, 1] -> logits [n, classes]. Halves the picture four times."""

    def __init__(self, classes: list[str] = CLASSES, widths=WIDTHS):
        super().__init__()
        self.classes, self.widths = classes, widths
        layers, before = [], 3
        for i, width in enumerate(widths):
            layers += [nn.Conv2d(before, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            layers += [Residual(width)] if i > 0 else []
            before = width
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(before, len(classes))

    def forward(self, x):
        x = self.layers(x * 2 - 1)
        return self.head(F.dropout(x.mean((2, 3)), 0.2, self.training))

    @torch.no_grad()
    def probabilities(self, pictures):
        """[n, 3, 64, 64] in [0, 1] -> [n, classes] on the CPU, the mean over the picture and its mirror image."""
        parts = (p.to(self.head.weight.device) for p in pictures.split(256))
        return torch.cat([(self(p).softmax(1) + self(p.flip(3)).softmax(1)).cpu() / 2 for p in parts])


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def save_judge(judge: Judge, file: Path) -> None:
    state = {k: v.half() if v.is_floating_point() else v for k, v in judge.state_dict().items()}
    known = {"classes": json.dumps(judge.classes), "widths": json.dumps(judge.widths)}
    save_file({k: v.cpu().contiguous() for k, v in state.items()}, file, known)
    file.chmod(0o644)


def load_judge(file: Path = WEIGHTS, wanted=None) -> Judge:
    """Loads a judge. wanted: SHA-256s; raises ValueError if the file's is not among them."""
    if wanted and sha256(file) not in wanted:
        raise ValueError(f"{file.name} has SHA-256 {sha256(file)}, not the frozen judge's {' or '.join(wanted)}")
    with safe_open(file, "pt") as saved:
        known = saved.metadata() or {}
        state = {k: saved.get_tensor(k) for k in saved.keys()}  # noqa: SIM118
    if "classes" in known:
        judge = Judge(json.loads(known["classes"]), json.loads(known["widths"]))
    else:  # new concepts are added at the end of concepts.json
        judge = Judge(list(CONCEPTS)[: len(state["head.bias"]) - len(SCENES)] + list(SCENES), FIRST_WIDTHS)
    judge.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state.items()})
    return judge.eval().to(DEVICE)


def chunk(job) -> np.ndarray:
    data, sets, names, styles, seed = job
    painter, rng = Painter(data, sets), np.random.default_rng(seed)
    return np.stack([painter.paint(rng, style, name)[0] for style, name in zip(styles, names)])


def paint(data: Path, sets: list[str], classes: list[str], count: int, seed, processes: int):
    """`count` pictures, each class equally often -> pixels [n, 64, 64, 3] uint8, classes [n], styles [n]"""
    numbers = np.arange(count) % len(classes)
    styles = np.random.default_rng(seed).choice(len(STYLES), size=count, p=STYLE_SHARES)
    per, jobs = 500, []
    for i in range(0, count, per):
        names = [classes[k] for k in numbers[i : i + per]]
        jobs.append((data, sets, names, [list(STYLES)[k] for k in styles[i : i + per]], (*seed, i)))
    with multiprocessing.Pool(processes) as workers:
        return np.concatenate(list(workers.imap(chunk, jobs))), numbers, styles


def as_batch(pixels: np.ndarray | torch.Tensor) -> torch.Tensor:
    """uint8 [n, h, w, 3] -> [n, 3, h, w] in [0, 1]"""
    return torch.as_tensor(pixels).permute(0, 3, 1, 2).float() / 255


def augment(x, g):
    """Bends, moves, scales, recolours, blurs and adds noise, so the judge cannot rely on an artist's edges or textures.
    [n, 3, 64, 64] in [0, 1]"""
    n = len(x)
    rand = lambda low, high, *shape: torch.rand(n, *shape, generator=g, device=x.device) * (high - low) + low  # noqa: E731
    # an affine map: scale, aspect, rotation (radians), shift (half widths); mirrored half the time
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
    x = x + torch.randn(x.shape, generator=g, device=x.device) * rand(-0.09, 0.09, 1, 1, 1).clamp(min=0)
    return x.clamp(0, 1)


def ranks_of(probabilities, classes):
    """How many classes are more likely than the right one: 0 is top-1, below 5 is top-5. [n, classes], [n] -> [n]"""
    right = probabilities.gather(1, classes[:, None])
    return (probabilities > right).sum(1)


def rates(ranks) -> dict:
    ranks = torch.as_tensor(ranks)
    return {"n": len(ranks), "top1": (ranks < 1).float().mean().item(), "top5": (ranks < 5).float().mean().item()}


def test(judge: Judge, data: Path, count: int, processes: int) -> dict:
    """Accuracy on pictures from the held-out artists: objects by style and by artist, and scenes."""

    def ranks_on(sets, names, seed):
        pixels, numbers, styles = paint(data, sets, names, count, seed, processes)
        right = torch.tensor([judge.classes.index(names[k]) for k in numbers])
        return ranks_of(judge.probabilities(as_batch(pixels)), right), numbers, styles

    ranks, numbers, styles = ranks_on(HELD_OUT, judge.classes, (1, 1))
    objects = numbers < len(judge.classes) - len(SCENES)
    report = {"all": rates(ranks), "objects": rates(ranks[objects]), "scenes (seeds held out)": rates(ranks[~objects])}
    for i, style in enumerate(STYLES):
        report[f"objects, {style}"] = rates(ranks[objects & (styles == i)])
    for i, name in enumerate(HELD_OUT):
        drawn = Painter(data, [name]).icons
        report[f"objects, {name}"] = rates(ranks_on([name], [c for c in judge.classes if c in drawn], (1, 2 + i))[0])
    return report


def train(args) -> None:
    args.run.mkdir(parents=True, exist_ok=True)
    pool = args.run / f"pool-{args.count}.npz"
    if not pool.exists():
        pixels, classes, _ = paint(args.data, TRAINED_ON, CLASSES, args.count, (1, 0), args.processes)
        np.savez(pool, pixels=pixels, classes=classes)
    with np.load(pool) as saved:
        pixels, classes = torch.from_numpy(saved["pixels"]).to(DEVICE), torch.from_numpy(saved["classes"]).to(DEVICE)
    torch.manual_seed(args.seed)
    g = torch.Generator(DEVICE).manual_seed(args.seed)
    judge = Judge().to(DEVICE, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=args.rate, weight_decay=0.05)
    step, steps = 0, args.epochs * (args.count // args.batch)
    last, saved_at = args.run / "last.pt", time.time()
    if last.exists():
        saved = torch.load(last, weights_only=True, map_location=DEVICE)
        judge.load_state_dict(saved["judge"])
        optimizer.load_state_dict(saved["optimizer"])
        step = saved["step"]
        g.manual_seed(args.seed + step)
    judge.train()
    told = []
    while step < steps:
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        rows = torch.randint(args.count, (args.batch,), generator=g, device=DEVICE)
        x = augment(as_batch(pixels[rows]), g).contiguous(memory_format=torch.channels_last)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=arithmetic.has_fast_bf16()):
            logits = judge(x)
        loss = F.cross_entropy(logits.float(), classes[rows], label_smoothing=0.1)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        told.append(torch.stack([loss.detach(), (logits.argmax(1) == classes[rows]).float().mean()]))
        if step % 100 == 0 or step == steps:
            loss, right = torch.stack(told).mean(0).tolist()
            print(f"{step}/{steps} loss {loss:.3f} right {right:.3f}", flush=True)
            told = []
        if time.time() - saved_at > 60 or step == steps:
            torch.save({"judge": judge.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, last.with_suffix(".new"))
            os.replace(last.with_suffix(".new"), last)
            saved_at = time.time()
    save_judge(judge, args.judge)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["train", "test"])
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--run", type=Path, default=HERE / "run-judge")
    parser.add_argument("--judge", type=Path, default=WEIGHTS, help="the file that train writes and test reads")
    parser.add_argument("--count", type=int, default=106_000, help="training pictures")
    parser.add_argument("--test", type=int, default=5300, help="pictures to test on, and as many again for each artist")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.verb == "train":
        train(args)
    print(json.dumps(test(load_judge(args.judge), args.data, args.test, args.processes), indent=2))
    print("SHA-256", sha256(args.judge), f"{args.judge.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
