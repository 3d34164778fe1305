"""Which arithmetic this machine is fast at."""

import argparse
from pathlib import Path

import torch


def has_fast_bf16() -> bool:
    """On a CPU only with AMX: with AVX-512's bf16 PyTorch's convolutions, norms and attention are slower than in fp32 (README.md)."""
    cpu = Path("/proc/cpuinfo")
    return torch.cuda.is_available() or cpu.exists() and "amx_bf16" in cpu.read_text()


def add_option(parser: argparse.ArgumentParser, what: str = "") -> None:
    words = f"arithmetic {what}".strip()
    parser.add_argument("--fp32", action=argparse.BooleanOptionalAction, default=not has_fast_bf16(), help=f"{words}; default: bf16 where that is faster")


def use_fast(device: torch.device) -> None:
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")  # TF32 where bf16 is not used
        torch.backends.cudnn.benchmark = True
