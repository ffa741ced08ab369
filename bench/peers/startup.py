"""Starts as a script would: imports PyTorch, reads the GPT of a folder and prints its first token: python startup.py FOLDER."""

import json
import os
import sys

import torch

from gpt import GPT, read_weights

with torch.inference_mode():
    folder = sys.argv[1]
    with open(os.path.join(folder, "spec.json")) as file:
        spec = json.load(file)
    torch.set_num_threads(spec["threads"])
    model = GPT(spec)
    model.load_state_dict(read_weights(os.path.join(folder, "weights.safetensors")))
    hidden = model.hidden(torch.tensor([[1]]))
    print(int((hidden[:, -1] @ model.embedding.weight.T).argmax()))
