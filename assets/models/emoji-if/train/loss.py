"""The loss that train.py describes."""

import torch

from model import make_scheduler

MIN_SNR = 5.0
BOUND = 0.05  # weight of the variational bound


class Schedule:
    """The constants of q(x_t | x_0) and of the posterior, by t. most: the highest weight of noisy steps"""

    def __init__(self, device, most: float):
        scheduler = make_scheduler()
        beta, bar = scheduler.betas.double(), scheduler.alphas_cumprod.double()
        before = torch.cat([torch.ones(1).double(), bar[:-1]])
        small = (1 - before) / (1 - bar) * beta
        snr = bar / (1 - bar)
        self.table = {
            "signal": bar.sqrt(),
            "noise": (1 - bar).sqrt(),
            "weight": (MIN_SNR / snr).clamp(max=most),
            "log_small": small.clamp_min(1e-20).log(),
            "log_large": beta.log(),
            "mean": beta / ((1 - bar).sqrt() * (1 - beta).sqrt()),  # d(posterior mean) / d(epsilon)
        }
        self.table = {k: v.float().to(device) for k, v in self.table.items()}

    def __getitem__(self, name):
        return self.table[name]


def at(values, t):
    return values[t][:, None, None, None]


def loss_of(predict, schedule, x0, t, noise, bf16: bool = True):
    """predict(x_t, t): epsilon and the variance -> the squared error and the bound, per picture"""
    xt = at(schedule["signal"], t) * x0 + at(schedule["noise"], t) * noise
    with torch.autocast(xt.device.type, torch.bfloat16, enabled=bf16):
        out = predict(xt, t)
    eps, v = out.float().chunk(2, dim=1)
    error = (eps - noise).square()
    simple = error.mean((1, 2, 3))
    # KL(q(x_{t-1} | x_t, x_0) || p) for t >= 1; at t = 0 sampling adds no noise, so there is nothing to learn
    low, high = at(schedule["log_small"], t), at(schedule["log_large"], t)
    log_var = low + (v + 1) / 2 * (high - low)
    shift = at(schedule["mean"], t).square() * error.detach()
    kl = 0.5 * (-1 + log_var - low + (low - log_var).exp() + shift * (-log_var).exp())
    bound = torch.where(t > 0, kl.mean((1, 2, 3)), torch.zeros_like(simple))
    return simple, bound.clamp(max=20)
