"""Runs the UNet of a model directory in PyTorch + diffusers, for bench/unet.ts, bench/shapes.ts and bench/full-size.ts.

Arguments: the model directory, the number of threads and the mode: "cpu" in fp32, "cuda" in fp16 and channels-last,
"cuda-compiled" the same through torch.compile. First writes the versions: {torch, diffusers}. Then reads one JSON object
per line from stdin:
{x, embedding: base64 of fp32 [B, C, S, S] and [B, 77, W], t, noiseLevel (stage II), batch, count}, and answers each with
one line: {seconds: [count], cpuSeconds: [count] of all threads, noise: base64 of fp32 [B, 3, S, S]}.
"""

import base64
import json
import sys
import time

import diffusers
import numpy as np
import torch

directory, threads, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
device, dtype = ("cpu", torch.float32) if mode == "cpu" else ("cuda", torch.float16)
unet = diffusers.UNet2DConditionModel.from_pretrained(directory, subfolder="unet", torch_dtype=dtype).eval().to(device)
config = unet.config
if device == "cuda":
    unet.to(memory_format=torch.channels_last)
if mode == "cuda-compiled":
    unet = torch.compile(unet, dynamic=False)
print(json.dumps({"torch": torch.__version__, "diffusers": diffusers.__version__}), flush=True)


def tensor(text: str, *shape: int) -> torch.Tensor:
    numbers = np.frombuffer(base64.b64decode(text), dtype="<f4").copy()
    return torch.from_numpy(numbers).reshape(shape).to(device, dtype)


def finish() -> None:
    if device == "cuda":
        torch.cuda.synchronize()


for line in sys.stdin:
    task = json.loads(line)
    batch, size = task["batch"], config.sample_size
    x = tensor(task["x"], batch, config.in_channels, size, size)
    if device == "cuda":
        x = x.contiguous(memory_format=torch.channels_last)
    embedding = tensor(task["embedding"], batch, -1, config.encoder_hid_dim)
    t = torch.full((batch,), task["t"], device=device)
    level = torch.full((batch,), task["noiseLevel"], device=device) if "noiseLevel" in task else None
    seconds, cpu_seconds = [], []
    with torch.inference_mode():
        for _ in range(task["count"]):
            finish()
            start, cpu_start = time.perf_counter(), time.process_time()
            estimate = unet(x, t, encoder_hidden_states=embedding, class_labels=level).sample
            finish()
            seconds.append(time.perf_counter() - start)
            cpu_seconds.append(time.process_time() - cpu_start)
    noise = base64.b64encode(estimate[:, :3].float().contiguous().cpu().numpy().astype("<f4").tobytes()).decode()
    print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "noise": noise}), flush=True)
