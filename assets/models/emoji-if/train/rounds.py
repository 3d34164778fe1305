"""The long training: rounds of new pictures until somebody stops it. continue.sh starts it.

A round draws its own pool, trains on each picture a few times, and deletes the pool. The rate is constant after the warm-up.
--finish lets it fall to zero over the given number of pictures, in a copy of the run, so the run itself can go on. Even
kill -9 only loses what was learnt since the last checkpoint.

    python rounds.py --run FOLDER                      FOLDER/data has the icons (render.mjs)
    python rounds.py --run FOLDER --finish 60000       from FOLDER/last.pt into FOLDER/finish
"""

import argparse
import shutil
import time
from pathlib import Path

import torch

from data import HERE, write_pool
from model import make_unet
from pool import Pool
from train import arguments, estimate, train

PASSES = 4  # over a round's pool
GOAL = 1_500_000  # the least pictures that the recipe asks for; the log gives the hours left
BATCH = 16
LENGTHS = [0.998, 0.9995, 0.9998, 0.9999]  # averages over about 500, 2000, 5000 and 10,000 steps


def seen(run: Path) -> int:
    last = run / "last.pt"
    return torch.load(last, map_location="cpu", weights_only=True, mmap=True)["images"] if last.exists() else 0


def pool_of(args, number: int) -> Path:
    """The folder of a round's pool, drawn if it does not exist yet. Deletes the pools of earlier rounds."""
    pool = args.run / f"pool-{number}"
    if not (pool / "READY").exists():
        shutil.rmtree(pool, ignore_errors=True)
        known = next((ready.parent for ready in args.run.glob("pool-*/READY")), None)
        pool.mkdir()
        write_pool(args.run / "data", HERE.parent, pool, args.pictures, args.captions, 1000 + number, 1, known)
        (pool / "READY").touch()
    for old in set(args.run.glob("pool-*")) - {pool}:
        shutil.rmtree(old)
    return pool


def settings(run: Path, pool: Path, images: int, args):
    settings = arguments("").parse_args([])
    settings.run, settings.data, settings.phases = run, pool, [f"64:{BATCH}:{images}"]
    settings.weights, settings.threads = HERE.parent / "unet", args.threads
    settings.rate, settings.decay_from, settings.ema, settings.save_every = args.rate, 1.0, LENGTHS, args.save_every
    settings.seed = 1
    return settings


def finish(args) -> None:
    """Trains a copy of the run while the rate falls linearly to zero; a second call resumes."""
    run = args.run / "finish"
    began = run / "began"
    if not began.exists():
        run.mkdir(exist_ok=True)
        shutil.copy(args.run / "last.pt", run / "last.pt")
        began.write_text(str(seen(run)))
    start = int(began.read_text())
    end = start + args.finish
    number = max((int(pool.name.split("-")[1]) for pool in args.run.glob("pool-*")), default=0)
    chosen = settings(run, pool_of(args, number), end, args)
    chosen.decay_from, chosen.last_rate = start / end, 0.0
    train(chosen, make_unet, Pool, estimate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--pictures", type=int, default=6000, help="pictures in a round's pool")
    parser.add_argument("--captions", type=int, default=8000, help="the most different captions in a round's pool")
    parser.add_argument("--save-every", type=float, default=600, help="seconds")
    parser.add_argument("--finish", type=int, help="pictures over which the rate falls")
    parser.add_argument("--threads", type=int, default=1, help="each takes its part of a batch; every step waits for the slowest")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.finish:
        return finish(args)
    going, each = True, args.pictures * PASSES
    while going:
        number, start, began = seen(args.run) // each, seen(args.run), time.time()
        going = train(settings(args.run, pool_of(args, number), (number + 1) * each, args), make_unet, Pool, estimate)
        pace = (seen(args.run) - start) / (time.time() - began)
        print(f"round {number}: {pace:.2f} pictures/s with drawing, {(GOAL - seen(args.run)) / max(pace, 1e-9) / 3600:.0f} h to {GOAL}", flush=True)


if __name__ == "__main__":
    main()
