"""Measure an exported folder on the test part of pairs.py, against bilinear and bicubic enlargement, and draw a sheet.

The test part's icons are from a set that training never saw. Pictures are enlarged as the bot does it: DDPM with learned
variance and clipping, the low-resolution picture noised once, and its pixels held (gpu/pipelines/upscale/faithful.ts). The
weights are loaded with diffusers' from_pretrained.

    python evaluate.py --model .. --data data --own ../../emoji-if --sheet ../samples.webp
    python evaluate.py --model .. --data data --guidance 1 2 4      to choose guidanceScale
    python evaluate.py --model .. --data data --free                without holding the pixels
Prints, as means over the pictures: PSNR in dB over the whole picture; PSNR over its edges (the 10 % of pixels with the
steepest gradient in the original); and sharpness, the gradient there as a share of the original's.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, UNet2DConditionModel
from PIL import Image, ImageDraw

import shared
from contact_sheet import TIMESTEPS, sample
from learn import Pairs, enlarged
from network import SIDE, estimate
from pairs import LOW
from text import TextEncoder

EDGES = 0.1
OWN = ["an oil painting of a snowy mountain village", "a photo of a dog", "a rocket ship"]  # stage I's samples on the sheet


@torch.no_grad()
def enlarge(unet, scheduler, low, text, empty, level, args, guidance, seeds):
    """low: [n, 3, 64, 64] in [-1, 1]; text: [n, 77, 384]; empty: [1, 77, 384]; seeds: one per picture, for noise drawn on the
    CPU -> [n, 3, 256, 256] in [-1, 1]"""
    device, n = unet.device, len(low)
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    noise = lambda: torch.stack([torch.randn(3, SIDE, SIDE, generator=g) for g in generators]).to(device)  # noqa: E731
    x, levels = noise(), torch.full((n,), level, device=device)
    near = scheduler.add_noise(enlarged(low), noise(), levels)
    scheduler.set_timesteps(timesteps=args.timesteps)
    for t in scheduler.timesteps:
        out = estimate(unet, x, t, text, near, levels)
        if guidance != 1:
            plain = estimate(unet, x, t, empty.expand(n, -1, -1), near, levels)
            eps = plain[:, :3] + guidance * (out[:, :3] - plain[:, :3])
            out = torch.cat([eps, out[:, 3:]], 1)
        if not args.free:
            out = torch.cat([faithful(x, out[:, :3], low, scheduler.alphas_cumprod[t]), out[:, 3:]], 1)
        x = scheduler.step(out, t, x, generator=generators).prev_sample
    return x.clamp(-1, 1)


def faithful(x, noise, low, bar):
    """Corrects the estimated noise [n, 3, 256, 256] to make the mean of every 4x4 block of the estimated picture the pixel of
    `low` (Wang et al. 2023, arXiv:2212.00490, eq. 13). bar: the product of the alphas up to this step"""
    x0 = ((x - (1 - bar).sqrt() * noise) / bar.sqrt()).clamp(-1, 1)
    x0 = x0 + F.interpolate(low - F.avg_pool2d(x0, SIDE // LOW), scale_factor=SIDE // LOW, mode="nearest")
    return (x - bar.sqrt() * x0) / (1 - bar).sqrt()


def bicubic(low):
    """[n, 3, 64, 64] in [-1, 1] -> [n, 3, 256, 256], by Pillow's filter, as people would enlarge it"""
    pictures = [np.array(picture(p).resize((SIDE, SIDE), Image.BICUBIC)) for p in low.cpu()]
    return torch.from_numpy(np.stack(pictures)).to(low.device).permute(0, 3, 1, 2) / 127.5 - 1


def columns_of(unet, scheduler, low, text, empty, args, guidances) -> dict:
    """The columns of the sheet: name -> [n, 3, 256, 256]"""
    columns = {"64 pixels": F.interpolate(low, scale_factor=4, mode="nearest"), "bilinear": enlarged(low), "bicubic": bicubic(low)}
    batch = 1 if unet.device.type == "cpu" else 8
    for level in args.levels:
        for guidance in guidances:
            parts = zip(low.split(batch), text.split(batch), torch.arange(args.seed, args.seed + len(low)).split(batch))
            columns[f"stage II, level {level}, guidance {guidance:g}"] = torch.cat(
                [enlarge(unet, scheduler, l, c, empty, level, args, guidance, s.tolist()) for l, c, s in parts]
            )
    return columns


def steepness(x):
    """[n, 3, H, W] -> magnitude of the grey picture's gradient, [n, H, W]"""
    grey = F.pad(x.mean(1, keepdim=True), (1, 1, 1, 1), mode="replicate")
    dx, dy = grey[..., 1:-1, 2:] - grey[..., 1:-1, :-2], grey[..., 2:, 1:-1] - grey[..., :-2, 1:-1]
    return (dx.square() + dy.square()).sqrt()[:, 0]


def figures(x, original) -> dict:
    error = ((x - original) / 2).square().mean(1)  # [n, H, W], of pictures in [0, 1]
    steep = steepness(original)
    edges = steep >= steep.flatten(1).quantile(1 - EDGES, dim=1)[:, None, None]
    psnr = lambda e: float(np.mean([-10 * np.log10(max(float(v), 1e-10)) for v in e]))  # noqa: E731
    at_edges = (error * edges).sum((1, 2)) / edges.sum((1, 2))
    sharp = (steepness(x) * edges).sum((1, 2)) / (steep * edges).sum((1, 2))
    return {"PSNR": psnr(error.mean((1, 2))), "edges": psnr(at_edges), "sharpness": float(sharp.mean())}


def picture(x):
    return Image.fromarray(((x.permute(1, 2, 0) + 1) * 127.5).round().clamp(0, 255).byte().cpu().numpy())


def sheet(columns: dict, path: Path, side=192, head=16):
    """columns: name -> [n, 3, 256, 256]"""
    rows = len(next(iter(columns.values())))
    page = Image.new("RGB", (len(columns) * (side + 2), head + rows * (side + 2)), "white")
    for i, (name, pictures) in enumerate(columns.items()):
        ImageDraw.Draw(page).text((i * (side + 2) + 2, 1), name, fill="black", font_size=12)
        for j, p in enumerate(pictures):
            page.paste(picture(p).resize((side, side), Image.LANCZOS), (i * (side + 2), head + j * (side + 2)))
    page.save(path, quality=85, method=6)


def own(folder: Path, guidance: float, device):
    """Stage I's samples of OWN -> pictures in [-1, 1], embeddings of their prompts, embeddings of the empty prompt"""
    unet = UNet2DConditionModel.from_pretrained(folder / "unet").eval().to(device, memory_format=torch.channels_last)
    encoded = TextEncoder(folder)([*OWN, ""]).to(device)
    seeds = range(150, 150 + len(OWN))
    low = sample(unet, DDPMScheduler.from_pretrained(folder / "scheduler"), encoded, guidance, seeds) * 2 - 1
    return low, encoded[:-1], encoded[-1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--stage1", type=Path, default=shared.FOLDER / "data", help="emoji-if's data folder, for its captions")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--levels", type=int, nargs="+", default=[250, 50])
    parser.add_argument("--timesteps", type=int, nargs="+", default=TIMESTEPS, help="descending; default: 990, 960, ..., 0")
    parser.add_argument("--free", action="store_true", help="do not hold the small picture's pixels")
    parser.add_argument("--guidance", type=float, nargs="+", default=[1.0])
    parser.add_argument("--own", type=Path, help="emoji-if's folder, to add some of its samples to the sheet")
    parser.add_argument("--own-guidance", type=float, default=4.0, help="emoji-if's guidanceScale")
    parser.add_argument("--seed", type=int, default=150)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--rows", type=int, default=3, help="pictures of the test part on the sheet")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    unet = UNet2DConditionModel.from_pretrained(args.model / "unet").eval().to(device, memory_format=torch.channels_last)
    scheduler = DDPMScheduler.from_pretrained(args.model / "scheduler")
    pairs = Pairs(args.data, args.stage1, torch.device("cpu"), "test")
    high, low = (p[: args.count].to(device).permute(0, 3, 1, 2) / 127.5 - 1 for p in (pairs.high, pairs.low))
    table, ids = pairs.captions.table, pairs.captions.ids
    text, empty = table[ids[: args.count, 0]].float().to(device), table[:1].float().to(device)
    columns = columns_of(unet, scheduler, low, text, empty, args, args.guidance) | {"original": high}
    for name, pictures in columns.items():
        f = figures(pictures, high)
        print(f"{name:32} PSNR {f['PSNR']:6.2f}  edges {f['edges']:6.2f}  sharpness {f['sharpness']:.3f}", flush=True)
    if args.sheet:
        shown = {name: pictures[: args.rows] for name, pictures in columns.items()}
        if args.own:
            low, text, empty = own(args.own, args.own_guidance, device)
            more = columns_of(unet, scheduler, low, text, empty, args, args.guidance)
            more["original"] = torch.ones_like(more["bicubic"])  # blank, as samples have no original
            shown = {name: torch.cat([pictures, more[name]]) for name, pictures in shown.items()}
        sheet(shown, args.sheet)


if __name__ == "__main__":
    main()
