"""The pool of training pictures with their captions, and one text embedding per distinct caption.

    python data.py --data data --text .. --count 24000
reads icons.u8 / icons.json (render.mjs) and writes pool.u8 (n x 64 x 64 x 3), pool.npy (caption ids,
4 per picture), captions.json and captions.npy (fp16, 77 x 384 each; caption 0 is the empty prompt).
"""

import argparse
import json
import math
import multiprocessing
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from scenes import BACKGROUNDS, SCENES, STYLES, canvas, put

SIZE = 64
CAPTIONS = 4
HERE = Path(__file__).resolve().parent
CONCEPTS = json.loads((HERE / "concepts.json").read_text())
BEARDS = {"man-beard", "bearded-person", "person-beard"}
NO_ARTICLE = {"fire", "flames", "coffee", "ice cream", "sunshine", "love", "gelato", "frosty the snowman", "bananas"}

# The prompts of the course get a share of the pool of their own: (style, concept or scene).
COURSE = [
    ("oil", "a snowy mountain village"), ("photo", "the amalfi coast"), ("photo", "man"), ("photo", "a hipster barista"),
    ("photo", "dog"), ("oil", "people around a campfire"), ("oil", "old man"), ("lithograph", "waterfalls"),
    ("lithograph", "skull"), ("drawing", "a man wearing a hat"), ("drawing", "rocket ship"), ("drawing", "pencil"),
]  # fmt: skip
COURSE_SHARE = 0.25


def article(name: str) -> str:
    if name in NO_ARTICLE or name.startswith(("a ", "an ", "the ")):
        return name
    return ("an " if name[0] in "aeiou" else "a ") + name


class Painter:
    """Paints from the icons of some sets, or of all, at the side that they were rendered at; pictures come out at `size`."""

    def __init__(self, data: Path, sets=None, size=SIZE):
        rows = json.loads((data / "icons.json").read_text())
        pixels = np.memmap(data / "icons.u8", np.uint8, "r")
        self.side, self.size = math.isqrt(len(pixels) // len(rows) // 4), size
        pixels = pixels.reshape(-1, self.side, self.side, 4)
        self.icons = {}
        for row, p in zip(rows, pixels):
            if sets and row["set"] not in sets:
                continue
            names = [row["concept"]] + (["beards"] if row["icon"] in BEARDS else [])
            for name in names:
                self.icons.setdefault(name, []).append((row["set"], Image.fromarray(np.array(p))))
        names = list(CONCEPTS) + list(SCENES)
        weights = np.array([CONCEPTS.get(n, {}).get("weight", 1.0) if n in CONCEPTS else 3.5 for n in names])
        self.names, self.weights = names, weights / weights.sum()

    def picture(self, rng):
        """A style and a name drawn by the weights of the pool -> (size x size RGB array, captions)"""
        if rng.random() < COURSE_SHARE:
            style, name = COURSE[rng.integers(len(COURSE))]
        else:
            name = self.names[rng.choice(len(self.names), p=self.weights)]
            style = list(STYLES)[rng.choice(5, p=[0.52, 0.17, 0.15, 0.08, 0.08])]
        pixels, phrases, where = self.paint(rng, style, name)
        templates = STYLES[style][1]
        captions = []
        for _ in range(CAPTIONS):
            phrase = phrases[0] if rng.random() < 0.5 else phrases[rng.integers(len(phrases))]
            captions.append(templates[rng.integers(len(templates))].format(phrase) + where[rng.integers(len(where))])
        if style == "photo" and rng.random() < 0.25:
            captions[0] = "a high quality photo"
        return pixels, captions

    def paint(self, rng, style, name, background=None):
        """background: of BACKGROUNDS, for an object -> (size x size RGB array, phrases that name it, phrases of where)"""
        pick = lambda concept: self.icons[concept][rng.integers(len(self.icons[concept]))][1]  # noqa: E731
        filter_ = STYLES[style][0]
        phrases, where = [], [""]
        if name in SCENES:
            paint, phrases = SCENES[name]
            image = paint(rng, pick, self.side)
        else:
            kind = background or "white"
            if style == "drawing" and not background:
                kind = list(BACKGROUNDS)[rng.choice(6, p=[0.6, 0.16, 0.06, 0.06, 0.06, 0.06])]
            painter, where = BACKGROUNDS[kind]
            back = painter(rng, self.side) if style == "drawing" or background else canvas(rng, style, self.side)
            icon = pick(name)
            phrases = [article(name)] * 2 + [article(n) for n in CONCEPTS[name]["names"]] + [name]
            image = put(rng, back, icon)
        if rng.random() < 0.5:
            image = ImageEnhance.Color(image).enhance(rng.uniform(0.85, 1.2))
            image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.93, 1.05))
        if filter_:
            image = filter_(rng, image)
        return np.asarray(image.resize((self.size, self.size), Image.LANCZOS)), phrases, where


def chunk(job):
    data, seed, count = job
    painter, rng = Painter(data), np.random.default_rng(seed)
    return [painter.picture(rng) for _ in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--text", type=Path, default=HERE.parent, help="folder with text_encoder/ and tokenizer/")
    parser.add_argument("--count", type=int, default=24000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()

    per = 500
    jobs = [(args.data, (args.seed, i), per) for i in range(args.count // per)]
    index, ids = {"": 0}, []
    with multiprocessing.Pool(args.processes) as workers, open(args.data / "pool.u8", "wb") as f:
        for rows in workers.imap(chunk, jobs):
            for pixels, captions in rows:
                f.write(pixels.tobytes())
                ids.append([index.setdefault(c, len(index)) for c in captions])
    np.save(args.data / "pool.npy", np.array(ids, np.int32))
    (args.data / "captions.json").write_text(json.dumps(list(index)))
    print(len(ids), "pictures,", len(index), "captions", flush=True)

    import torch

    from text import TextEncoder

    encode, captions = TextEncoder(args.text), list(index)
    out = np.lib.format.open_memmap(args.data / "captions.npy", "w+", np.float16, (len(captions), 77, 384))
    torch.set_num_threads(args.processes)
    for i in range(0, len(captions), 32):
        out[i : i + 32] = encode(captions[i : i + 32]).numpy()
    out.flush()


if __name__ == "__main__":
    main()
