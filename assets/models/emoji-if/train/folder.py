"""Write a trained network as a folder in diffusers layout (fp16), for this model and for emoji-if-upscaler."""

import json
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel


def averaged(saved: dict, length: str | None = None) -> dict:
    """The averaged weights in a checkpoint of train.py, for one of its lengths ("0.9995") or the first."""
    return saved["ema"][length or next(iter(saved["ema"]))]


def write_folder(out: Path, unet: UNet2DConditionModel, schedulers: dict, index: dict) -> None:
    """schedulers: by subfolder; index: model_index.json. Converts `unet` to fp16, and checks that diffusers reads it back."""
    unet.half().save_pretrained(out / "unet", safe_serialization=True)
    for name, scheduler in schedulers.items():
        scheduler.save_pretrained(out / name)
    (out / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
    again = UNet2DConditionModel.from_pretrained(out / "unet")
    assert all(torch.equal(a, b.half()) for a, b in zip(unet.state_dict().values(), again.state_dict().values()))
    for file in out.glob("*/*.safetensors"):
        file.chmod(0o644)
