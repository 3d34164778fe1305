"""Find pairs of icons that share an outline when one of them is upside down.

In a flip anagram both readings must fit one outline. Pictures of such icons, stretched into one box, teach the network
shapes that both have in common.
"""

import numpy as np
from PIL import Image

GRID = 24  # masks are compared at this size
LEAST = 0.84  # lowest intersection over union of two masks
PARTNERS = 3  # per icon, the best ones


def box_of(pixels) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the solid pixels"""
    solid = pixels[..., 3] > 128
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    return (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1) if len(rows) else (0, 0, *solid.shape)


def mask_of(pixels) -> np.ndarray:
    """The icon's filled outline, scaled to GRID x GRID regardless of its position and size"""
    alpha = Image.fromarray(pixels[..., 3]).crop(box_of(pixels)).resize((GRID, GRID), Image.BOX)
    return np.asarray(alpha) > 128


def slim(box) -> float:
    return (box[2] - box[0]) / (box[3] - box[1])


def find(pixels, names: list[str]) -> np.ndarray:
    """pixels [n, side, side, 4], names of what they show -> [pairs, 2]: rows with similar outlines, the second one's flipped"""
    masks = np.stack([mask_of(p) for p in pixels]).astype(np.float32)
    upright, flipped = masks.reshape(len(masks), -1), masks[:, ::-1].reshape(len(masks), -1)
    common = upright @ flipped.T
    share = common / (upright.sum(1)[:, None] + flipped.sum(1)[None] - common).clip(1)
    names, shape = np.array(names), np.array([slim(box_of(p)) for p in pixels])
    ratio = shape[:, None] / shape[None]
    share[(names[:, None] == names[None]) | (ratio < 0.75) | (ratio > 1.33)] = 0
    best = np.argsort(-share, 1)[:, :PARTNERS]
    pairs = [(i, j) for i, row in enumerate(best) for j in row if share[i, j] >= LEAST]
    return np.array(pairs, np.int32).reshape(-1, 2)


def fitted(pixels, box) -> Image.Image:
    """The icon with its solid part stretched into the box"""
    own = Image.fromarray(pixels).crop(box_of(pixels)).resize((box[2] - box[0], box[3] - box[1]), Image.LANCZOS)
    page = Image.new("RGBA", pixels.shape[1::-1])
    page.paste(own, tuple(int(v) for v in box[:2]))
    return page
