"""The UNet of a model directory in PyTorch + diffusers, for bench/unet.ts.

Arguments: the model directory and the number of threads. Reads one JSON object a line from stdin:
{x, embedding: base64 of fp32 [B, 3, S, S] and [B, 77, W], t, batch, count}, and answers each with one line:
{seconds: [count], noise: base64 of fp32 [B, 3, S, S]}. The first line out is {torch, diffusers}, the versions.
"""

import base64
import json
import sys
import time

import diffusers
import numpy as np
import torch

directory, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
unet = diffusers.UNet2DConditionModel.from_pretrained(directory, subfolder="unet", torch_dtype=torch.float32).eval()
print(json.dumps({"torch": torch.__version__, "diffusers": diffusers.__version__}), flush=True)


def tensor(text: str, batch: int) -> torch.Tensor:
    return torch.from_numpy(np.frombuffer(base64.b64decode(text), dtype="<f4").copy()).reshape(batch, -1)


for line in sys.stdin:
    task = json.loads(line)
    batch, size = task["batch"], unet.config.sample_size
    x = tensor(task["x"], batch).reshape(batch, 3, size, size)
    embedding = tensor(task["embedding"], batch).reshape(batch, -1, unet.config.encoder_hid_dim)
    seconds = []
    with torch.inference_mode():
        for _ in range(task["count"]):
            start = time.perf_counter()
            estimate = unet(x, task["t"], encoder_hidden_states=embedding).sample
            seconds.append(time.perf_counter() - start)
    noise = base64.b64encode(estimate[:, :3].contiguous().numpy().astype("<f4").tobytes()).decode()
    print(json.dumps({"seconds": seconds, "noise": noise}), flush=True)
