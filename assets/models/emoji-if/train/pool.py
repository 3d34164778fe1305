"""Random batches of data.py's pool, drawn on the network's device; on a GPU the whole pool is in its memory."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

EMPTY = 0.1  # share of empty captions


def stored(folder: Path, name: str, device, *shape: int):
    """A file of numbers as a tensor. On a GPU it is loaded whole; on a CPU its pages are read on demand."""
    path = folder / name
    # "c" (copy-on-write), because torch wants writable memory; nothing is written
    array = np.load(path, mmap_mode="c") if path.suffix == ".npy" else np.memmap(path, np.uint8, "c").reshape(shape)
    return torch.from_numpy(array).to(device)


def draw(g, n: int, low: int, high: int):
    """n integers in low .. high - 1, on the generator's device"""
    return torch.randint(low, high, (n,), device=g.device, generator=g)


def chance(g, n: int, share: float):
    """n booleans, each true with probability `share`, [n, 1, 1, 1]"""
    return torch.rand(n, 1, 1, 1, device=g.device, generator=g) < share


class Captions:
    """ids: [pictures, captions of each]; table: [captions, 77, 384], caption 0 the empty prompt"""

    def __init__(self, ids, table):
        self.ids, self.table = ids, table

    def draw(self, g, rows):
        """A caption for each of these pictures, some of them empty: [n, 77, 384]"""
        n = len(rows)
        captions = self.ids[rows, draw(g, n, 0, self.ids.shape[1])]
        return self.table[torch.where(chance(g, n, EMPTY).view(n), 0, captions)].float()


class Pool:
    """Random batches: pictures in [-1, 1] at a given size, mirrored half the time, and their captions."""

    def __init__(self, folder: Path, device):
        self.pictures = stored(folder, "pool.u8", device, -1, 64, 64, 3)
        self.captions = Captions(stored(folder, "pool.npy", device), stored(folder, "captions.npy", device))

    def batch(self, g, n: int, size: int):
        """g: a generator on the pool's device -> [n, 3, size, size], (text [n, 77, 384],)"""
        rows = draw(g, n, 0, len(self.pictures))
        x = self.pictures[rows].permute(0, 3, 1, 2).float() / 127.5 - 1  # already in channels_last layout
        if size < 64:
            x = F.avg_pool2d(x, 64 // size)
        x = torch.where(chance(g, n, 0.5), x.flip(3), x)
        return x, (self.captions.draw(g, rows),)
