"""Runs training steps of the course's UNet in PyTorch, for bench/training.ts.

Arguments: the number of threads, and the device, cpu or cuda. First writes the version: {torch}; without the device it
exits instead. Then reads one JSON object per line from stdin: {kind, hidden, batch, count, channelsLast}, and answers each
with one line: {seconds: [count], megabytes}, the time of every step of Adam, and the peak of main memory less what the
process held before this size. A request with the size of the last one continues its training.
"""

import json
import resource
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F

sys.path.append(str(Path(__file__).resolve().parent.parent / "test" / "fixtures" / "digits"))
from make import UNet  # noqa: E402

torch.set_num_threads(int(sys.argv[1]))
device = sys.argv[2]
if device == "cuda" and not torch.cuda.is_available():
    sys.exit("This PyTorch finds no GPU.")
print(json.dumps({"torch": torch.__version__}), flush=True)
PAGE = resource.getpagesize()
KIBIBYTE = 1024


def resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def most_resident() -> float:
    """The peak since the process began, because PyTorch gives memory back between steps."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE / 1e6


def training(kind: str, hidden: int, batch: int, layout: torch.memory_format):
    """Returns a function that takes one step on a fixed batch of noise."""
    network = UNet(kind, hidden).to(device, memory_format=layout)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    x, target = [torch.randn(batch, 1, 28, 28).to(memory_format=layout) for _ in range(2)]
    inputs = [x]
    if kind != "denoiser":
        inputs.append(torch.rand(batch, 1))
    if kind.endswith("class"):
        inputs.append(F.one_hot(torch.arange(batch) % 10, 10).float())

    def step():
        optimizer.zero_grad()
        loss = F.mse_loss(network(*[each.to(device) for each in inputs]), target.to(device))
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


current, step, before = None, None, 0.0
for line in sys.stdin:
    task = json.loads(line)
    count = task.pop("count")
    if task != current:
        step = None  # frees the last one
        current, before = task, resident()
        layout = torch.channels_last if task["channelsLast"] else torch.contiguous_format
        step = training(task["kind"], task["hidden"], task["batch"], layout)
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "megabytes": most_resident() - before}), flush=True)
