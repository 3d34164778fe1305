"""Draw three sketches for SDEdit, as if with felt pens by an unsteady hand; seeded, 64x64."""

import numpy as np
from PIL import Image, ImageDraw

SCALE = 4  # drawn large and scaled down, for smooth lines


def stroke(draw, rng, points, colour, width=2.4):
    """A line through the points (units of 0..64) that wavers by about a pixel."""
    path = []
    for a, b in zip(points[:-1], points[1:]):
        a, b = np.asarray(a, float), np.asarray(b, float)
        n = max(2, int(np.hypot(*(b - a)) / 6))
        path += [a + (b - a) * i / n + rng.normal(0, 0.45, 2) for i in range(n)]
    path += [np.asarray(points[-1], float)]
    draw.line([tuple(p * SCALE) for p in path], fill=colour, width=int(width * SCALE), joint="curve")


def circle(x, y, r, start=0.0):
    angles = start + np.linspace(0, 2 * np.pi, 14)
    return [(x + r * np.cos(a), y + r * np.sin(a)) for a in angles]


def scribble(draw, rng, box, colour, gap=3.6):
    """Fills a box with a zigzag."""
    x0, y0, x1, y1 = box
    rows = np.arange(y0, y1, gap)
    points = [(x, y) for i, y in enumerate(rows) for x in ((x0, x1) if i % 2 == 0 else (x1, x0))]
    stroke(draw, rng, points, colour, 3.2)


def house(draw, rng):
    scribble(draw, rng, (17, 33, 47, 55), (235, 195, 140))
    stroke(draw, rng, [(15, 31), (15, 57), (49, 57), (49, 31)], (60, 40, 30))
    for inner in range(0, 12, 3):
        stroke(draw, rng, [(14 + inner * 1.4, 30), (32, 12 + inner), (50 - inner * 1.4, 30)], (190, 50, 40))
    stroke(draw, rng, [(28, 57), (28, 44), (36, 44), (36, 57)], (90, 55, 30))
    stroke(draw, rng, [(39, 37), (45, 37), (45, 43), (39, 43), (39, 37)], (40, 90, 170))


def sailboat(draw, rng):
    stroke(draw, rng, [(10, 46), (54, 46), (46, 56), (18, 56), (10, 46)], (120, 70, 35))
    scribble(draw, rng, (17, 49, 47, 55), (165, 105, 60))
    stroke(draw, rng, [(32, 46), (32, 8)], (70, 50, 40))
    stroke(draw, rng, [(35, 11), (35, 42), (53, 42), (35, 11)], (200, 45, 45))
    stroke(draw, rng, [(29, 15), (29, 42), (13, 42), (29, 15)], (225, 120, 60))
    stroke(draw, rng, [(2, 60), (12, 57), (22, 61), (32, 58), (42, 61), (52, 58), (62, 60)], (40, 110, 190))


def cat(draw, rng):
    orange, dark = (230, 145, 50), (60, 40, 30)
    for r in (19, 15, 11, 7, 3):
        stroke(draw, rng, circle(32, 36, r, rng.uniform(0, 6)), orange, 4)
    stroke(draw, rng, circle(32, 36, 20), dark)
    stroke(draw, rng, [(15, 26), (14, 8), (27, 17)], dark)
    stroke(draw, rng, [(37, 17), (50, 8), (49, 26)], dark)
    for x in (24, 40):
        stroke(draw, rng, circle(x, 33, 1.6), (30, 80, 40), 2.6)
    stroke(draw, rng, [(30, 40), (34, 40), (32, 43), (30, 40)], (200, 70, 90))
    stroke(draw, rng, [(25, 45), (32, 48), (39, 45)], dark, 1.6)
    for y in (-3, 1):
        stroke(draw, rng, [(22, 41), (6, 41 + y * 2)], dark, 1.2)
        stroke(draw, rng, [(42, 41), (58, 41 + y * 2)], dark, 1.2)


SKETCHES = {"a house": house, "a sailboat on the sea": sailboat, "a cat": cat}  # prompt -> painter


def sketch(prompt: str, seed: int = 0) -> np.ndarray:
    """[64, 64, 3] uint8"""
    page = Image.new("RGB", (64 * SCALE, 64 * SCALE), (252, 251, 247))
    SKETCHES[prompt](ImageDraw.Draw(page), np.random.default_rng(seed))
    return np.array(page.resize((64, 64), Image.LANCZOS))
