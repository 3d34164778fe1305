"""Draw the pool of training pictures with their captions, and compute the embeddings of each distinct caption.

    python data.py --data data --text .. --pictures 80000 --processes 16

Reads icons.u8 / icons.json (render.mjs), and errors.json (weigh.py) if it exists, and writes pool.u8 (n x 64 x 64 x 3),
pool.npy (caption ids, 4 per picture), captions.json and captions.npy (fp16, 77 x 384 each; caption 0 is the empty
prompt). Computes embeddings on a GPU if there is one.
"""

import argparse
import functools
import json
import math
import multiprocessing
import os
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

import twins
import typed
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

# The course's prompts, which get their own share of the pool: (style, concept or scene).
COURSE = [
    ("oil", "a snowy mountain village"), ("photo", "the amalfi coast"), ("photo", "man"), ("photo", "a hipster barista"),
    ("photo", "dog"), ("oil", "people around a campfire"), ("oil", "old man"), ("lithograph", "waterfalls"),
    ("lithograph", "skull"), ("drawing", "a man wearing a hat"), ("drawing", "rocket ship"), ("drawing", "pencil"),
]  # fmt: skip
# What "a high quality photo" shows. It is the null prompt of five exercises, so it should show things, not backgrounds.
NULL_PROMPT = "a high quality photo"
PHOTOGENIC = [
    "man", "woman", "old man", "dog", "cat", "the amalfi coast", "waterfalls", "a hipster barista", "rocket ship", "apple", "orange",
    "strawberry", "lion", "tiger", "panda", "fox", "horse", "car", "house", "sailboat", "mountain", "flower", "butterfly", "pizza",
]  # fmt: skip
# What pictures of the pool show: one of the course's prompts, a photo for the null prompt, one of two icons that share an
# outline, something in people's own words (typed.py), or a thing in a style.
SHARES = {"course": 0.17, "null": 0.04, "twin": 0.05, "typed": 0.27, "thing": 0.47}
STYLE_SHARES = [0.52, 0.17, 0.15, 0.08, 0.08]  # in the order of STYLES
TYPED_STYLE_SHARES = [0.8, 0.08, 0.06, 0.02, 0.04]
GROUND_SHARES = {"white": 0.7, "plain": 0.06, "night": 0.06, "grass": 0.06, "snow": 0.06, "sea": 0.06}
ERROR_WEIGHT = 2.0  # a thing that the judge never recognises is drawn three times as often as one that it always recognises


def article(name: str, before: str = "") -> str:
    """The thing with its article, if it takes one, and the word `before` it: "a dog", "an old dog", "red grapes"."""
    bare, name = name, f"{before} {name}".strip()
    if bare in NO_ARTICLE or bare.startswith(("a ", "an ", "the ")):
        return name
    vowel = name[0] in "aeiou" and not name.startswith(A_BEFORE_VOWEL) or name.startswith(AN_BEFORE_CONSONANT)
    return ("an " if vowel else "a ") + name


class Painter:
    """Paints with the icons of some or all sets, at the size they were rendered at; pictures come out at `size`."""

    def __init__(self, data: Path, sets=None, size=SIZE):
        rows = json.loads((data / "icons.json").read_text())
        pixels = np.memmap(data / "icons.u8", np.uint8, "r")
        self.side, self.size = math.isqrt(len(pixels) // len(rows) // 4), size
        self.pixels = pixels.reshape(-1, self.side, self.side, 4)
        self.icons, self.faces = {}, {}  # concept or part -> rows of pixels; all processes share the file's pages
        for i, row in enumerate(rows):
            if sets and row["set"] not in sets:
                continue
            for name in [row["concept"]] + (["beards"] if row["icon"] in BEARDS else []):
                self.icons.setdefault(name, []).append(i)
            if "face" in row["icon"]:
                self.faces.setdefault(row["concept"], []).append(i)
        self.rows = rows
        names = list(CONCEPTS) + list(SCENES)
        weights = np.array([CONCEPTS[n].get("weight", 1.0) if n in CONCEPTS else 3.5 for n in names])
        if (errors := data / "errors.json").exists():
            errors = json.loads(errors.read_text())
            weights *= [1 + ERROR_WEIGHT * errors.get(n, 0.0) for n in names]
        self.names, self.weights = names, weights / weights.sum()

    article = staticmethod(article)

    @functools.cached_property
    def twins(self) -> np.ndarray:
        drawn = np.array([i for name in CONCEPTS for i in self.icons.get(name, [])])
        return drawn[twins.find(self.pixels[drawn], [self.rows[i]["concept"] for i in drawn])]

    def name(self, rng) -> str:
        """Draws a thing or scene by the pool's weights."""
        return self.names[rng.choice(len(self.names), p=self.weights)]

    def object(self, rng, without=()) -> str:
        while (name := self.name(rng)) in SCENES or name in without:
            pass
        return name

    def synonyms(self, name) -> list[str]:
        return CONCEPTS[name]["names"]

    def picture(self, rng):
        """-> (size x size RGB array, captions)"""
        kind = list(SHARES)[rng.choice(len(SHARES), p=list(SHARES.values()))]
        style = list(STYLES)[rng.choice(5, p=TYPED_STYLE_SHARES if kind == "typed" else STYLE_SHARES)]
        if kind == "typed":
            image, phrases = typed.compose(rng, self)
            # only two phrases, to limit the number of different captions, each of which needs an embedding
            phrases, where = [phrases[i] for i in rng.integers(len(phrases), size=2)], [""]
            pixels = self.finish(rng, style, image)
        elif kind == "twin":
            pixels, phrases, where = self.twin(rng, style)
        else:
            if kind == "course":
                style, name = COURSE[rng.integers(len(COURSE))]
            elif kind == "null":
                style, name = "photo", PHOTOGENIC[rng.integers(len(PHOTOGENIC))]
            else:
                name = self.name(rng)
            pixels, phrases, where = self.paint(rng, style, name)
        captions = self.captions(rng, style, phrases, where, 2 if kind == "typed" else CAPTIONS)
        if kind == "null":
            captions[::2] = [NULL_PROMPT] * 2
        return pixels, captions

    def captions(self, rng, style, phrases, where, different: int) -> list[str]:
        templates, captions = STYLES[style][1], []
        for _ in range(different):
            phrase = phrases[0] if rng.random() < 0.5 else phrases[rng.integers(len(phrases))]
            captions.append(templates[rng.integers(len(templates))].format(phrase) + where[rng.integers(len(where))])
        return captions * (CAPTIONS // different)

    def image(self, rng, rows) -> Image.Image:
        """A random one of these rows, as an image."""
        return Image.fromarray(self.pixels[rows[rng.integers(len(rows))]])

    def twin(self, rng, style):
        """One icon of a pair, upright, stretched into the bounding box of the other one upside down."""
        i, j = self.twins[rng.integers(len(self.twins))]
        upside_down = self.pixels[j][::-1]
        icon, name = twins.fitted(self.pixels[i], twins.box_of(upside_down)), self.rows[i]["concept"]
        if rng.random() < 0.5:  # the other icon of the pair
            icon = twins.fitted(self.pixels[j], twins.box_of(self.pixels[i][::-1]))
            name = self.rows[j]["concept"]
        image = put(rng, canvas(rng, style, self.side), icon)
        return self.finish(rng, style, image), self.phrases(name), [""]

    def phrases(self, name) -> list[str]:
        return [article(name)] * 2 + [article(n) for n in CONCEPTS[name]["names"]] + [name]

    def icon(self, rng, name) -> Image.Image:
        return self.image(rng, self.icons[name])

    def paint(self, rng, style, name, background=None):
        """background: for an object, one of BACKGROUNDS -> (size x size RGB array, phrases that name it, phrases for the place)"""
        phrases, where = [], [""]
        if name in SCENES:
            paint, phrases = SCENES[name]
            image = paint(rng, lambda part: self.icon(rng, part), self.side)
        else:
            kind = background or "white"
            if style == "drawing" and not background:
                kind = list(GROUND_SHARES)[rng.choice(len(GROUND_SHARES), p=list(GROUND_SHARES.values()))]
            painter, where = BACKGROUNDS[kind]
            if kind == "plain" and not background:
                back, where = typed.tinted_ground(rng, self.side)
            else:
                back = painter(rng, self.side) if style == "drawing" or background else canvas(rng, style, self.side)
            phrases = self.phrases(name)
            image = put(rng, back, self.icon(rng, name))
        return self.finish(rng, style, image), phrases, where

    def finish(self, rng, style, image) -> np.ndarray:
        """Varies the colours a little, applies the style's filter, and scales to the pool's size."""
        if rng.random() < 0.5:
            image = ImageEnhance.Color(image).enhance(rng.uniform(0.85, 1.2))
            image = ImageEnhance.Brightness(image).enhance(rng.uniform(1.0, 1.06))  # never darker: white stays white
        if filter_ := STYLES[style][0]:
            image = filter_(rng, image)
        return np.asarray(image.resize((self.size, self.size), Image.LANCZOS))


painter = None  # this process's


def begin(data: Path) -> None:
    global painter
    painter = Painter(data)


def chunk(job):
    """-> the pixels of all the job's pictures, concatenated, and each picture's captions"""
    seed, count = job
    rng = np.random.default_rng(seed)
    pictures = [painter.picture(rng) for _ in range(count)]
    return b"".join(pixels.tobytes() for pixels, _ in pictures), [captions for _, captions in pictures]


def drawn(data: Path, jobs, processes: int):
    """The chunks in order. With processes = 1 this process draws, so killing it leaves no other behind."""
    if processes == 1:
        begin(data)
        yield from map(chunk, jobs)
    else:
        with multiprocessing.Pool(processes, begin, (data,)) as workers:
            yield from workers.imap(chunk, jobs)


def numbered(captions: list[list[str]], most: int) -> tuple[list[str], np.ndarray]:
    """-> the empty prompt and the most frequent captions, `most` in all; ids [n, 4]. Replaces a rare caption by the most
    frequent one of the same picture."""
    counts = Counter(caption for row in captions for caption in row)
    table = ["", *(caption for caption, _ in counts.most_common(most - 1))]
    index = {caption: i for i, caption in enumerate(table)}
    ids = np.array([[index.get(caption, most) for caption in row] for row in captions], np.int32)
    best = ids.min(1, keepdims=True)  # ids are in order of frequency
    ids = np.where(ids < most, ids, np.where(best < most, best, 0))
    return table, ids.astype(np.int32)


def write_embeddings(captions: list[str], text: Path, file: Path, known: Path | None) -> None:
    """known: the folder of another pool, whose embeddings are reused for captions that it has too"""
    import torch

    from text import TextEncoder

    encode = TextEncoder(text, device="cuda" if torch.cuda.is_available() else "cpu")
    out = np.lib.format.open_memmap(file, "w+", np.float16, (len(captions), 77, 384))
    batch, new = 32 if encode.device == "cpu" else 256, range(len(captions))
    if known:
        rows = {caption: i for i, caption in enumerate(json.loads((known / "captions.json").read_text()))}
        before = np.load(known / "captions.npy", "r")
        for i in (old := [i for i in new if captions[i] in rows]):
            out[i] = before[rows[captions[i]]]
        new = sorted(set(new) - set(old))
    for i in range(0, len(new), batch):
        part = new[i : i + batch]
        out[part] = encode([captions[k] for k in part]).half().cpu().numpy()
    out.flush()


def write_pool(data: Path, text: Path, out: Path, pictures: int, captions: int, seed, processes: int, known: Path | None = None) -> None:
    """data: the folder of the icons; out: the folder for the pool; known: another pool, to reuse its embeddings"""
    per, started, texts = min(250, pictures), time.time(), []
    jobs = [((seed, i), per) for i in range(pictures // per)]
    with open(out / "pool.u8", "wb") as f:
        for pixels, rows in drawn(data, jobs, processes):
            f.write(pixels)
            texts += rows
    table, ids = numbered(texts, captions)
    np.save(out / "pool.npy", ids)
    (out / "captions.json").write_text(json.dumps(table))
    print(len(ids), "pictures,", len(table), f"captions, {time.time() - started:.0f} s", flush=True)
    write_embeddings(table, text, out / "captions.npy", known)
    print(f"embeddings, {time.time() - started:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--text", type=Path, default=HERE.parent, help="folder with text_encoder/ and tokenizer/")
    parser.add_argument("--pictures", type=int, default=24000)
    parser.add_argument("--captions", type=int, default=16000, help="the most different captions, including the empty one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    args = parser.parse_args()

    write_pool(args.data, args.text, args.data, args.pictures, args.captions, args.seed, args.processes)


if __name__ == "__main__":
    main()
