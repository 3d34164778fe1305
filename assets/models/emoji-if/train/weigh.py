"""Measure the judge's error for each thing that it knows into errors.json, by which data.py draws weak things more often.

    python weigh.py --model FOLDER --judge FILE --out RUN/data/errors.json

An error is 1 - the mean probability of the right thing, over a few pictures drawn as the bot draws them. The next pool uses
it. Batches are kept under --work, so an interrupted run resumes.
"""

import argparse
import json
import os
from pathlib import Path

import torch

from data import HERE, article
from evaluate import Drawer
from judge import WEIGHTS, load_judge

SEED = 50_000
GUIDANCE = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=HERE.parent)
    parser.add_argument("--judge", type=Path, default=WEIGHTS)
    parser.add_argument("--work", type=Path, default=HERE / "run-weigh")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=4, help="pictures per thing")
    parser.add_argument("--things", nargs="+", help="default: all things that the judge knows")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    judge = load_judge(args.judge)
    things = args.things or judge.classes
    jobs = [[article(thing), SEED + k] for thing in things for k in range(args.each)]
    pictures = Drawer(args.model, args.work, bf16=False, fast=False).pictures(jobs, GUIDANCE)
    right = torch.tensor([judge.classes.index(thing) for thing in things]).repeat_interleave(args.each)
    missed = 1 - judge.probabilities(pictures).gather(1, right[:, None]).view(-1, args.each).mean(1)
    errors = {thing: round(error, 3) for thing, error in zip(things, missed.tolist())}
    args.out.with_suffix(".new").write_text(json.dumps(errors, indent=1) + "\n")
    os.replace(args.out.with_suffix(".new"), args.out)
    worst = sorted(errors, key=errors.get, reverse=True)[:12]
    print(f"mean error {missed.mean():.3f}; worst:", ", ".join(f"{thing} {errors[thing]}" for thing in worst))


if __name__ == "__main__":
    main()
