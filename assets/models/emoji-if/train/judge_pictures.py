"""Print what the frozen judge says about the pictures of eval/samplers.ts, a row for each sampling.

    python judge_pictures.py FOLDER
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    judge = load_judge()
    for file in sorted(parser.parse_args().folder.glob("*.json")):
        known = json.loads(file.read_text())
        pictures = np.fromfile(file.with_suffix(".u8"), np.uint8).reshape(-1, 3, 64, 64)
        things = torch.tensor([judge.classes.index(row["thing"]) for row in known["rows"]])
        ranks = ranks_of(judge.probabilities(torch.from_numpy(pictures).float() / 255), things).numpy()
        groups = np.array([row["group"] for row in known["rows"]])
        plain = np.isin(groups, PLAIN)
        ground = f", from white {from_white(pictures[plain]):.0f}" if plain.any() else ""
        share = lambda right: f"{100 * right.mean():.0f}"  # noqa: E731
        print(f"{known['name']}: n {len(ranks)}, {known['calls']} calls, top-1 / top-5 {share(ranks < 1)} / {share(ranks < 5)}{ground}")
        for group in dict.fromkeys(groups):
            print(f"    {group}: {share(ranks[groups == group] < 1)} / {share(ranks[groups == group] < 5)}")


if __name__ == "__main__":
    main()
