"""Trains the GPT of a folder's spec.json from its weights on its ids: python train.py FOLDER eager|compile.

Commands: "run STEPS" -> seconds, first_loss, loss, peak_bytes; "reset".
"""

import json
import os
import sys
import time

import torch

import worker
from gpt import GPT, read_weights


def main(folder, mode):
    with open(os.path.join(folder, "spec.json")) as file:
        spec = json.load(file)
    torch.set_num_threads(spec["threads"])
    device = spec["device"]
    model = GPT(spec)
    model.load_state_dict(read_weights(os.path.join(folder, "weights.safetensors")))
    model.to(device)
    batch, context = spec["batch"], spec["context"]
    ids = torch.frombuffer(bytearray(open(os.path.join(folder, "ids.bin"), "rb").read()), dtype=torch.int32)
    ids = ids.view(-1, batch, context + 1)

    parameters = list(model.parameters())
    groups = [{"params": [p for p in parameters if p.dim() >= 2], "weight_decay": spec["weight_decay"]},
              {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=spec["learning_rate"], betas=(spec["beta1"], spec["beta2"]), eps=spec["epsilon"], fused=True)
    autocast = torch.autocast(device, dtype=torch.bfloat16, enabled=spec["dtype"] == "bf16", cache_enabled=True)

    def loss_of(forward, number):
        rows = ids[number % len(ids)].to(device=device, dtype=torch.int64)
        with autocast:
            return forward(rows[:, :-1].contiguous(), rows[:, 1:].contiguous())

    def attend_in_f32(wanted):
        for block in model.blocks:
            block.attention.attend_f32 = wanted

    def seconds_of_attention():
        """Forward and backward of one block's attention at this size."""
        attention = model.blocks[0].attention
        x = torch.randn(batch, context, spec["width"], device=device)
        shortest = 1e9
        for _ in range(6):
            begin = time.perf_counter()
            with autocast:
                attention(x).sum().backward()
            shortest = min(shortest, time.perf_counter() - begin)
        return shortest

    if spec["dtype"] == "bf16" and device == "cpu":  # attention in whichever number format is faster here
        seconds = {}
        for wanted in (False, True):
            attend_in_f32(wanted)
            seconds[wanted] = seconds_of_attention()
        attend_in_f32(seconds[True] < seconds[False])
        optimizer.zero_grad(set_to_none=True)

    forward = torch.compile(model) if mode == "compile" else model
    done = 0

    def run(steps):
        nonlocal done
        losses = []
        begin = time.perf_counter()
        for _ in range(int(steps)):
            loss = loss_of(forward, done)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, spec["clip"])
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            losses.append(loss.item())
            done += 1
        seconds = time.perf_counter() - begin
        return {"seconds": seconds, "first_loss": losses[0], "loss": losses[-1], "peak_bytes": worker.peak_bytes()}

    worker.serve({"name": f"PyTorch {torch.__version__.split('+')[0]} {mode}",
                  "attention": "f32" if model.blocks[0].attention.attend_f32 else spec["dtype"]}, {"run": run})


main(*sys.argv[1:])
