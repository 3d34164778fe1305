"""Sample an exported folder as the bot does and draw a labelled sheet.

DDPM with learned variance over t = 990, 960, ..., 0, dynamic thresholding (Saharia et al. 2022), guidance
with the conditional branch's variance. The weights are loaded with diffusers' from_pretrained.

    python contact_sheet.py --model .. --out ../samples.webp --guidance 5
    python contact_sheet.py --file phrases.json --out ../phrases.webp --guidance 4
    python contact_sheet.py --prompts "a high quality photo" --each 20 --out ../null.webp --guidance 4
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from PIL import Image, ImageDraw

from text import TextEncoder

COURSE = """a high quality photo
an oil painting of a snowy mountain village
a photo of the amalfi coast
a photo of a man
a photo of a hipster barista
a photo of a dog
an oil painting of people around a campfire
an oil painting of an old man
a lithograph of waterfalls
a lithograph of a skull
a man wearing a hat
a rocket ship
a pencil""".split("\n")

OTHERS = """a bear
a cat
a fire
a dragon
a sailboat
a tree
a robot
a donut
a red apple
a banana
the sun
a crescent moon
a ghost
a strawberry
a sunflower
a tropical fish
a bird
a car
a train
an airplane
a bicycle
a piano
a guitar
an alarm clock
a key
a volcano
a balloon at night
a birthday cake
a mushroom
a pineapple
a penguin in the snow
an octopus
a shark
a pencil sketch of a castle
an owl""".split("\n")


TIMESTEPS = list(range(990, -1, -30))


def guided(unet, text, guidance):
    """text [n + 1, 77, 384], the empty prompt last -> predict(x [n, 3, S, S], t): noise and variance [n, 6, S, S]"""
    empty = text[-1:].expand(len(text) - 1, -1, -1)

    def predict(x, t):
        if guidance == 1:
            return unet(x, t, text[:-1]).sample.float()
        u, c = unet(torch.cat([x, x]), t, torch.cat([empty, text[:-1]])).sample.float().chunk(2)
        return torch.cat([u[:, :3] + guidance * (c[:, :3] - u[:, :3]), c[:, 3:]], 1)

    return predict


def make_noise(generators, size=64):
    """Noise for one picture per generator, drawn on the CPU: [n, 3, S, S]"""
    return torch.stack([torch.randn(3, size, size, generator=g) for g in generators])


@torch.no_grad()
def denoise(scheduler, predict, x, generators, timesteps):
    """x [n, 3, S, S] at the first timestep -> pictures in [0, 1]; the timesteps are a subset of the scheduler's."""
    for t in timesteps:
        x = scheduler.step(predict(x, t), t, x, generator=generators).prev_sample
    return (x / 2 + 0.5).clamp(0, 1)


def sample(unet, scheduler, text, guidance, seeds, size=64):
    """text: [n + 1, 77, 384], the empty prompt last. One seed per picture -> [n, 3, S, S] in [0, 1]"""
    generators = [torch.Generator().manual_seed(s) for s in seeds]
    scheduler.set_timesteps(timesteps=TIMESTEPS)
    noise = make_noise(generators, size).to(text.device)
    return denoise(scheduler, guided(unet, text, guidance), noise, generators, scheduler.timesteps)


def sheet(pictures, labels, path: Path, columns: int, scale: int = 2):
    side, foot = pictures.shape[-1] * scale, 22
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * (side + 4), rows * (side + foot)), "white")
    draw = ImageDraw.Draw(page)
    for i, (p, label) in enumerate(zip(pictures, labels)):
        x, y = (i % columns) * (side + 4), (i // columns) * (side + foot)
        im = Image.fromarray((p.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8))
        page.paste(im.resize((side, side), Image.BICUBIC), (x, y))
        words, lines = label.split(), [""]
        for w in words:
            lines = lines[:-1] + [f"{lines[-1]} {w}".strip()] if len(lines[-1]) + len(w) < 24 else lines + [w]
        draw.text((x + 1, y + side), "\n".join(lines[:2]), fill="black", font_size=9, spacing=0)
    page.save(path, quality=85, method=6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--out", type=Path, default=Path("samples.webp"))
    parser.add_argument("--guidance", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=150)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--prompts", nargs="*", help="default: the course's and 35 others")
    parser.add_argument("--file", type=Path, help="a JSON list of prompts")
    parser.add_argument("--each", type=int, default=1, help="pictures per prompt, with consecutive seeds")
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    prompts = json.loads(args.file.read_text()) if args.file else args.prompts or COURSE + OTHERS
    jobs = [(p, args.seed + k) for p in prompts for k in range(args.each)]
    unet = UNet2DConditionModel.from_pretrained(args.model / "unet").eval().to(memory_format=torch.channels_last)
    scheduler = DDPMScheduler.from_pretrained(args.model / "scheduler")
    encode = TextEncoder(args.model)
    pictures = []
    for i in range(0, len(jobs), 8):
        part = jobs[i : i + 8]
        text = encode([p for p, _ in part] + [""])
        pictures.append(sample(unet, scheduler, text, args.guidance, [s for _, s in part], args.size))
    sheet(torch.cat(pictures), [p for p, _ in jobs], args.out, args.columns, max(1, 128 // args.size))


if __name__ == "__main__":
    main()
