"""Runs the UNet of a model directory elsewhere, for bench/unet.ts, bench/shapes.ts and bench/full-size.ts.

Arguments: the model directory, the number of threads and the mode. In PyTorch + diffusers: "cpu" in fp32, "channels-last" the
same in that memory format, "compiled" through torch.compile; "cuda" in fp16 and channels-last, "cuda-compiled" the same through
torch.compile. "onnxruntime" and "openvino" run what torch.onnx.export makes of it, in fp32 on the CPU.
First writes the versions: {name}. Then reads one JSON object per line from stdin:
{x, embedding: base64 of fp32 [B, C, S, S] and [B, 77, W], t, noiseLevel (stage II), batch, count}, and answers each with
one line: {seconds: [count], cpuSeconds: [count] of all threads, noise: base64 of fp32 [B, 3, S, S]}.
"""

import base64
import json
import os
import sys
import tempfile
import time

import diffusers
import numpy as np
import torch

directory, threads, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
device, dtype = ("cuda", torch.float16) if mode.startswith("cuda") else ("cpu", torch.float32)
channels_last = device == "cuda" or mode == "channels-last"
unet = diffusers.UNet2DConditionModel.from_pretrained(directory, subfolder="unet", torch_dtype=dtype).eval().to(device)
config = unet.config
if channels_last:
    unet.to(memory_format=torch.channels_last)
if mode in ("compiled", "cuda-compiled"):
    unet = torch.compile(unet, dynamic=False)


class Exported(torch.nn.Module):
    def forward(self, x, t, embedding, level=None):
        return unet(x, t, encoder_hidden_states=embedding, class_labels=level).sample


def export(inputs):
    """The path of an ONNX file for inputs of these shapes, with its weights beside it."""
    path = os.path.join(tempfile.mkdtemp(prefix="flipside-peer-"), "unet.onnx")
    torch.onnx.export(Exported().eval(), inputs, path, dynamo=True, verbose=False, external_data=True)
    return path


def open_onnxruntime(inputs):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(export(inputs), options, providers=["CPUExecutionProvider"])
    names = [entry.name for entry in session.get_inputs()]
    return lambda values: torch.from_numpy(session.run(None, dict(zip(names, (v.numpy() for v in values))))[0])


def open_openvino(inputs):
    import openvino

    hints = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    model = openvino.Core().compile_model(export(inputs), "CPU", hints)
    return lambda values: torch.from_numpy(model([v.numpy() for v in values])[0].copy())


def open_torch(_inputs):
    def run(values):
        x, t, embedding, *level = values
        return unet(x, t, encoder_hidden_states=embedding, class_labels=level[0] if level else None).sample

    return run


OPENERS = {"onnxruntime": open_onnxruntime, "openvino": open_openvino}
opener = OPENERS.get(mode, open_torch)
opened = {}


def name():
    if mode == "onnxruntime":
        import onnxruntime

        return f"onnxruntime {onnxruntime.__version__}, exported"
    if mode == "openvino":
        import openvino

        return f"OpenVINO {openvino.__version__.split('-')[0]}"
    suffix = {"channels-last": ", channels last", "compiled": ", compiled", "cuda-compiled": ", compiled"}.get(mode, "")
    return f"PyTorch {torch.__version__}, diffusers {diffusers.__version__}{suffix}"


def tensor(text: str, *shape: int) -> torch.Tensor:
    numbers = np.frombuffer(base64.b64decode(text), dtype="<f4").copy()
    return torch.from_numpy(numbers).reshape(shape).to(device, dtype)


def finish() -> None:
    if device == "cuda":
        torch.cuda.synchronize()


# What a peer prints while it exports or compiles is no answer.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
print(json.dumps({"name": name()}), file=answers, flush=True)
for line in sys.stdin:
    task = json.loads(line)
    batch, size = task["batch"], config.sample_size
    x = tensor(task["x"], batch, config.in_channels, size, size)
    if channels_last:
        x = x.contiguous(memory_format=torch.channels_last)
    embedding = tensor(task["embedding"], batch, -1, config.encoder_hid_dim)
    t = torch.full((batch,), task["t"], device=device)
    levels = [torch.full((batch,), task["noiseLevel"], device=device)] if "noiseLevel" in task else []
    values = (x, t, embedding, *levels)
    seconds, cpu_seconds = [], []
    with torch.inference_mode(mode not in OPENERS), torch.no_grad():
        if batch not in opened:
            opened[batch] = opener(values)
        for _ in range(task["count"]):
            finish()
            start, cpu_start = time.perf_counter(), time.process_time()
            estimate = opened[batch](values)
            finish()
            seconds.append(time.perf_counter() - start)
            cpu_seconds.append(time.process_time() - cpu_start)
    noise = base64.b64encode(estimate[:, :3].float().contiguous().cpu().numpy().astype("<f4").tobytes()).decode()
    print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "noise": noise}), file=answers, flush=True)
