"""Backgrounds, composed scenes and styles: cheap pictures that give meaning to the words of prompts.

Everything is drawn with Pillow from a numpy Generator, so a seed determines the whole pool. Coordinates are in units of 1/96 of
a picture's side, so the same seed draws the same picture at every size.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

S = 96  # units per side


class Pen:
    """ImageDraw in units."""

    def __init__(self, image):
        self.draw, self.pixels = ImageDraw.Draw(image), image.width / S

    def scaled(self, points):
        if isinstance(points[0], tuple):
            return [self.scaled(p) for p in points]
        return tuple(v * self.pixels for v in points)

    def rectangle(self, box, **colours):
        self.draw.rectangle(self.scaled(box), **colours)

    def ellipse(self, box, **colours):
        self.draw.ellipse(self.scaled(box), **colours)

    def polygon(self, points, **colours):
        self.draw.polygon(self.scaled(points), width=round(self.pixels), **colours)

    def line(self, points, fill, width=1):
        self.draw.line(self.scaled(points), fill=fill, width=round(width * self.pixels))


def blur(image, radius):
    return image.filter(ImageFilter.GaussianBlur(radius * image.width / S))


def enlarged(grid, side):
    """A grid of values of one channel, smoothly enlarged to side x side."""
    if grid.shape == (side, side):
        return grid
    return np.asarray(Image.fromarray(grid.astype(np.float32)).resize((side, side), Image.BICUBIC))


def gradient(side, top, bottom) -> Image.Image:
    t = np.linspace(0, 1, side)[:, None, None]
    rows = np.asarray(top)[None, None] * (1 - t) + np.asarray(bottom)[None, None] * t
    return Image.fromarray(np.broadcast_to(rows, (side, side, 3)).clip(0, 255).astype(np.uint8))


def clouds(rng, side, low, high, cells=6) -> Image.Image:
    """Smooth random mixtures of two colours, for canvas, walls and blurred rooms."""
    grid = Image.fromarray((rng.random((cells, cells)) * 255).astype(np.uint8)).resize((side, side), Image.BICUBIC)
    m = np.asarray(grid, np.float32)[..., None] / 255
    return Image.fromarray((np.asarray(low) * (1 - m) + np.asarray(high) * m).clip(0, 255).astype(np.uint8))


def jitter(rng, colour, amount=14):
    return tuple(int(v) for v in np.clip(np.asarray(colour) + rng.uniform(-amount, amount, 3), 0, 255))


def stars(rng, image, n, floor=S):
    d = Pen(image)
    for _ in range(n):
        x, y, r = rng.uniform(0, S), rng.uniform(0, floor), rng.uniform(0.5, 1.3)
        d.ellipse((x - r, y - r, x + r, y + r), fill=(255, 255, rng.integers(190, 255)))


def night(rng, side=S):
    im = gradient(side, jitter(rng, (10, 14, 50)), jitter(rng, (35, 35, 95)))
    stars(rng, im, int(rng.integers(15, 35)))
    return im


def ground(rng, side, sky, sky2, soil, y=0.62):
    im = gradient(side, jitter(rng, sky), jitter(rng, sky2))
    Pen(im).rectangle((0, S * (y + rng.uniform(-0.06, 0.06)), S, S), fill=jitter(rng, soil))
    return im


def grass(rng, side=S):
    return ground(rng, side, (120, 195, 245), (200, 230, 250), (95, 175, 70))


def snow(rng, side=S):
    im = ground(rng, side, (150, 185, 220), (205, 222, 238), (243, 247, 252))
    stars(rng, im, 14)
    return im


def sea(rng, side=S):
    return ground(rng, side, (150, 210, 245), (215, 236, 248), (35, 115, 185), 0.55)


def plain(rng, side=S):
    return Image.new("RGB", (side, side), tuple(int(v) for v in rng.integers(120, 250, 3)))


def white(rng, side=S):
    return Image.new("RGB", (side, side), (255, 255, 255))


BACKGROUNDS = {  # name -> (painter, phrases)
    "white": (white, [""]),
    "plain": (plain, [""]),
    "night": (night, [" at night", " in the night sky"]),
    "grass": (grass, [" on the grass", " in a meadow"]),
    "snow": (snow, [" in the snow"]),
    "sea": (sea, [" on the sea", " by the sea"]),
}


def paste(image, icon, size, x, y):
    """Paste an RGBA icon of the given size with its centre at (x, y)."""
    size, x, y = (v * image.width / S for v in (size, x, y))
    small = icon.resize((max(2, int(size)),) * 2, Image.LANCZOS)
    image.paste(small, (int(x - size / 2), int(y - size / 2)), small)


def put(rng, image, icon):
    size = S * rng.uniform(0.8, 0.98)
    paste(image, icon, size, S / 2 + rng.uniform(-4, 4), S / 2 + rng.uniform(-4, 4))
    return image


# --- composed scenes: f(rng, pick, side) -> RGB image, side x side; pick(concept) is a random icon of that concept ---


def campfire(rng, pick, side=S):
    im = night(rng, side) if rng.random() < 0.8 else gradient(side, jitter(rng, (70, 60, 110)), jitter(rng, (230, 140, 90)))
    d = Pen(im)
    d.rectangle((0, S * 0.72, S, S), fill=jitter(rng, (70, 55, 35)))
    glow = Image.new("L", im.size, 0)
    Pen(glow).ellipse((S * 0.15, S * 0.35, S * 0.85, S * 1.0), fill=150)
    im.paste((255, 150, 50), (0, 0), blur(glow, 14))
    size = S * rng.uniform(0.4, 0.5)
    for x in [0.15, 0.85] + ([0.36, 0.64] if rng.random() < 0.6 else []):
        near = abs(x - 0.5) > 0.2
        paste(im, pick("people"), size * (1.15 if near else 0.85), S * x + rng.uniform(-3, 3), S * (0.6 if near else 0.5))
    d = Pen(im)
    for a, b in (((0.34, 0.92), (0.66, 0.84)), ((0.34, 0.84), (0.66, 0.92))):
        d.line((S * a[0], S * a[1], S * b[0], S * b[1]), fill=(110, 65, 30), width=5)
    paste(im, pick("fire"), S * rng.uniform(0.36, 0.44), S / 2 + rng.uniform(-2, 2), S * 0.7)
    return im


def hut(rng, im, x, y, w):
    """A small house with snow on the roof and lit windows."""
    d = Pen(im)
    wall = jitter(rng, [(150, 90, 55), (185, 130, 85), (120, 75, 60), (200, 165, 120)][rng.integers(4)], 10)
    d.rectangle((x - w / 2, y - w * 0.6, x + w / 2, y), fill=wall)
    d.polygon([(x - w * 0.66, y - w * 0.55), (x, y - w * 1.15), (x + w * 0.66, y - w * 0.55)], fill=(250, 252, 255), outline=(170, 190, 215))
    d.rectangle((x - w * 0.3, y - w * 0.42, x - w * 0.06, y - w * 0.2), fill=(255, 215, 100))
    d.rectangle((x + w * 0.1, y - w * 0.4, x + w * 0.32, y), fill=(85, 50, 35))


def village(rng, pick, side=S):
    skies = [((95, 150, 215), (205, 225, 245)), ((60, 80, 140), (220, 180, 190)), ((120, 140, 170), (225, 232, 240))]
    a, b = skies[rng.integers(3)]
    im = gradient(side, jitter(rng, a), jitter(rng, b))
    d = Pen(im)
    for x in (rng.uniform(-5, 20), rng.uniform(75, 100), rng.uniform(35, 60)):
        h, w, base = rng.uniform(42, 56), rng.uniform(34, 46), S * 0.68
        top, rock = base - h, jitter(rng, (95, 110, 140))
        d.polygon([(x - w, base), (x, top), (x + w, base)], fill=rock)
        d.polygon([(x - w * 0.5, top + h * 0.5), (x, top), (x + w * 0.5, top + h * 0.5), (x + w * 0.2, top + h * 0.38), (x, top + h * 0.52), (x - w * 0.22, top + h * 0.4)], fill=(250, 252, 255))
    d.rectangle((0, S * 0.66, S, S), fill=(240, 245, 252))
    for x in rng.uniform(0, S, 3):
        paste(im, pick("pine tree"), S * 0.2, x, S * 0.68)
    for x in (0.2, 0.78, 0.5):
        hut(rng, im, S * (x + rng.uniform(-0.05, 0.05)), S * rng.uniform(0.8, 0.94), S * rng.uniform(0.2, 0.27))
    stars(rng, im, int(rng.integers(0, 16)))
    return im


def coast(rng, pick, side=S):
    im = gradient(side, jitter(rng, (85, 165, 235)), jitter(rng, (190, 225, 245)))
    d = Pen(im)
    sea_y = S * rng.uniform(0.5, 0.58)
    if rng.random() < 0.5:
        x = rng.uniform(60, 84)
        d.ellipse((x - 6, 8, x + 6, 20), fill=(255, 225, 110))
    d.rectangle((0, sea_y, S, S), fill=jitter(rng, (25, 130, 190)))
    for _ in range(9):
        x, y = rng.uniform(20, S), rng.uniform(sea_y + 3, S)
        d.line((x, y, x + rng.uniform(4, 10), y), fill=(110, 195, 225))
    reach = rng.uniform(0.55, 0.72)
    d.polygon([(0, S * 0.12), (S * 0.2, S * 0.14), (S * 0.42, S * 0.36), (S * reach, S * 0.66), (S * reach * 0.8, S * 0.85), (0, S)], fill=jitter(rng, (95, 125, 70)))
    d.polygon([(0, S * 0.8), (S * reach * 0.9, S * 0.7), (S * reach * 0.8, S * 0.88), (0, S)], fill=jitter(rng, (150, 130, 105)))
    colours = [(250, 225, 170), (240, 170, 120), (245, 245, 235), (230, 130, 120), (250, 205, 110)]
    for y in np.arange(0.36, 0.8, 0.1):
        for x in np.arange(0.03, y * 0.78 - 0.08, 0.125):
            x0, y0 = S * (x + rng.uniform(-0.01, 0.01)), S * (y + rng.uniform(-0.01, 0.02))
            d.rectangle((x0, y0, x0 + S * 0.1, y0 + S * 0.1), fill=jitter(rng, colours[rng.integers(5)], 8))
            d.rectangle((x0, y0, x0 + S * 0.1, y0 + 2), fill=(190, 90, 60))
            d.rectangle((x0 + 3, y0 + 5, x0 + 5, y0 + 8), fill=(90, 75, 85))
    if rng.random() < 0.6:
        paste(im, pick("sailboat"), S * 0.2, S * rng.uniform(0.78, 0.9), S * rng.uniform(0.6, 0.75))
    return im if rng.random() < 0.5 else ImageOps.mirror(im)


def waterfall(rng, pick, side=S):
    im = gradient(side, jitter(rng, (150, 200, 235)), jitter(rng, (210, 230, 240)))
    d = Pen(im)
    rock, top = jitter(rng, (105, 100, 95)), S * rng.uniform(0.16, 0.24)
    d.rectangle((0, top, S, S), fill=rock)
    for _ in range(26):
        x, y, r = rng.uniform(0, S), rng.uniform(top, S * 0.85), rng.uniform(4, 11)
        d.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=jitter(rng, rock, 22))
    for x in np.arange(-4, S + 8, 9):
        r = rng.uniform(6, 10)
        d.ellipse((x - r, top - r, x + r, top + r * 0.8), fill=jitter(rng, (70, 140, 60)))
    falls = [(0.5, rng.uniform(0.24, 0.36))] if rng.random() < 0.5 else [(0.32, 0.2), (0.68, 0.2)]
    for x, w in falls:
        x0, x1 = S * (x - w / 2), S * (x + w / 2)
        d.rectangle((x0, top - 3, x1, S * 0.84), fill=(215, 238, 250))
        for _ in range(int((x1 - x0) / 2.2)):
            u = rng.uniform(x0, x1)
            d.line((u, top, u + rng.uniform(-1, 1), S * 0.84), fill=[(140, 195, 230), (255, 255, 255)][rng.integers(2)], width=2)
    d.rectangle((0, S * 0.84, S, S), fill=jitter(rng, (60, 140, 185)))
    for x, w in falls:
        for _ in range(12):
            u, v, r = S * x + rng.normal() * S * w * 0.4, S * 0.84 + rng.uniform(-3, 4), rng.uniform(2, 5)
            d.ellipse((u - r, v - r, u + r, v + r), fill=(245, 250, 255))
    return im


def hat(rng, pick, side=S):
    im = [white, plain, grass, white][rng.integers(4)](rng, side)
    size, x = S * rng.uniform(0.72, 0.8), S / 2 + rng.uniform(-3, 3)
    y = S - size / 2 + 1
    paste(im, pick("man" if rng.random() < 0.75 else "old man"), size, x, y)
    paste(im, pick("hats"), size * rng.uniform(0.6, 0.7), x, y - size * 0.42)
    return im


def barista(rng, pick, side=S):
    im = clouds(rng, side, jitter(rng, (95, 65, 45)), jitter(rng, (190, 150, 110)))
    size, x, y = S * rng.uniform(0.78, 0.86), S * rng.uniform(0.4, 0.46), S * 0.5
    paste(im, pick("beards"), size, x, y)
    if rng.random() < 0.7:
        paste(im, pick("glasses"), size * 0.52, x, y - size * 0.02)
    Pen(im).rectangle((0, S * 0.86, S, S), fill=jitter(rng, (115, 70, 40)))
    paste(im, pick("coffee"), S * rng.uniform(0.36, 0.42), S * 0.79, S * 0.74)
    return im


SCENES = {
    "people around a campfire": (campfire, ["people around a campfire", "people sitting around a fire", "friends at a campfire"]),
    "a snowy mountain village": (village, ["a snowy mountain village", "a village in the snow", "a mountain village in winter"]),
    "the amalfi coast": (coast, ["the amalfi coast", "the amalfi cost", "a coast with colourful houses", "a village by the sea"]),
    "waterfalls": (waterfall, ["waterfalls", "a waterfall", "a waterfall in the forest"]),
    "a man wearing a hat": (hat, ["a man wearing a hat", "a man with a hat", "a person in a hat"]),
    "a hipster barista": (barista, ["a hipster barista", "a barista", "a bearded man with coffee"]),
}


# --- styles: filters over the finished picture ---


def photo(rng, im):
    x = np.asarray(im, np.float32)
    yy, xx = np.mgrid[0 : im.height, 0 : im.width] / (im.width - 1) - 0.5
    light = 1 + rng.uniform(0.1, 0.25) * (xx * rng.uniform(-1, 1) - yy)
    grain = enlarged(rng.normal(0, 5, (S, S)), im.width)
    x = x * (light * (1 - 0.75 * (xx**2 + yy**2)))[..., None] + grain[..., None]
    return Image.fromarray(x.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))  # the lens; in pixels


def oil(rng, im):
    x = np.asarray(im.filter(ImageFilter.ModeFilter(round(5 * im.width / S))), np.float32)
    strokes = Image.fromarray((rng.random((S, S // 5)) * 255).astype(np.uint8)).resize(im.size, Image.BICUBIC)
    strokes = np.asarray(strokes, np.float32) - 128
    x = (x - 128) * 1.12 + 120 + strokes[..., None] * 0.2
    return Image.fromarray((x * np.array([1.05, 0.97, 0.82])).clip(0, 255).astype(np.uint8))


def lithograph(rng, im):
    g = np.asarray(ImageOps.autocontrast(im.convert("L")), np.float32) / 255
    hatch = 0.5 + 0.5 * np.sin((np.mgrid[0 : im.height, 0 : im.width] * [[[1]], [[rng.choice([-0.5, 0.5])]]]).sum(0) * S / im.width * 2 * np.pi / 5)
    ink = ((g + 0.3 * (hatch - 0.5)) * 1.3 - 0.1).clip(0, 1)[..., None]
    return Image.fromarray((np.array([38, 34, 32]) * (1 - ink) + np.array([238, 228, 206]) * ink).astype(np.uint8))


def sketch(rng, im):
    g = np.asarray(im.convert("L"), np.float32)
    soft = np.asarray(blur(im.convert("L"), 3), np.float32)
    line = 255 * (g + 25) / (soft + 25)
    return Image.fromarray((255 - (255 - line.clip(0, 255)) * 1.7).clip(40, 255).astype(np.uint8)).convert("RGB")


STYLES = {  # name -> (filter, templates)
    "drawing": (None, ["{}", "{}", "a drawing of {}", "an emoji of {}", "a picture of {}"]),
    "photo": (photo, ["a photo of {}", "a photo of {}", "a high quality photo of {}"]),
    "oil": (oil, ["an oil painting of {}", "an oil painting of {}", "a painting of {}"]),
    "lithograph": (lithograph, ["a lithograph of {}", "a lithograph of {}", "an engraving of {}"]),
    "sketch": (sketch, ["a pencil sketch of {}", "a sketch of {}"]),
}


def canvas(rng, style, side=S):
    """The background of a single object in this style."""
    if style == "photo":
        pairs = [((120, 90, 65), (200, 170, 135)), ((90, 120, 90), (190, 210, 170)), ((120, 150, 180), (215, 225, 235)), ((170, 170, 172), (232, 230, 228))]
        low, high = pairs[rng.integers(4)]
        return clouds(rng, side, jitter(rng, low), jitter(rng, high), 4)
    if style == "oil":
        pairs = [((70, 50, 35), (150, 110, 70)), ((60, 75, 70), (150, 150, 110)), ((170, 140, 95), (225, 200, 150))]
        low, high = pairs[rng.integers(3)]
        return clouds(rng, side, jitter(rng, low), jitter(rng, high), 6)
    return white(rng, side)
