"""Opens folders that Lyceum wrote with transformers and compares logits.

    python check_export.py FOLDER...

Each folder holds config.json, model.safetensors and logits.json: {"ids": [[...]], "logits": [...]}, Lyceum's own logits for these ids.
"""
import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

worst = 0.0
for folder in map(Path, sys.argv[1:]):
    model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    strange = {k: v for k, v in info.items() if v}
    ours = json.loads((folder / "logits.json").read_text())
    with torch.no_grad():
        theirs = model.eval()(torch.tensor(ours["ids"])).logits
    difference = (theirs - torch.tensor(ours["logits"]).reshape(theirs.shape)).abs().max().item()
    print(f"{folder.name}: {type(model).__name__}, max difference {difference:.3g}, largest logit {theirs.abs().max().item():.3g}, loading {strange or 'clean'}")
    worst = max(worst, difference) if not strange else float("inf")
sys.exit(0 if worst <= 1e-4 else 1)
