"""Writes random weights for a UNet, for bench/shapes.ts and bench/full-size.ts: python shapes.py FOLDER [float32].

Reads FOLDER/config.json and writes FOLDER/diffusion_pytorch_model.safetensors, in fp16 unless `float32` is given. Every
layer preserves the magnitude of its input, so no number leaves the range of fp16 and every parameter affects the output.
"""

import json
import sys
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel

folder = Path(sys.argv[1])
torch.manual_seed(0)
with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
    unet = UNet2DConditionModel.from_config(json.loads((folder / "config.json").read_text())).half()
    for name, p in unet.named_parameters():
        noise = torch.randn(p.shape, dtype=torch.float16)
        if p.dim() > 1:
            p.data = noise / (p[0].numel() ** 0.5)
        else:
            p.data = 1 + 0.2 * noise if name.endswith("weight") else 0.1 * noise
if "float32" in sys.argv[2:]:
    unet.float()
unet.save_pretrained(folder, safe_serialization=True, max_shard_size="40GB")
