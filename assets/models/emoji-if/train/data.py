"""The pool of training pictures with their captions, and one text embedding per distinct caption.

    python data.py --data data --text .. --pictures 80000 --processes 16
reads icons.u8 / icons.json (render.mjs) and writes pool.u8 (n x 64 x 64 x 3), pool.npy (caption ids,
4 per picture), captions.json and captions.npy (fp16, 77 x 384 each; caption 0 is the empty prompt).
The embeddings are made on a GPU where there is one.
"""

import argparse
import json
import math
import multiprocessing
import os
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from scenes import BACKGROUNDS, SCENES, STYLES, canvas, put

SIZE = 64
CAPTIONS = 4
HERE = Path(__file__).resolve().parent
CONCEPTS = json.loads((HERE / "concepts.json").read_text())
BEARDS = {"man-beard", "bearded-person", "person-beard"}
NO_ARTICLE = {
    "fire", "coffee", "ice cream", "sunshine", "love", "gelato", "frosty the snowman", "bread", "toast", "broccoli", "cattle",
    "cutlery", "pasta", "spaghetti", "noodles", "ramen", "sushi", "popcorn", "rain", "lightning", "wine", "red wine", "beer",
    "milk", "cheese", "chocolate", "corn", "maize", "saturn", "earth", "planet earth", "music", "mail",
    "grapes", "cherries", "pancakes", "french fries", "fries", "chips", "fireworks", "flames", "bananas", "headphones",
    "earphones", "jeans", "trousers", "pants", "socks", "scissors", "sunglasses", "shades", "high heels", "paw prints", "animal tracks",
    "piano keys",
}  # fmt: skip
A_BEFORE_VOWEL, AN_BEFORE_CONSONANT = ("uni", "ufo"), ("hour",)  # by sound

# The prompts of the course get a share of the pool of their own: (style, concept or scene).
COURSE = [
    ("oil", "a snowy mountain village"), ("photo", "the amalfi coast"), ("photo", "man"), ("photo", "a hipster barista"),
    ("photo", "dog"), ("oil", "people around a campfire"), ("oil", "old man"), ("lithograph", "waterfalls"),
    ("lithograph", "skull"), ("drawing", "a man wearing a hat"), ("drawing", "rocket ship"), ("drawing", "pencil"),
]  # fmt: skip
COURSE_SHARE = 0.2


def article(name: str) -> str:
    if name in NO_ARTICLE or name.startswith(("a ", "an ", "the ")):
        return name
    vowel = name[0] in "aeiou" and not name.startswith(A_BEFORE_VOWEL) or name.startswith(AN_BEFORE_CONSONANT)
    return ("an " if vowel else "a ") + name


class Painter:
    """Paints from the icons of some sets, or of all, at the side that they were rendered at; pictures come out at `size`."""

    def __init__(self, data: Path, sets=None, size=SIZE):
        rows = json.loads((data / "icons.json").read_text())
        pixels = np.memmap(data / "icons.u8", np.uint8, "r")
        self.side, self.size = math.isqrt(len(pixels) // len(rows) // 4), size
        self.pixels = pixels.reshape(-1, self.side, self.side, 4)
        self.icons = {}  # concept or part -> rows of pixels; the file's pages are shared by all processes
        for i, row in enumerate(rows):
            if sets and row["set"] not in sets:
                continue
            for name in [row["concept"]] + (["beards"] if row["icon"] in BEARDS else []):
                self.icons.setdefault(name, []).append(i)
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

    def icon(self, rng, name) -> Image.Image:
        rows = self.icons[name]
        return Image.fromarray(self.pixels[rows[rng.integers(len(rows))]])

    def paint(self, rng, style, name, background=None):
        """background: of BACKGROUNDS, for an object -> (size x size RGB array, phrases that name it, phrases of where)"""
        filter_ = STYLES[style][0]
        phrases, where = [], [""]
        if name in SCENES:
            paint, phrases = SCENES[name]
            image = paint(rng, lambda part: self.icon(rng, part), self.side)
        else:
            kind = background or "white"
            if style == "drawing" and not background:
                kind = list(BACKGROUNDS)[rng.choice(6, p=[0.6, 0.16, 0.06, 0.06, 0.06, 0.06])]
            painter, where = BACKGROUNDS[kind]
            back = painter(rng, self.side) if style == "drawing" or background else canvas(rng, style, self.side)
            icon = self.icon(rng, name)
            phrases = [article(name)] * 2 + [article(n) for n in CONCEPTS[name]["names"]] + [name]
            image = put(rng, back, icon)
        if rng.random() < 0.5:
            image = ImageEnhance.Color(image).enhance(rng.uniform(0.85, 1.2))
            image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.93, 1.05))
        if filter_:
            image = filter_(rng, image)
        return np.asarray(image.resize((self.size, self.size), Image.LANCZOS)), phrases, where


painter = None  # of this process


def begin(data: Path) -> None:
    global painter
    painter = Painter(data)


def chunk(job):
    """-> pixels of all of the job's pictures, one after the other, and each picture's captions"""
    seed, count = job
    rng = np.random.default_rng(seed)
    pictures = [painter.picture(rng) for _ in range(count)]
    return b"".join(pixels.tobytes() for pixels, _ in pictures), [captions for _, captions in pictures]


def numbered(captions: list[list[str]], most: int) -> tuple[list[str], np.ndarray]:
    """-> the empty prompt and the most frequent captions, `most` in all; ids [n, 4]. A rare caption gives way to the
    most frequent one of the same picture."""
    counts = Counter(caption for row in captions for caption in row)
    table = ["", *(caption for caption, _ in counts.most_common(most - 1))]
    index = {caption: i for i, caption in enumerate(table)}
    ids = np.array([[index.get(caption, most) for caption in row] for row in captions], np.int32)
    best = ids.min(1, keepdims=True)  # they are numbered by frequency
    ids = np.where(ids < most, ids, np.where(best < most, best, 0))
    return table, ids.astype(np.int32)


def write_embeddings(captions: list[str], text: Path, file: Path) -> None:
    import torch

    from text import TextEncoder

    encode = TextEncoder(text, device="cuda" if torch.cuda.is_available() else "cpu")
    out = np.lib.format.open_memmap(file, "w+", np.float16, (len(captions), 77, 384))
    batch = 32 if encode.device == "cpu" else 256
    for i in range(0, len(captions), batch):
        out[i : i + batch] = encode(captions[i : i + batch]).half().cpu().numpy()
    out.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--text", type=Path, default=HERE.parent, help="folder with text_encoder/ and tokenizer/")
    parser.add_argument("--pictures", type=int, default=24000)
    parser.add_argument("--captions", type=int, default=16000, help="different captions at most, the empty one included")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    args = parser.parse_args()

    per, started, captions = min(250, args.pictures), time.time(), []
    jobs = [((args.seed, i), per) for i in range(args.pictures // per)]
    with multiprocessing.Pool(args.processes, begin, (args.data,)) as workers, open(args.data / "pool.u8", "wb") as f:
        for pixels, rows in workers.imap(chunk, jobs):
            f.write(pixels)
            captions += rows
    table, ids = numbered(captions, args.captions)
    np.save(args.data / "pool.npy", ids)
    (args.data / "captions.json").write_text(json.dumps(table))
    print(len(ids), "pictures,", len(table), f"captions, {time.time() - started:.0f} s", flush=True)
    write_embeddings(table, args.text, args.data / "captions.npy")
    print(f"embeddings, {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
