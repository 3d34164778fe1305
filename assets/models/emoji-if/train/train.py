"""Train the network on data.py's pool, on CPUs or one GPU; resumes.

Loss: epsilon prediction (Ho et al. 2020, arXiv:2006.11239) weighted by min-SNR-5 (Hang et al. 2023,
arXiv:2303.09556), plus the variational bound of the learned variance with the mean detached (the
hybrid loss of Nichol & Dhariwal 2021, arXiv:2102.09672). Guidance needs 10 % empty captions (Ho &
Salimans 2022, arXiv:2207.12598). Sizes grow as in progressive training: small pictures first.

    python train.py --data data --run run --phases 32:32:75000 64:16:45000
    python train.py --data data --run run --minutes 7 --phases 32:256:0.15 64:128:0.85 --rate 1.2e-3 --compile

A phase is size:batch:images, or with --minutes size:batch:share of the time. Ctrl-C or SIGTERM saves; the same
command resumes from run/last.pt. With `--weights ../unet` a new run starts from the exported weights alone: the
rate rises over the first 200 steps again, while Adam estimates its moments.
"""

import argparse
import os
import signal
import time
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel

import arithmetic
from loss import BOUND, Schedule, loss_of
from model import make_unet
from pool import Pool
from side_by_side import Alone, SideBySide

MOST = 8.0  # --most: above min-SNR's limit of 1, to weigh noisy steps more; they decide the layout but have tiny epsilon errors
BEND = 0.75  # --bend, t = 1000 u^BEND: draws somewhat more noisy steps, for the same reason
WARMUP = 200  # steps over which the rate rises, twice the memory of Adam's second moment
REHEARSALS = 3  # to warm up, record and replay a CUDA graph


def estimate(unet, x, t, text):
    return unet(x, t, text).sample


def init(unet):
    """Residual branches and the last convolution start at zero (Dhariwal & Nichol 2021, arXiv:2105.05233)."""
    for name, p in unet.named_parameters():
        if ".conv2." in name or ".to_out.0." in name or name.startswith("conv_out."):
            torch.nn.init.zeros_(p)


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--run", type=Path, default=Path("run"))
    parser.add_argument("--phases", nargs="+", default=["32:32:75000", "64:16:45000"])
    parser.add_argument("--minutes", type=float, help="train for this long, including loading and compiling")
    parser.add_argument("--rate", type=float, default=7e-4, help="for batches of 16 to 32; scale it with the square root of the batch")
    parser.add_argument("--decay-from", type=float, default=0.6, help="share of the run before the rate falls linearly")
    parser.add_argument("--last-rate", type=float, default=0.1, help="the final rate as a share of --rate")
    parser.add_argument("--ema", type=float, nargs="+", default=[0.9993], help="lengths of the averages to keep; early on (1 + step) / (10 + step), about a tenth of the run so far")
    parser.add_argument("--most", type=float, default=MOST)
    parser.add_argument("--bend", type=float, default=BEND)
    parser.add_argument("--threads", type=int, default=2)
    arithmetic.add_option(parser)
    parser.add_argument("--save-every", type=float, default=180, help="seconds")
    parser.add_argument("--compile", action="store_true", help="starts minutes later; faster on a GPU, hardly on a CPU")
    parser.add_argument("--weights", type=Path, help="start from an exported unet/ folder if there is no run/last.pt")
    parser.add_argument("--rehearse", type=Path, help="a small pool to compile with while --data is being drawn; then waits for the file READY in --data")
    parser.add_argument("--seed", type=int, default=0)
    return parser


class Plan:
    """Which size and batch to use when, by images seen or, with --minutes, by time."""

    def __init__(self, phases: list[str]):
        parts = [p.split(":") for p in phases]
        self.phases = [(int(size), int(n), float(amount)) for size, n, amount in parts]
        self.total = sum(amount for *_, amount in self.phases)

    def shapes(self):
        return list(dict.fromkeys((size, n) for size, n, _ in self.phases))

    def at(self, done: float) -> tuple[int, int]:
        """done: 0 .. total -> size, batch"""
        end = 0.0
        for size, n, amount in self.phases:
            end += amount
            if done < end:
                break
        return size, n


def compiled(unet, rehearse):
    """Compiles the network, on a GPU with CUDA graphs. If that fails, returns it unchanged. rehearse(run) tries every shape."""
    cuda = next(unet.parameters()).is_cuda
    for mode in ["reduce-overhead", "default"] if cuda else ["default"]:
        run, began = torch.compile(unet, mode=mode, dynamic=False), time.time()
        try:
            rehearse(run)
            print(f"compiled, mode {mode}, {time.time() - began:.0f} s", flush=True)
            return run
        except Exception as error:  # whatever the compiler raises, the network can be trained uncompiled
            print(f"not compiled, mode {mode}: {str(error)[:2000]}", flush=True)
            torch.compiler.reset()
            unet.zero_grad(set_to_none=True)
    return unet


def train(args, make, make_pool, predict) -> bool:
    """-> whether the plan was completed, and not stopped by a signal.

    make(): the network; make_pool(folder, device).batch(generator, n, size) -> pictures, condition;
    predict(network, x_t, t, *condition) -> epsilon and the variance. On a GPU no step waits for the device."""
    began = time.time()
    torch.set_num_threads(args.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    arithmetic.use_fast(device)
    args.run.mkdir(parents=True, exist_ok=True)
    plan, pool = Plan(args.phases), make_pool(args.rehearse or args.data, device)

    torch.manual_seed(args.seed)
    unet = make()
    if args.weights:
        unet.load_state_dict(UNet2DConditionModel.from_pretrained(args.weights).state_dict())
    else:
        init(unet)
    unet = unet.to(device, memory_format=torch.channels_last)
    ema = {str(length): {k: v.detach().clone() for k, v in unet.state_dict().items()} for length in args.ema}
    optimizer = torch.optim.AdamW(unet.parameters(), lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    step, seen, minutes = 0, 0, 0.0
    last = args.run / "last.pt"
    if last.exists():
        saved = torch.load(last, map_location=device, weights_only=True)
        unet.load_state_dict(saved["unet"])
        optimizer.load_state_dict(saved["optimizer"])
        ema, step, seen, minutes = saved["ema"], saved["step"], saved["images"], saved["minutes"]
        print(f"resuming from step {step}, {seen} pictures, {minutes:.1f} min", flush=True)
    live, averages = list(unet.state_dict().values()), [(float(k), list(e.values())) for k, e in ema.items()]
    schedule, source, stop = Schedule(device, args.most), torch.Generator(device), []
    before = {number: signal.signal(number, lambda *_: stop.append(1)) for number in (signal.SIGTERM, signal.SIGINT)}

    def save():
        state = dict(unet=unet.state_dict(), optimizer=optimizer.state_dict(), ema=ema, step=step, images=seen, minutes=minutes)
        with open(last.with_suffix(".new"), "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())  # before renaming, so a crash leaves either the old or the new checkpoint intact
        os.replace(last.with_suffix(".new"), last)

    def gradients(networks, size: int, n: int):
        """-> squared error and bound, per picture"""
        # Every step has its own seed, so a resumed run sees the same as an uninterrupted one.
        source.manual_seed(args.seed * 2**32 + step)
        x0, condition = pool.batch(source, n, size)
        u = (torch.arange(n, device=device) + torch.rand(n, device=device, generator=source)) / n  # stratified
        t = (1000 * u**args.bend).long().clamp(max=999)
        x0 = x0.contiguous(memory_format=torch.channels_last)
        noise = torch.randn(x0.shape, device=device, generator=source).to(memory_format=torch.channels_last)

        def of(network, rows):
            rest = [c[rows] for c in condition]
            simple, bound = loss_of(lambda x, t: predict(network, x, t, *rest), schedule, x0[rows], t[rows], noise[rows], not args.fp32)
            ((schedule["weight"][t[rows]] * simple).sum() / n + BOUND * bound.sum() / n).backward()
            return simple.detach(), bound.detach()

        return [torch.cat(parts) for parts in zip(*networks.each(n, of))]

    def rehearse(run):
        for size, n in plan.shapes():
            for _ in range(REHEARSALS):
                gradients(Alone(run), size, n)
                optimizer.zero_grad(set_to_none=True)

    if args.compile or device.type != "cpu" or args.threads == 1:
        networks = Alone(compiled(unet, rehearse) if args.compile else unet)
    else:
        networks = SideBySide(unet, [make() for _ in range(args.threads - 1)])
    if args.rehearse:
        while not (args.data / "READY").exists() and not stop:
            time.sleep(0.5)
        began, pool = time.time(), make_pool(args.data, device)
    # Loading and compiling count towards the time, but at most for half of it.
    span = max(args.minutes - (time.time() - began) / 60, args.minutes / 2) if args.minutes else 0
    done = lambda: minutes / span * plan.total if args.minutes else seen  # noqa: E731
    log, saved_at, told = [], time.time(), time.time()
    while (now := done()) < plan.total and not stop:
        start, (size, n) = time.time(), plan.at(now)
        for group in optimizer.param_groups:
            fall = max(0, now / plan.total - args.decay_from) / max(1 - args.decay_from, 1e-9)
            group["lr"] = args.rate * min((step + 1) / WARMUP, 1) * (1 - (1 - args.last_rate) * fall)
        simple, bound = gradients(networks, size, n)
        norm = torch.nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
        optimizer.found_inf = (~norm.isfinite()).float()  # makes Adam skip such a step, as GradScaler does
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, seen = step + 1, seen + n
        with torch.no_grad():
            for length, average in averages:
                torch._foreach_lerp_(average, live, 1 - min(length, (1 + step) / (10 + step)))
        quarters = simple.view(4, -1).mean(1) if n % 4 == 0 else simple.mean().repeat(4)
        log.append(torch.cat([quarters, bound.mean()[None], norm[None]]))
        if step % 50 == 0:
            mean, spent = torch.stack(log).mean(0).tolist(), time.time() - told
            print(
                f"{step} {seen} {size}px {minutes:.1f}min eps by t " + " ".join(f"{v:.4f}" for v in mean[:4])
                + f" bound {mean[4]:.3f} gradient {mean[5]:.2f} rate {optimizer.param_groups[0]['lr']:.2e} {len(log) * n / spent:.2f}/s",
                flush=True,
            )  # fmt: skip
            log, told = [], time.time()
        if time.time() - saved_at > args.save_every:
            save()
            saved_at = time.time()
        minutes += min(time.time() - start, 20) / 60  # does not count pauses of the process
    save()
    for number, handler in before.items():
        signal.signal(number, handler)
    print("stopped" if stop else "done", step, seen, f"{minutes:.1f} min", flush=True)
    return not stop


def main() -> None:
    args = arguments(__doc__).parse_args()
    train(args, make_unet, Pool, estimate)


if __name__ == "__main__":
    main()
