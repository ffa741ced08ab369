"""What PyTorch gets out of this machine: python limits.py THREADS. Command: "measure" -> FLOP/s of products, bytes/s of copies and sums."""

import sys
import time

import torch

import worker

torch.set_num_threads(int(sys.argv[1]))


def best(work, seconds=0.5):
    """The shortest of several goes at it, in seconds."""
    shortest, end = 1e9, time.perf_counter() + seconds
    while time.perf_counter() < end:
        begin = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - begin)
    return shortest


@torch.inference_mode()
def measure():
    n, large = 1024, 64 << 20
    figures = {}
    for name, dtype in (("bf16", torch.bfloat16), ("f32", torch.float32)):
        a, b = torch.randn(n, n).to(dtype), torch.randn(n, n).to(dtype)
        figures[name] = 2 * n**3 / best(lambda: a @ b)
    a, b = torch.zeros(large), torch.ones(large)
    figures["read"] = 4 * large / best(lambda: b.sum())
    figures["copy"] = 2 * 4 * large / best(lambda: a.copy_(b))
    figures["add"] = 3 * 4 * large / best(lambda: a.add_(b))
    return figures


worker.serve({"name": f"PyTorch {torch.__version__.split('+')[0]}"}, {"measure": measure})
