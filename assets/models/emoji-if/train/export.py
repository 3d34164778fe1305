"""Write the EMA weights of a training checkpoint as an IFPipeline folder in diffusers layout (fp16).

    python export.py --checkpoint run/last.pt --out ..
"""

import argparse
from pathlib import Path

import torch

from folder import averaged, write_folder
from model import flops, make_scheduler, make_unet

MODEL_INDEX = {
    "_class_name": "IFPipeline",
    "_diffusers_version": "0.21.0",
    "feature_extractor": [None, None],
    "safety_checker": [None, None],
    "scheduler": ["diffusers", "DDPMScheduler"],
    "text_encoder": ["transformers", "BertModel"],
    "tokenizer": ["transformers", "BertTokenizerFast"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "watermarker": [None, None],
    # Only Flipside reads this; diffusers ignores it.
    "flipside": {
        "guidanceScale": 4,
        "summary": "a small model of 259 things and the course's scenes, trained for this bot",
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, help="default: random weights, to test the loading code")
    parser.add_argument("--ema", help="which of the checkpoint's averages; default: the first")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent)
    args = parser.parse_args()
    torch.manual_seed(0)
    unet = make_unet()
    seen = 0
    if args.checkpoint:
        saved = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
        unet.load_state_dict(averaged(saved, args.ema))
        seen = saved["images"]
    total, work = sum(p.numel() for p in unet.parameters()), flops(unet)
    write_folder(args.out, unet, {"scheduler": make_scheduler()}, MODEL_INDEX)
    print(f"{total / 1e6:.2f} M parameters, {work / 1e9:.2f} GFLOP per evaluation, {seen} images seen")


if __name__ == "__main__":
    main()
