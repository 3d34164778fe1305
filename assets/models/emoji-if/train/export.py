"""Write the EMA weights of a training checkpoint as an IFPipeline folder in diffusers layout (fp16).

    python export.py --checkpoint run/last.pt --out ..
"""

import argparse
import json
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel

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
    # Read by Flipside alone; diffusers passes over it.
    "flipside": {
        "guidanceScale": 4,
        "summary": "a small model of 59 objects and the course's scenes, trained for this bot on a CPU",
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, help="none: random weights, for tests of the loading code")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent)
    args = parser.parse_args()
    torch.manual_seed(0)
    unet = make_unet()
    seen = 0
    if args.checkpoint:
        saved = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
        unet.load_state_dict(saved["ema"])
        seen = saved["images"]
    total, work = sum(p.numel() for p in unet.parameters()), flops(unet)
    unet.half().save_pretrained(args.out / "unet", safe_serialization=True)
    make_scheduler().save_pretrained(args.out / "scheduler")
    (args.out / "model_index.json").write_text(json.dumps(MODEL_INDEX, indent=2) + "\n")
    again = UNet2DConditionModel.from_pretrained(args.out / "unet")
    assert all(torch.equal(a, b.half()) for a, b in zip(unet.state_dict().values(), again.state_dict().values()))
    for file in args.out.glob("*/*.safetensors"):
        file.chmod(0o644)
    print(f"{total / 1e6:.2f} M parameters, {work / 1e9:.2f} GFLOP per evaluation, {seen} images seen")


if __name__ == "__main__":
    main()
