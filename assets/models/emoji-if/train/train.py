"""Train the network on the pool made by data.py; CPU or one GPU with the same code; resumes.

Loss: epsilon prediction (Ho et al. 2020, arXiv:2006.11239) weighted by min-SNR-5 (Hang et al. 2023,
arXiv:2303.09556), plus the variational bound of the learned variance with the mean detached (the
hybrid loss of Nichol & Dhariwal 2021, arXiv:2102.09672). Guidance needs 10 % empty captions (Ho &
Salimans 2022, arXiv:2207.12598). Sizes grow as in progressive training: small pictures first.

    python train.py --data data --run run --phases 32:32:75000 64:16:45000
A phase is size:batch:images. Ctrl-C or SIGTERM saves; the same command goes on from run/last.pt. With
`--weights ../unet` a new run starts from the exported weights alone: the rate rises over the first 200
steps again, while Adam finds its moments.
"""

import argparse
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel

from model import make_scheduler, make_unet

EMPTY = 0.1  # share of empty captions
MIN_SNR = 5.0
MOST = 8.0  # min-SNR stops at 1; noisy steps, which decide the layout, have tiny epsilon errors: let them weigh more
BEND = 0.75  # t = 1000 u^BEND: somewhat more of the noisy steps, for the same reason
BOUND = 0.05  # weight of the variance's bound


class Pool:
    """Random batches: pictures in [-1, 1] at the wanted size, mirrored half the time, and what is known of them."""

    def __init__(self, folder: Path):
        self.pictures = np.memmap(folder / "pool.u8", np.uint8, "r").reshape(-1, 64, 64, 3)
        self.ids = np.load(folder / "pool.npy")
        self.text = np.load(folder / "captions.npy", mmap_mode="r")

    def batch(self, rng, n: int, size: int):
        rows = np.sort(rng.integers(0, len(self.pictures), n))
        x = self.pictures[rows].astype(np.float32) / 127.5 - 1
        if size < 64:
            k = 64 // size
            x = x.reshape(n, size, k, size, k, 3).mean((2, 4))
        flip = rng.random(n) < 0.5
        x[flip] = x[flip, :, ::-1]
        captions = self.ids[rows, rng.integers(0, self.ids.shape[1], n)]
        captions[rng.random(n) < EMPTY] = 0
        x = torch.from_numpy(x).permute(0, 3, 1, 2)  # channels_last as it comes
        return x, (torch.from_numpy(self.text[captions].astype(np.float32)),)


class Schedule:
    """The constants of q(x_t | x_0) and of the posterior, by t."""

    def __init__(self, device):
        scheduler = make_scheduler()
        beta, bar = scheduler.betas.double(), scheduler.alphas_cumprod.double()
        before = torch.cat([torch.ones(1).double(), bar[:-1]])
        small = (1 - before) / (1 - bar) * beta
        snr = bar / (1 - bar)
        self.table = {
            "signal": bar.sqrt(),
            "noise": (1 - bar).sqrt(),
            "weight": (MIN_SNR / snr).clamp(max=MOST),
            "log_small": small.clamp_min(1e-20).log(),
            "log_large": beta.log(),
            "mean": beta / ((1 - bar).sqrt() * (1 - beta).sqrt()),  # d(posterior mean) / d(epsilon)
        }
        self.table = {k: v.float().to(device) for k, v in self.table.items()}

    def __getitem__(self, name):
        return self.table[name]


def at(values, t):
    return values[t][:, None, None, None]


def estimate(unet, x, t, text):
    return unet(x, t, text).sample


def loss_of(predict, schedule, x0, t, noise):
    """predict(x_t, t): epsilon and the variance. -> the squared error and the bound, per picture"""
    xt = at(schedule["signal"], t) * x0 + at(schedule["noise"], t) * noise
    with torch.autocast(xt.device.type, torch.bfloat16):
        out = predict(xt, t)
    eps, v = out.float().chunk(2, dim=1)
    error = (eps - noise).square()
    simple = error.mean((1, 2, 3))
    # KL(q(x_{t-1} | x_t, x_0) || p) for t >= 1; at t = 0 no noise is ever added, so nothing to learn
    low, high = at(schedule["log_small"], t), at(schedule["log_large"], t)
    log_var = low + (v + 1) / 2 * (high - low)
    shift = at(schedule["mean"], t).square() * error.detach()
    kl = 0.5 * (-1 + log_var - low + (low - log_var).exp() + shift * (-log_var).exp())
    bound = torch.where(t > 0, kl.mean((1, 2, 3)), torch.zeros_like(simple))
    return simple, bound.clamp(max=20)


def init(unet):
    """Residual branches and the last convolution start at zero (Dhariwal & Nichol 2021, arXiv:2105.05233)."""
    for name, p in unet.named_parameters():
        if ".conv2." in name or ".to_out.0." in name or name.startswith("conv_out."):
            torch.nn.init.zeros_(p)


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--run", type=Path, default=Path("run"))
    parser.add_argument("--phases", nargs="+", default=["32:32:75000", "64:16:45000"])
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--decay-from", type=float, default=0.6, help="share of the images before the rate falls, in a line")
    parser.add_argument("--last-rate", type=float, default=0.1, help="share of the rate left at the end")
    parser.add_argument("--ema", type=float, default=0.9993)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-every", type=float, default=180, help="seconds")
    parser.add_argument("--compile", action="store_true", help="slower to start, about 10 %% faster then")
    parser.add_argument("--weights", type=Path, help="start from an exported unet/ folder where there is no run/last.pt")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def train(args, make, pool, predict) -> None:
    """make(): the network; pool.batch(rng, n, size) -> pictures, condition; predict(network, x_t, t, *condition)"""
    torch.set_num_threads(args.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    args.run.mkdir(parents=True, exist_ok=True)
    phases = [tuple(int(v) for v in p.split(":")) for p in args.phases]
    total = sum(images for _, _, images in phases)

    torch.manual_seed(args.seed)
    unet = make()
    if args.weights:
        unet.load_state_dict(UNet2DConditionModel.from_pretrained(args.weights).state_dict())
    else:
        init(unet)
    unet = unet.to(device, memory_format=torch.channels_last)
    ema = {k: v.detach().clone() for k, v in unet.state_dict().items()}
    optimizer = torch.optim.AdamW(unet.parameters(), lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    step, seen, minutes = 0, 0, 0.0
    last = args.run / "last.pt"
    if last.exists():
        saved = torch.load(last, map_location=device, weights_only=True)
        unet.load_state_dict(saved["unet"])
        optimizer.load_state_dict(saved["optimizer"])
        ema, step, seen, minutes = saved["ema"], saved["step"], saved["images"], saved["minutes"]
    schedule = Schedule(device)
    run = torch.compile(unet) if args.compile else unet
    noise_source = torch.Generator(device)
    stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(1))

    def save():
        state = dict(unet=unet.state_dict(), optimizer=optimizer.state_dict(), ema=ema, step=step, images=seen, minutes=minutes)
        torch.save(state, last.with_suffix(".new"))
        os.replace(last.with_suffix(".new"), last)

    log, saved_at, told = [], time.time(), time.time()
    while seen < total and not stop:
        start, end = time.time(), 0
        for size, n, images in phases:
            end += images
            if seen < end:
                break
        for group in optimizer.param_groups:
            fall = max(0, (seen / total - args.decay_from) / (1 - args.decay_from))
            group["lr"] = args.rate * min((step + 1) / 200, 1) * (1 - (1 - args.last_rate) * fall)
        # Every step has its own seeds, so a resumed run sees what an uninterrupted one would have seen.
        noise_source.manual_seed(args.seed * 2**32 + step)
        x0, condition = pool.batch(np.random.default_rng((args.seed, step)), n, size)
        condition = [c.to(device) for c in condition]
        x0 = x0.to(device, memory_format=torch.channels_last)
        u = (torch.arange(n, device=device) + torch.rand(n, device=device, generator=noise_source)) / n  # stratified
        t = (1000 * u**BEND).long().clamp(max=999)
        noise = torch.randn(x0.shape, device=device, generator=noise_source).to(memory_format=torch.channels_last)
        simple, bound = loss_of(lambda x, t: predict(run, x, t, *condition), schedule, x0, t, noise)  # noqa: B023
        ((schedule["weight"][t] * simple).mean() + BOUND * bound.mean()).backward()
        torch.nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, seen = step + 1, seen + n
        decay = min(args.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(ema.values()), list(unet.state_dict().values()), 1 - decay)
        quarters = simple.detach().view(4, -1).mean(1) if n % 4 == 0 else simple.detach().mean().repeat(4)
        log.append(torch.cat([quarters, bound.detach().mean()[None]]))
        minutes += min(time.time() - start, 20) / 60  # a paused process does not count its pause
        if step % 50 == 0:
            mean, spent = torch.stack(log).mean(0).tolist(), time.time() - told
            print(f"{step} {seen} {size}px {minutes:.1f}min eps by t " + " ".join(f"{v:.4f}" for v in mean[:4]) + f" bound {mean[4]:.3f} {len(log) * n / spent:.1f}/s", flush=True)
            log, told = [], time.time()
        if time.time() - saved_at > args.save_every:
            save()
            saved_at = time.time()
    save()
    print("done", step, seen, f"{minutes:.1f} min", flush=True)


def main() -> None:
    args = arguments(__doc__).parse_args()
    train(args, make_unet, Pool(args.data), estimate)


if __name__ == "__main__":
    main()
