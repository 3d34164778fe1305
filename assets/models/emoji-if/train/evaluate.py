"""Measure the generator with the judge, and draw the sheets of the model card.

Pictures are drawn as the bot draws them (contact_sheet.py). prompts.json, the seeds below and the weights determine
everything. Every batch is kept under --work, in a folder named after the weights' SHA-256, so an interrupted run resumes.

    python evaluate.py --model .. --data data --work run-evaluate --sheets ..
    python evaluate.py --model OTHER --data data --work run-evaluate --guidance 4 --parts prompts     to compare
    python evaluate.py --quick ...     a few pictures of everything, to see that it runs

Uses a GPU if there is one. `--judge FILE` uses another judge; its SHA-256 must be one of those frozen below, or given by
--sha256. Prompts for things that a judge does not know are left out.
"""

import argparse
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import torch
from diffusers import DDPMScheduler, UNet2DConditionModel

import arithmetic
from contact_sheet import COURSE, OTHERS, TIMESTEPS, denoise, guided, make_noise, sample, sheet
from data import HERE, Painter
from judge import DEVICE, HELD_OUT, WEIGHTS, as_batch, load_judge, ranks_of, rates, sha256
from sketches import SKETCHES, sketch
from text import TextEncoder

FROZEN = ["5ea7a0a83ae4fba5802115241ec1c73ef76856e2a1a593d2533cfa777236e7bc"]  # the judge of the first 59 objects
GUIDANCES = [1, 2.5, 4, 6, 8]
EVALUATION = json.loads((HERE / "prompts.json").read_text())
PAIRS = EVALUATION.pop("anagram pairs")  # [upright prompt, its class, flipped prompt, its class]
PROMPTS = [(group, *row) for group, rows in EVALUATION.items() for row in rows]  # group, prompt, class, style, place
WANTED = ("course", "core")  # the groups whose accuracy matters most: the course's prompts and 40 objects
SWEEP_SEED, FRESH_SEED, ANAGRAM_SEED, SHEET_SEED = 1000, 20_000, 30_000, 150
COURSE_STARTS = [1, 3, 5, 7, 10, 20]  # the indices in the timesteps at which SDEdit starts
NEW = "new"  # the group of things that the first judge and the first weights did not know
BATCH = 32 if DEVICE == "cpu" else 256  # pictures per evaluation; always the same number, so only one shape is compiled


class Drawer:
    """Draws with one set of weights and keeps the pictures as uint8, like the bot's PNGs."""

    def __init__(self, model: Path, work: Path, bf16: bool, fast: bool):
        weights = model / "unet/diffusion_pytorch_model.safetensors"
        self.sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
        self.folder = work / self.sha256[:12]
        self.folder.mkdir(parents=True, exist_ok=True)
        unet = UNet2DConditionModel.from_pretrained(model / "unet").eval()
        self.unet = unet.to(DEVICE, memory_format=torch.channels_last)
        self.scheduler = DDPMScheduler.from_pretrained(model / "scheduler")
        self.encoder, self.bf16 = TextEncoder(model, device=DEVICE), bf16
        if fast:  # 13 ms per picture and evaluation instead of 24 on two cores, after a minute and a half
            self.unet.compile()

    def encode(self, prompts):
        return self.encoder([*prompts, ""])

    def keep(self, kind: str, jobs, guidance: float, batch: int, draw):
        """draw(`batch` jobs) -> pictures in [0, 1]; -> all pictures [n, 3, 64, 64] in [0, 1], rounded to 8 bits"""
        pictures = []
        for i in range(0, len(jobs), batch):
            part = jobs[i : i + batch]
            key = json.dumps([kind, part, guidance, self.bf16])
            file = self.folder / f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.npy"
            if not file.exists():
                with torch.no_grad(), torch.autocast(DEVICE, torch.bfloat16, enabled=self.bf16):
                    drawn = draw((part * batch)[:batch])[: len(part)]
                np.save(file.with_suffix(".new.npy"), (drawn * 255).round().byte().cpu().numpy())
                os.replace(file.with_suffix(".new.npy"), file)
            pictures.append(torch.from_numpy(np.load(file)).float() / 255)
        return torch.cat(pictures)

    def pictures(self, jobs, guidance: float):
        """jobs: [prompt, seed]"""

        def draw(part):
            text = self.encode([prompt for prompt, _ in part])
            return sample(self.unet, self.scheduler, text, guidance, [seed for _, seed in part])

        return self.keep("picture", jobs, guidance, BATCH if guidance == 1 else BATCH // 2, draw)

    def anagrams(self, jobs, guidance: float):
        """jobs: [prompt upright, prompt upside down, seed]; uses the mean of both readings' noise and variance."""

        def draw(part):
            generators = [torch.Generator().manual_seed(seed) for *_, seed in part]
            upright = guided(self.unet, self.encode([prompt for prompt, _, _ in part]), guidance)
            flipped = guided(self.unet, self.encode([prompt for _, prompt, _ in part]), guidance)
            both = lambda x, t: (upright(x, t) + flipped(x.flip(2), t).flip(2)) / 2  # noqa: E731
            self.scheduler.set_timesteps(timesteps=TIMESTEPS)
            noise = make_noise(generators).to(DEVICE)
            return denoise(self.scheduler, both, noise, generators, self.scheduler.timesteps)

        return self.keep("anagram", jobs, guidance, BATCH // 2, draw)

    def edits(self, jobs, guidance: float):
        """jobs: [prompt of a sketch, start, seed]; SDEdit with the course's loop: no thresholding, no call at t = 0."""
        scheduler = DDPMScheduler.from_config(self.scheduler.config, thresholding=False)

        def draw(part):
            (prompt, start, seed), generator = part[0], torch.Generator().manual_seed(part[0][2])
            scheduler.set_timesteps(timesteps=TIMESTEPS)
            steps = scheduler.timesteps[start:-1]
            clean = as_batch(sketch(prompt)[None]) * 2 - 1
            x = scheduler.add_noise(clean, make_noise([generator]), steps[:1]).to(DEVICE)
            return denoise(scheduler, guided(self.unet, self.encode([prompt]), guidance), x, [generator], steps)

        return self.keep("edit", jobs, guidance, 1, draw)


def by_group(ranks, rows) -> dict:
    groups = np.array([group for group, *_ in rows])
    wanted = np.isin(groups, WANTED)
    report = {"course + 40 core": rates(ranks[wanted])} if wanted.any() else {}
    report |= {g: rates(ranks[groups == g]) for g in dict.fromkeys(groups)}
    if (groups == NEW).any() and not (groups == NEW).all():
        report[f"all but {NEW}"] = rates(ranks[groups != NEW])
    return report | {"all": rates(ranks)}


def classes_of(judge, rows):
    return torch.tensor([judge.classes.index(concept) for _, _, concept, *_ in rows])


def ceiling(judge, data: Path, rows, each: int) -> dict:
    """The judge's accuracy on pictures composed for the same prompts from artists that it has not seen."""
    painter, rng = Painter(data, HELD_OUT), np.random.default_rng(3)
    rows = [row for row in rows for _ in range(each)]
    pixels = np.stack([painter.paint(rng, style, concept, place(style, where))[0] for _, _, concept, style, where in rows])
    return by_group(ranks_of(judge.probabilities(as_batch(pixels)), classes_of(judge, rows)), rows)


def place(style: str, where: str):
    """Styles other than plain drawings have a canvas of their own if the prompt names no place."""
    return None if where == "white" and style != "drawing" else where


def floor(probabilities, classes) -> dict:
    """The same pictures judged by other prompts' classes: the mean over 200 shuffles."""
    n, g = len(classes), torch.Generator().manual_seed(0)
    ranks = [ranks_of(probabilities, classes[torch.randperm(n, generator=g)]) for _ in range(200)]
    return rates(torch.cat(ranks)) | {"n": n}


def anagram_rates(judge, pictures, pairs, tries: int) -> tuple[dict, torch.Tensor]:
    """-> how often each reading is right, for any try and for the one that the judge likes best; the rows of those tries"""
    first = torch.tensor([judge.classes.index(a) for _, a, _, _ in pairs]).repeat_interleave(tries)
    second = torch.tensor([judge.classes.index(b) for _, _, _, b in pairs]).repeat_interleave(tries)
    p, q = judge.probabilities(pictures), judge.probabilities(pictures.flip(2))
    ranks = torch.stack([ranks_of(p, first), ranks_of(q, second)])  # [2, pairs * tries]
    least = torch.minimum(p.gather(1, first[:, None]), q.gather(1, second[:, None])).view(-1, tries)
    best = least.argmax(1) + torch.arange(len(pairs)) * tries
    report = {}
    for name, r in ("any try", ranks), (f"best of {tries}", ranks[:, best]):
        report[name] = {"upright": rates(r[0]), "flipped": rates(r[1]), "both": rates(r.amax(0))}
    return report, best


def table(title: str, columns: dict) -> str:
    """columns: name -> {row -> {n, top1, top5}}, the same rows and n in each."""
    cell = lambda r: f"{100 * r['top1']:.0f} / {100 * r['top5']:.0f}"  # noqa: E731
    lines = [f"| {title} | n | " + " | ".join(columns) + " |", "|---|---|" + "---|" * len(columns)]
    for name, first in next(iter(columns.values())).items():
        lines.append(f"| {name} | {first['n']} | " + " | ".join(cell(c[name]) for c in columns.values()) + " |")
    return "\n".join(lines)


def markdown(report: dict) -> str:
    """The report as tables; a cell is top-1 / top-5 in per cent."""
    parts = []
    if "sweep" in report:
        columns = {f"guidance {g}": r for g, r in report["sweep"].items()}
        parts.append(table("prompts", columns))
        parts.append(table("real pictures", {"": report["ceiling"]}))
        parts.append(table("shuffled prompts", {f"guidance {g}": {"all": r} for g, r in report["floor"].items()}))
    if "fresh" in report:
        parts.append(table("fresh seeds", {f"guidance {report['guidance']}": report["fresh"]}))
    if "bf16" in report:
        parts.append(table("arithmetic, course and core prompts", {"": report["bf16"]["rates"]}))
        parts.append(f"The judge's answers agree for {100 * report['bf16']['same']:.0f} %.")
    if "anagrams" in report:
        parts.append(table("anagrams", report["anagrams"]))
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=HERE.parent)
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--work", type=Path, default=HERE / "run-evaluate")
    parser.add_argument("--sheets", type=Path, help="folder for the sheets; default: beside the kept batches")
    parser.add_argument("--guidance", type=json.loads, help="only this guidance, without a sweep")
    parser.add_argument("--parts", nargs="+", default=["prompts", "bf16", "fresh", "anagrams", "sheets"])
    arithmetic.add_option(parser, "of the judged pictures; sheets are always drawn in fp32")
    parser.add_argument("--tries", type=int, default=8, help="per anagram pair")
    parser.add_argument("--fresh", type=int, default=3, help="further seeds for the course's and core prompts")
    parser.add_argument("--judge", type=Path, default=WEIGHTS)
    parser.add_argument("--sha256", help="of a judge that is not frozen yet")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    judge = load_judge(args.judge, [args.sha256] if args.sha256 else FROZEN)
    exact = Drawer(args.model, args.work, bf16=False, fast=False)
    drawer = Drawer(args.model, args.work, bf16=not args.fp32, fast=DEVICE == "cpu" and not args.quick)
    rows, pairs, guidances, tries, sheet_prompts = PROMPTS, PAIRS, GUIDANCES, args.tries, COURSE + OTHERS
    if args.quick:
        rows, pairs, guidances, tries, sheet_prompts = PROMPTS[::13], PAIRS[:2], [1, 4], 2, COURSE[1:5]
    rows = [row for row in rows if row[2] in judge.classes]
    report = {"weights": drawer.sha256, "judge": sha256(args.judge)}
    sheets, name = args.sheets or drawer.folder, f"report-{report['judge'][:12]}"

    def save():
        (drawer.folder / f"{name}.json").write_text(json.dumps(report, indent=2) + "\n")
        (drawer.folder / f"{name}.md").write_text(markdown(report))

    def judged(drawer, rows, seeds, guidance):
        pictures = drawer.pictures([[prompt, seed] for (_, prompt, *_), seed in zip(rows, seeds)], guidance)
        return judge.probabilities(pictures)

    guidance = args.guidance
    if "prompts" in args.parts:
        report |= {"sweep": {}, "floor": {}, "ceiling": ceiling(judge, args.data, rows, 8)}
        for g in [guidance] if guidance else guidances:
            probabilities = judged(drawer, rows, range(SWEEP_SEED, SWEEP_SEED + len(rows)), g)
            report["sweep"][g] = by_group(ranks_of(probabilities, classes_of(judge, rows)), rows)
            report["floor"][g] = floor(probabilities, classes_of(judge, rows))
            print("guidance", g, json.dumps(report["sweep"][g]["all"]), flush=True)
            save()
        if not guidance:
            # by all prompts and both rates; the fresh seeds below do not depend on this choice
            guidance = max(report["sweep"], key=lambda g: sum(report["sweep"][g]["all"][k] for k in ("top1", "top5")))
    report["guidance"] = guidance
    core = [row for row in rows if row[0] in WANTED]
    if "bf16" in args.parts and not args.fp32:
        few, seeds = core[:32], range(SWEEP_SEED, SWEEP_SEED + 32)
        p, q = (judged(d, few, seeds, guidance) for d in (exact, drawer))
        found = {name: rates(ranks_of(x, classes_of(judge, few))) for name, x in (("fp32", p), ("bf16", q))}
        report["bf16"] = {"rates": found, "same": (p.argmax(1) == q.argmax(1)).float().mean().item()}
        save()
    if "fresh" in args.parts:
        many = core * args.fresh
        probabilities = judged(drawer, many, range(FRESH_SEED, FRESH_SEED + len(many)), guidance)
        report["fresh"] = by_group(ranks_of(probabilities, classes_of(judge, many)), many)
        save()
    if "anagrams" in args.parts:
        jobs = [[a, b, ANAGRAM_SEED + k] for a, _, b, _ in pairs for k in range(tries)]
        pictures = drawer.anagrams(jobs, guidance)
        report["anagrams"], best = anagram_rates(judge, pictures, pairs, tries)
        both = torch.stack([pictures[best], pictures[best].flip(2)], 1).flatten(0, 1)
        sheet(both, [p for a, _, b, _ in pairs for p in (a, f"flipped: {b}")], sheets / "anagrams.webp", 8)
        save()
    if "sheets" in args.parts:
        pictures = exact.pictures([[prompt, SHEET_SEED] for prompt in sheet_prompts], guidance)
        sheet(pictures, sheet_prompts, sheets / "samples.webp", 8)
        edits = exact.edits([[p, start, SHEET_SEED] for p in SKETCHES for start in COURSE_STARTS], guidance)
        lines = [torch.cat([as_batch(sketch(p)[None]), e]) for p, e in zip(SKETCHES, edits.split(len(COURSE_STARTS)))]
        labels = [label for p in SKETCHES for label in (f"sketch, then: {p}", *(f"start {i}" for i in COURSE_STARTS))]
        sheet(torch.cat(lines), labels, sheets / "sdedit.webp", len(COURSE_STARTS) + 1)
    save()
    print(markdown(report))


if __name__ == "__main__":
    main()
