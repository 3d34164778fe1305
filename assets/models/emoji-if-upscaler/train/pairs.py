"""Draw pictures of 256x256 with their 64x64 versions, in the same way as emoji-if's pool.

    node ../../emoji-if/train/render.mjs --icons . --out data --side 384
    python pairs.py --data data --stage1 ../../emoji-if/train/data

Reads icons.u8 / icons.json (render.mjs) and emoji-if's captions.json, and writes for the parts "train" and "test"
<part>-high.u8 (n x 256 x 256 x 3), <part>-low.u8 (n x 64 x 64 x 3) and <part>.npy (caption ids, 4 per picture).
The icons of one set are only in the test part.
"""

import argparse
import json
import math
import multiprocessing
import time
from pathlib import Path

import numpy as np
from PIL import Image

import shared  # noqa: F401
from data import Painter

HIGH, LOW = 256, 64
HELD_OUT = "twemoji"  # has icons for every object and every part of a scene


def reduced(picture):
    """[256, 256, 3] -> [64, 64, 3], with the filter of emoji-if's pool"""
    return np.asarray(Image.fromarray(picture).resize((LOW, LOW), Image.LANCZOS))


def adopt(painter):
    """Gives a forked process the painter of its parent."""
    chunk.painter = painter


def chunk(job):
    """seed, count -> [(picture, reduced picture, captions)]"""
    seed, count = job
    rng = np.random.default_rng(seed)
    pictures = [chunk.painter.picture(rng) for _ in range(count)]
    return [(high, reduced(high), captions) for high, captions in pictures]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--stage1", type=Path, default=shared.FOLDER / "data", help="emoji-if's data folder, for its captions")
    parser.add_argument("--train", type=int, default=4000)
    parser.add_argument("--test", type=int, default=100, help="0: leave the part as it is")
    parser.add_argument("--seconds", type=float, default=math.inf, help="stop drawing a part after this long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()

    known = {c: i for i, c in enumerate(json.loads((args.stage1 / "captions.json").read_text()))}
    sets = {row["set"] for row in json.loads((args.data / "icons.json").read_text())}
    per = 20
    fork = multiprocessing.get_context("fork")
    parts = {"test": ({HELD_OUT}, args.test), "train": (sets - {HELD_OUT}, args.train)}
    for number, (part, (names, count)) in enumerate(parts.items()):
        if not count:
            continue
        painter = Painter(args.data, names, HIGH)
        jobs = [((args.seed, number, i), per) for i in range(count // per)]
        ids, began = [], time.time()
        with (
            fork.Pool(args.processes, adopt, (painter,)) as workers,
            open(args.data / f"{part}-high.u8", "wb") as high,
            open(args.data / f"{part}-low.u8", "wb") as low,
        ):
            for rows in workers.imap(chunk, jobs):
                for pixels, small, captions in rows:
                    high.write(pixels.tobytes())
                    low.write(small.tobytes())
                    ids.append([known.get(c, 0) for c in captions])  # 0: the empty caption
                if time.time() - began > args.seconds:
                    break
        np.save(args.data / f"{part}.npy", np.array(ids, np.int32))
        print(part, len(ids), f"pictures in {time.time() - began:.0f} s,", f"{np.mean(np.array(ids) == 0):.2%} of the captions unknown", flush=True)


if __name__ == "__main__":
    main()
