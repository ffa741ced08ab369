"""Completes prompts with the GPT of a folder's spec.json, greedily, from a cache of keys and values: python generate.py FOLDER.

Commands: "generate SEED PROMPT NEW" -> prefill_seconds, decode_seconds, ids.
"""

import json
import os
import sys
import time

import torch

import worker
from gpt import GPT, read_weights


class Cache:
    """Keys and values of every layer in memory that is there from the start."""

    def __init__(self, spec, dtype, device):
        self.shape = (1, spec["heads"], spec["context"], spec["width"] // spec["heads"])
        self.dtype, self.device = dtype, device
        self.layers = {}
        self.length = 0

    def append(self, layer, k, v):
        if layer not in self.layers:
            self.layers[layer] = tuple(torch.empty(self.shape, dtype=self.dtype, device=self.device) for _ in range(2))
        keys, values = self.layers[layer]
        end = self.length + k.shape[2]
        keys[:, :, self.length:end] = k
        values[:, :, self.length:end] = v
        return keys[:, :, :end], values[:, :, :end]


@torch.inference_mode()
def main(folder):
    with open(os.path.join(folder, "spec.json")) as file:
        spec = json.load(file)
    torch.set_num_threads(spec["threads"])
    dtype = torch.bfloat16 if spec["dtype"] == "bf16" else torch.float32
    model = GPT(spec)
    model.load_state_dict(read_weights(os.path.join(folder, "weights.safetensors")))
    model.to(spec["device"], dtype).eval()
    cache = Cache(spec, dtype, spec["device"])

    def step(ids):
        hidden = model.hidden(torch.tensor([ids], device=spec["device"]), cache.length, cache)
        cache.length += len(ids)
        return int((hidden[:, -1] @ model.embedding.weight.T).argmax())

    def generate(seed, prompt, new):
        seed, prompt, new = int(seed), int(prompt), int(new)
        cache.length = 0
        begin = time.perf_counter()
        ids = [step([(seed * 131 + i * 7919) % spec["vocabulary"] for i in range(prompt)])]
        middle = time.perf_counter()
        while len(ids) < new:
            ids.append(step(ids[-1:]))
        return {"prefill_seconds": middle - begin, "decode_seconds": time.perf_counter() - middle, "ids": ids}

    worker.serve({"name": f"PyTorch {torch.__version__.split('+')[0]} eager"}, {"generate": generate})


main(*sys.argv[1:])
