"""Print what the frozen judge says about the pictures of eval/samplers.ts, budgets.ts and anagrams.ts, a row for each file.

    python judge_pictures.py FOLDER
    python judge_pictures.py FOLDER --json FILE     also writes the counts, for the chart of eval/budgets.ts
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from judge import load_judge, ranks_of

# Groups whose prompts name neither place nor style, so their backgrounds should be white.
PLAIN = ("core", "other objects", "trained synonyms", "words never in a caption")


def from_white(pictures: np.ndarray) -> float:
    """The median over pictures of how far their border's median colour is from white, 0..441. [n, 3, h, w]"""
    border = np.concatenate([pictures[:, :, 0], pictures[:, :, -1], pictures[..., 0], pictures[..., -1]], 2)
    return float(np.median(np.linalg.norm(255 - np.median(border, 2), axis=1)))


def share(right) -> str:
    return f"{100 * right.mean():.0f}"


def judge_prompts(judge, known: dict, pictures: np.ndarray) -> dict:
    things = torch.tensor([judge.classes.index(row["thing"]) for row in known["rows"]])
    ranks = ranks_of(judge.probabilities(torch.from_numpy(pictures).float() / 255), things).numpy()
    groups = np.array([row["group"] for row in known["rows"]])
    plain = np.isin(groups, PLAIN)
    ground = f", from white {from_white(pictures[plain]):.0f}" if plain.any() else ""
    print(f"{known['name']}: n {len(ranks)}, {known['calls']} calls, top-1 / top-5 {share(ranks < 1)} / {share(ranks < 5)}{ground}")
    for group in dict.fromkeys(groups):
        print(f"    {group}: {share(ranks[groups == group] < 1)} / {share(ranks[groups == group] < 5)}")
    return {"n": len(ranks), "top1": int((ranks < 1).sum()), "top5": int((ranks < 5).sum())}


def judge_anagrams(judge, known: dict, pictures: np.ndarray) -> dict:
    """The best of a pair's tries, as --tries of the bot chooses: the one whose less likely reading is the most likely."""
    drawn, tries = torch.from_numpy(pictures).float() / 255, known["tries"]
    probabilities = [judge.probabilities(drawn), judge.probabilities(drawn.flip(2))]
    things = [torch.tensor([judge.classes.index(row[i]) for row in known["rows"]]).repeat_interleave(tries) for i in (0, 1)]
    ranks = torch.stack([ranks_of(p, thing) for p, thing in zip(probabilities, things)]).numpy()  # [2, pairs * tries]
    likely = torch.stack([p.gather(1, thing[:, None])[:, 0] for p, thing in zip(probabilities, things)]).amin(0)
    best = (likely.view(-1, tries).argmax(1) + torch.arange(len(known["rows"])) * tries).numpy()
    print(f"{known['name']}: {len(known['rows'])} pairs, {known['calls']} calls a try")
    for name, r in ("any try", ranks), (f"best of {tries}", ranks[:, best]):
        cells = [f"{reading} {share(of < 1)} / {share(of < 5)}" for reading, of in zip(("upright", "flipped", "both"), (*r, r.max(0)))]
        print(f"    {name}: {', '.join(cells)}")
    both = ranks[:, best].max(0)
    return {"n": len(both), "top1": int((both < 1).sum()), "top5": int((both < 5).sum())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    judge, counts = load_judge(), []
    for file in sorted(arguments.folder.glob("*.json")):
        known = json.loads(file.read_text())
        pictures = np.fromfile(file.with_suffix(".u8"), np.uint8).reshape(-1, 3, 64, 64)
        judged = (judge_anagrams if "tries" in known else judge_prompts)(judge, known, pictures)
        counts.append({"name": known["name"], "calls": known["calls"], **judged})
    if arguments.json:
        arguments.json.write_text(json.dumps(counts, indent="\t") + "\n")


if __name__ == "__main__":
    main()
