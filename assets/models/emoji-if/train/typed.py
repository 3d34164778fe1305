"""Pictures of what people ask for in their own words: "a red car on the moon", "two dogs", "a cute cat wearing a hat".

compose(rng, painter) draws one of KINDS -> an image at the painter's size and phrases that name everything in it. A phrase
is a prompt without its style; scenes.STYLES has the templates around it.
"""

import numpy as np
from PIL import Image, ImageOps

from scenes import BACKGROUNDS, S, Pen, gradient, ground, jitter, night, paste, put, stars, white

COLOURS = {
    "red": (220, 40, 40), "orange": (245, 140, 30), "yellow": (250, 215, 50), "green": (70, 170, 70), "blue": (50, 110, 220),
    "purple": (140, 70, 190), "pink": (245, 130, 180), "brown": (130, 85, 50), "black": (45, 45, 50), "white": (240, 240, 240),
    "grey": (150, 150, 155), "golden": (225, 175, 55),
}  # fmt: skip
TINTS = {"blue": (175, 210, 245), "pink": (250, 205, 220), "yellow": (253, 236, 165), "green": (190, 228, 190), "grey": (205, 205, 208)}
UNTINTED = {"rainbow", "fireworks", "earth", "city", "beach", "island", "sunrise", "palette", "christmas tree", "peacock"}
ADJECTIVES = ["cute", "little", "beautiful", "funny", "cool", "happy", "nice", "old", "big"]
NUMBERS = {2: ["two", "2", "a pair of"], 3: ["three", "3"], 4: ["four"]}
PLURALS = {
    "mouse": "mice", "sheep": "sheep", "fish": "fish", "deer": "deer", "man": "men", "old man": "old men", "woman": "women",
    "wolf": "wolves", "leaf": "leaves", "tooth": "teeth", "goat": "goats", "tomato": "tomatoes", "potted plant": "potted plants",
}  # fmt: skip
SINGULAR_ONLY = {
    "fire", "coffee", "ice cream", "bread", "corn", "broccoli", "popcorn", "noodles", "spaghetti", "sushi", "cheese", "milk", "wine",
    "beer", "juice", "sun", "earth", "city", "beach", "sunrise", "rainbow", "grapes", "cherries", "pancakes", "french fries",
    "headphones", "scissors", "jeans", "socks", "sunglasses", "high heels", "fireworks", "dice", "wave", "chocolate",
}  # fmt: skip
ANIMALS = [
    "dog", "cat", "bear", "lion", "panda", "rabbit", "pig", "frog", "penguin", "koala", "tiger", "fox", "wolf", "monkey", "horse",
    "cow", "mouse", "hamster", "chicken", "duck", "owl", "dinosaur", "elephant", "octopus", "fish", "snail", "turtle", "unicorn", "dragon",
]  # fmt: skip
WEARERS = [*ANIMALS, "man", "woman", "old man", "smiling face", "snowman", "robot", "ghost", "alien", "pumpkin", "skull", "teddy bear"]
WORN = {"hats": "a hat", "top hat": "a top hat", "baseball cap": "a cap", "crown": "a crown", "graduation cap": "a graduation cap"}
FACES = ["smiling face", "man", "woman", "old man"]  # others wear glasses only in icons called a face, because only there we know where the eyes are
RIDDEN = ["bicycle", "skateboard", "motorcycle", "horse", "elephant", "car", "sailboat", "rocket ship", "cloud", "flower", "house"]
ASTRIDE = {"bicycle", "motorcycle", "horse", "elephant", "skateboard"}


# --- places: f(rng, side, pick) -> RGB image ---


def moon(rng, side, pick):
    im = ground(rng, side, (8, 10, 30), (20, 20, 50), (165, 165, 170), 0.64)
    stars(rng, im, 24, S * 0.55)
    for _ in range(5):
        x, y, r = rng.uniform(0, S), rng.uniform(S * 0.74, S * 0.96), rng.uniform(3, 8)
        Pen(im).ellipse((x - r, y - r * 0.4, x + r, y + r * 0.4), fill=jitter(rng, (135, 135, 142)))
    return im


def space(rng, side, pick):
    im = gradient(side, jitter(rng, (8, 8, 26)), jitter(rng, (28, 16, 58)))
    stars(rng, im, 40)
    paste(im, pick("planet" if rng.random() < 0.6 else "earth"), S * 0.22, *(S * rng.choice([0.14, 0.86], 2)))
    return im


def forest(rng, side, pick):
    im = ground(rng, side, (150, 200, 200), (195, 225, 200), (75, 130, 60), 0.7)
    for x in np.arange(0.04, 1, 0.19):
        paste(im, pick("pine tree" if rng.random() < 0.7 else "tree"), S * rng.uniform(0.42, 0.6), S * (x + rng.uniform(-0.04, 0.04)), S * 0.5)
    return im


def desert(rng, side, pick):
    im = ground(rng, side, (110, 185, 240), (225, 225, 215), (232, 195, 120), 0.6)
    if rng.random() < 0.5:
        paste(im, pick("cactus"), S * 0.3, S * rng.choice([0.14, 0.86]), S * 0.56)
    return im


def beach(rng, side, pick):
    im = gradient(side, jitter(rng, (100, 180, 240)), jitter(rng, (200, 230, 245)))
    Pen(im).rectangle((0, S * 0.45, S, S), fill=jitter(rng, (40, 140, 200)))
    Pen(im).rectangle((0, S * 0.66, S, S), fill=jitter(rng, (240, 215, 150)))
    if rng.random() < 0.6:
        paste(im, pick("palm tree"), S * 0.5, S * rng.choice([0.12, 0.88]), S * 0.46)
    return im


def street(rng, side, pick):
    im = gradient(side, jitter(rng, (140, 190, 235)), jitter(rng, (215, 228, 240)))
    d = Pen(im)
    for x in np.arange(0, 1, 0.16):
        top = S * rng.uniform(0.1, 0.45)
        d.rectangle((S * x, top, S * (x + 0.15), S * 0.8), fill=jitter(rng, (130, 140, 160), 25))
        for y in np.arange(top + 4, S * 0.74, 8):
            d.rectangle((S * x + 3, y, S * x + 6, y + 3), fill=(250, 235, 170))
            d.rectangle((S * x + 9, y, S * x + 12, y + 3), fill=(250, 235, 170))
    d.rectangle((0, S * 0.8, S, S), fill=jitter(rng, (95, 95, 100)))
    return im


def sunset(rng, side, pick):
    im = gradient(side, jitter(rng, (110, 70, 140)), jitter(rng, (250, 160, 80)))
    x = rng.uniform(30, 66)
    Pen(im).ellipse((x - 14, S * 0.5, x + 14, S * 0.5 + 28), fill=(255, 220, 120))
    Pen(im).rectangle((0, S * 0.68, S, S), fill=jitter(rng, (80, 60, 90)))
    return im


def deep(rng, side, pick):
    im = gradient(side, jitter(rng, (60, 160, 215)), jitter(rng, (10, 60, 125)))
    for _ in range(9):
        x, y, r = rng.uniform(0, S), rng.uniform(0, S), rng.uniform(1, 3)
        Pen(im).ellipse((x - r, y - r, x + r, y + r), fill=(190, 228, 245))
    return im


def rain(rng, side, pick):
    im = ground(rng, side, (110, 125, 145), (165, 178, 190), (105, 120, 105), 0.72)
    for _ in range(34):
        x, y = rng.uniform(0, S), rng.uniform(0, S)
        Pen(im).line((x, y, x - 2, y + 7), fill=(195, 215, 235))
    return im


def table(rng, side, pick):
    return ground(rng, side, (228, 215, 195), (240, 230, 215), (150, 100, 60), 0.64)


def mountains(rng, side, pick):
    im = ground(rng, side, (110, 170, 230), (210, 228, 245), (110, 160, 85), 0.7)
    for x in (rng.uniform(0, 25), rng.uniform(70, 96), rng.uniform(35, 60)):
        top, w, base = rng.uniform(14, 32), rng.uniform(28, 40), S * 0.7
        Pen(im).polygon([(x - w, base), (x, top), (x + w, base)], fill=jitter(rng, (110, 118, 140)))
        Pen(im).polygon([(x - w * 0.3, top + (base - top) * 0.3), (x, top), (x + w * 0.3, top + (base - top) * 0.3)], fill=(248, 250, 255))
    return im


def hill(rng, side, pick):
    im = gradient(side, jitter(rng, (120, 195, 245)), jitter(rng, (205, 232, 250)))
    Pen(im).ellipse((-S * 0.3, S * 0.66, S * 1.3, S * 1.7), fill=jitter(rng, (95, 175, 70)))
    return im


def old_place(name):
    return lambda rng, side, pick: BACKGROUNDS[name][0](rng, side)


PLACES = {
    "moon": (moon, ["on the moon", "on the moon", "walking on the moon"]),
    "space": (space, ["in space", "in outer space", "flying in space"]),
    "forest": (forest, ["in the forest", "in a forest", "in the woods", "in the jungle"]),
    "desert": (desert, ["in the desert"]),
    "beach": (beach, ["on the beach", "at the beach"]),
    "street": (street, ["in the city", "in a city", "in the street"]),
    "sunset": (sunset, ["at sunset", "in the sunset"]),
    "deep": (deep, ["under water", "underwater", "in the ocean", "in the water"]),
    "rain": (rain, ["in the rain"]),
    "table": (table, ["on a table", "on the table"]),
    "mountains": (mountains, ["in the mountains"]),
    "hill": (hill, ["on a hill", "on a green hill"]),
    "night": (old_place("night"), ["at night", "in the night"]),
    "grass": (old_place("grass"), ["on the grass", "in a field", "in the park", "in a garden"]),
    "snow": (old_place("snow"), ["in the snow", "in winter"]),
    "sea": (old_place("sea"), ["on the sea", "in the sea", "on water"]),
}


# --- changes to things ---


def tinted(icon: Image.Image, colour: str) -> Image.Image:
    """Recolours the icon's coloured parts, or its light parts if it has hardly any colour, and keeps the shades."""
    x = np.asarray(icon, np.float32)
    rgb, solid = x[..., :3], x[..., 3] > 128
    light = rgb @ np.array([0.3, 0.59, 0.11], np.float32)
    main = solid & (rgb.max(2) - rgb.min(2) > 50)
    if main.sum() < 0.25 * solid.sum():
        main = solid & (light > 60)
    if not main.any():
        return icon
    shade = (light / np.median(light[main]).clip(20))[..., None]
    target = np.array(COLOURS[colour], np.float32)
    new = np.where(shade < 1, target * shade, target + (255 - target) * (shade - 1).clip(0, 0.7))
    return Image.fromarray(np.concatenate([np.where(main[..., None], new, rgb), x[..., 3:]], 2).clip(0, 255).astype(np.uint8))


def crown_of(icon: Image.Image):
    """Where a hat sits, as shares of the icon's side: the middle of the topmost solid rows, and the top."""
    solid = np.asarray(icon)[..., 3] > 128
    rows = np.flatnonzero(solid.any(1))
    if not len(rows):
        return 0.5, 0.1
    top = rows[0]
    band = solid[top : top + max(2, icon.height // 6)]
    return np.flatnonzero(band.any(0)).mean() / icon.width, top / icon.height


def plural(name: str) -> str:
    if name in PLURALS:
        return PLURALS[name]
    if name.endswith(("s", "sh", "ch", "x")):
        return name + "es"
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    return name + "s"


# --- kinds: f(rng, painter) -> image, phrases ---


def ground_of(rng, painter):
    """Mostly white, sometimes a place -> image, words that follow a phrase"""
    if rng.random() < 0.65:
        return white(rng, painter.side), [""]
    return place(rng, painter)


def place(rng, painter):
    paint, words = PLACES[list(PLACES)[rng.integers(len(PLACES))]]
    return paint(rng, painter.side, lambda part: painter.icon(rng, part)), [" " + w for w in words]


def said(rng, phrases, where):
    return [phrase + where[rng.integers(len(where))] for phrase in phrases]


def coloured(rng, painter):
    name = painter.object(rng, UNTINTED)
    colour = list(COLOURS)[rng.integers(len(COLOURS))]
    back, where = ground_of(rng, painter)
    if colour == "white" and where == [""]:
        back, where = tinted_ground(rng, painter.side)
    kind = ADJECTIVES[rng.integers(len(ADJECTIVES))]
    phrases = [painter.article(name, colour)] * 2 + [f"{colour} {name}", painter.article(name, f"{kind} {colour}")]
    return put(rng, back, tinted(painter.icon(rng, name), colour)), said(rng, phrases, where)


def tinted_ground(rng, side):
    tint = list(TINTS)[rng.integers(len(TINTS))]
    return Image.new("RGB", (side, side), jitter(rng, TINTS[tint], 6)), ["", f" on a {tint} background"]


def numbered(rng, painter):
    name, n = painter.object(rng, SINGULAR_ONLY), int(rng.choice([2, 3, 4], p=[0.55, 0.3, 0.15]))
    (back, where), icon = ground_of(rng, painter), painter.icon(rng, name)
    size = S * {2: 0.48, 3: 0.42, 4: 0.42}[n] * rng.uniform(0.92, 1.04)
    spots = {2: [(0.26, 0.55), (0.74, 0.55)], 3: [(0.27, 0.68), (0.73, 0.68), (0.5, 0.28)], 4: [(0.27, 0.27), (0.73, 0.27), (0.27, 0.73), (0.73, 0.73)]}[n]
    for x, y in spots:
        turned = ImageOps.mirror(icon) if rng.random() < 0.3 else icon
        paste(back, turned, size, S * x + rng.uniform(-2, 2), S * y + rng.uniform(-2, 2))
    words = NUMBERS[n]
    return back, said(rng, [f"{words[rng.integers(len(words))]} {plural(name)}" for _ in range(2)], where)


def wearing(rng, painter):
    name = WEARERS[rng.integers(len(WEARERS))]
    back, where = ground_of(rng, painter)
    rows = painter.faces.get(name) or (painter.icons[name] if name in FACES else [])
    size, x = S * rng.uniform(0.68, 0.78), S / 2 + rng.uniform(-3, 3)
    if rows and rng.random() < 0.45:
        paste(back, painter.image(rng, rows), size, x, S * 0.54)
        what = ["glasses", "sunglasses"][rng.integers(2)]
        paste(back, painter.icon(rng, what), size * 0.56, x, S * 0.54 - size * 0.04)
    else:
        icon, y = painter.icon(rng, name), S - size / 2 - 1
        paste(back, icon, size, x, y)
        part = list(WORN)[rng.choice(len(WORN), p=[0.5, 0.15, 0.13, 0.12, 0.1])]
        across, down = crown_of(icon)
        hat = size * rng.uniform(0.42, 0.52)
        paste(back, painter.icon(rng, part), hat, x + (across - 0.5) * size, y + (down - 0.5) * size - hat * 0.22)
        what = WORN[part]
    a, kind = painter.article(name), painter.article(name, ADJECTIVES[rng.integers(len(ADJECTIVES))])
    return back, said(rng, [f"{a} wearing {what}", f"{a} with {what}", f"{kind} wearing {what}", f"{name} in {what}"], where)


def together(rng, painter):
    first, second = painter.object(rng), painter.object(rng)
    back, where = ground_of(rng, painter)
    for name, x in (first, 0.27), (second, 0.73):
        paste(back, painter.icon(rng, name), S * rng.uniform(0.48, 0.54), S * x + rng.uniform(-2, 2), S * 0.56 + rng.uniform(-4, 4))
    a, b = painter.article(first), painter.article(second)
    return back, said(rng, [f"{a} and {b}", f"{a} next to {b}", f"{a} with {b}", f"{first} and {second}"], where)


def riding(rng, painter):
    rider, ridden = ANIMALS[rng.integers(len(ANIMALS))], RIDDEN[rng.integers(len(RIDDEN))]
    back, where = ground_of(rng, painter)
    x = S / 2 + rng.uniform(-3, 3)
    paste(back, painter.icon(rng, ridden), S * 0.62, x, S * 0.68)
    paste(back, painter.icon(rng, rider), S * rng.uniform(0.44, 0.5), x, S * 0.3)
    a, b = painter.article(rider), painter.article(ridden)
    return back, said(rng, [f"{a} on {b}"] + ([f"{a} riding {b}"] if ridden in ASTRIDE else []), where)


def placed(rng, painter):
    name = painter.object(rng)
    back, where = place(rng, painter)
    paste(back, painter.icon(rng, name), S * rng.uniform(0.6, 0.82), S / 2 + rng.uniform(-5, 5), S * 0.56 + rng.uniform(-4, 4))
    phrases = [painter.article(name), painter.article(name), painter.article(name, ADJECTIVES[rng.integers(len(ADJECTIVES))]), name]
    return back, said(rng, phrases, where)


def described(rng, painter):
    name = painter.object(rng)
    names = [name, *painter.synonyms(name)]
    kinds = [ADJECTIVES[i] for i in rng.integers(len(ADJECTIVES), size=2)]
    phrases = [painter.article(names[rng.integers(len(names))], kind) for kind in kinds] + [name]
    return put(rng, white(rng, painter.side), painter.icon(rng, name)), phrases


KINDS = {coloured: 0.28, placed: 0.24, wearing: 0.14, numbered: 0.12, together: 0.1, riding: 0.06, described: 0.06}


def compose(rng, painter):
    kinds = list(KINDS)
    return kinds[rng.choice(len(kinds), p=list(KINDS.values()))](rng, painter)
