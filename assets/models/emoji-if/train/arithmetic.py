"""Which arithmetic this machine is fast at."""

import argparse
from pathlib import Path

import torch


def has_fast_bf16() -> bool:
    """Of CPUs only those with AMX, and AMD's with AVX-512's bf16; on Intel's with that alone PyTorch is slower than in fp32 (README.md)."""
    file = Path("/proc/cpuinfo")
    cpu = file.read_text() if file.exists() else ""
    return torch.cuda.is_available() or "amx_bf16" in cpu or "AuthenticAMD" in cpu and "avx512_bf16" in cpu


def add_option(parser: argparse.ArgumentParser, what: str = "") -> None:
    words = f"arithmetic {what}".strip()
    parser.add_argument("--fp32", action=argparse.BooleanOptionalAction, default=not has_fast_bf16(), help=f"{words}; default: bf16 where that is faster")


def use_fast(device: torch.device) -> None:
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")  # TF32 where bf16 is not used
        torch.backends.cudnn.benchmark = True
