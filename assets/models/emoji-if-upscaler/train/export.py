"""Write the EMA weights of a training checkpoint as an IFSuperResolutionPipeline folder in diffusers layout (fp16).

    python export.py --checkpoint run/last.pt --out ..

The text encoder and the tokenizer stay in emoji-if's folder.
"""

import argparse
from pathlib import Path

import torch
from diffusers import DDPMScheduler

import shared  # noqa: F401
from folder import averaged, write_folder
from network import NOISING, flops, make_scheduler, make_unet

MODEL_INDEX = {
    "_class_name": "IFSuperResolutionPipeline",
    "_diffusers_version": "0.21.0",
    "feature_extractor": [None, None],
    "image_noising_scheduler": ["diffusers", "DDPMScheduler"],
    "safety_checker": [None, None],
    "scheduler": ["diffusers", "DDPMScheduler"],
    "text_encoder": [None, None],
    "tokenizer": [None, None],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "watermarker": [None, None],
    # Only Flipside reads this; diffusers ignores it.
    "flipside": {
        "faithful": True,  # otherwise colours drift: gpu/pipelines/upscale/faithful.ts
        "guidanceScale": 1,
        "summary": "a small stage II that sharpens emoji-if's pictures, trained for this bot",
        "textEncoder": "../emoji-if",
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--ema", help="which of the checkpoint's averages; default: the first")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent)
    args = parser.parse_args()
    unet = make_unet()
    saved = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
    unet.load_state_dict(averaged(saved, args.ema))
    total, work = sum(p.numel() for p in unet.parameters()), flops(unet)
    schedulers = {"scheduler": make_scheduler(), "image_noising_scheduler": DDPMScheduler(**NOISING)}
    write_folder(args.out, unet, schedulers, MODEL_INDEX)
    print(f"{total / 1e6:.2f} M parameters, {work / 1e9:.2f} GFLOP per evaluation, {saved['images']} parts, {saved['minutes']:.1f} minutes")


if __name__ == "__main__":
    main()
