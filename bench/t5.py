"""Runs a few layers of T5-XXL in PyTorch + transformers, for bench/t5.ts: python t5.py FOLDER LAYERS THREADS.

Writes FOLDER/config.json and FOLDER/model.safetensors with random weights in fp16, then the versions to stdout:
{torch, transformers}. Then reads one JSON object per line from stdin, {ids: [77], used}, and answers each with one line:
{cpuSeconds, states: base64 of fp32 [77, 4096]}.
"""

import base64
import json
import sys
import time
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import T5Config, T5EncoderModel

folder, layers, threads = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
config = T5Config(
    d_model=4096, d_kv=64, d_ff=10240, num_heads=64, num_layers=layers, vocab_size=128,
    feed_forward_proj="gated-gelu", dropout_rate=0.0,
)
torch.manual_seed(0)
model = T5EncoderModel(config).eval()
with torch.no_grad():
    for name, p in model.named_parameters():
        if "norm" in name:
            p.data = 1 + 0.2 * torch.randn_like(p)
        elif "relative_attention_bias" in name or "shared" in name:
            p.data = torch.randn_like(p)
        else:
            p.data = torch.randn_like(p) / p.shape[1] ** 0.5
        p.data = p.data.half().float()
config.save_pretrained(folder)
tensors = {name: p.data.half().contiguous() for name, p in model.named_parameters()}
save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
print(json.dumps({"torch": torch.__version__, "transformers": transformers.__version__}), flush=True)

for line in sys.stdin:
    task = json.loads(line)
    ids = torch.tensor([task["ids"]])
    mask = (torch.arange(ids.shape[1])[None] < task["used"]).long()
    with torch.inference_mode():
        start = time.process_time()
        states = model(ids, attention_mask=mask).last_hidden_state[0]
        seconds = time.process_time() - start
    packed = base64.b64encode(states.contiguous().numpy().astype("<f4").tobytes()).decode()
    print(json.dumps({"cpuSeconds": seconds, "states": packed}), flush=True)
