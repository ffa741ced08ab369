"""Opens an encoder with a masked-language head that Lyceum wrote with transformers, tokenizer and all, and prints what it guesses.

    python check_heads.py FOLDER [TEXT WITH [MASK]]
"""
import sys

import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

folder = sys.argv[1]
text = sys.argv[2] if len(sys.argv) > 2 else "a kind of [MASK]."
model, info = AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
tokenizer = AutoTokenizer.from_pretrained(folder)
inputs = tokenizer(text, return_tensors="pt")
with torch.no_grad():
    logits = model.eval()(**inputs).logits[0]
place = (inputs["input_ids"][0] == tokenizer.mask_token_id).nonzero()[0].item()
best = logits[place].topk(5)
print(type(model).__name__, "loading", {k: v for k, v in info.items() if v} or "clean")
print(inputs["input_ids"][0].tolist())
for value, token in zip(best.values.tolist(), best.indices.tolist()):
    print(f"{value:.5f}  {tokenizer.convert_ids_to_tokens(token)}")
