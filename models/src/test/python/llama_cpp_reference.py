"""What llama.cpp computes for a GGUF file, for GgufPeerTest to compare with.

    python llama_cpp_reference.py MODEL.gguf TEXT.txt OUT.json [TOKENS]

Needs llama-cpp-python. The text's first TOKENS (1024) tokens, begun with the model's own first token where it wants one, are scored at
once on two threads; then 32 tokens are generated after the first 32, always the likeliest.
"""
import json
import math
import sys

import numpy as np
from llama_cpp import Llama

model, text, out = sys.argv[1:4]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 1024
llama = Llama(model_path=model, n_ctx=count, n_batch=count, n_threads=2, n_threads_batch=2, logits_all=True, verbose=False)
ids = llama.tokenize(open(text, "rb").read(), add_bos=True, special=False)[:count]
llama.eval(ids)
logits = np.array(llama.scores[:len(ids)], dtype=np.float64)
logits -= logits.max(-1, keepdims=True)
logprobs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
scored = [logprobs[i, ids[i + 1]] for i in range(len(ids) - 1)]
llama.reset()
prompt = ids[:32]
llama.eval(prompt)
continuation, margins = [], []
for _ in range(32):
    last = llama.scores[llama.n_tokens - 1]
    best = np.argsort(last)[-2:]
    continuation.append(int(best[1]))
    margins.append(float(last[best[1]] - last[best[0]]))
    llama.eval(continuation[-1:])
json.dump({"model": model, "ids": ids, "logprobs": scored, "prompt": prompt, "continuation": continuation, "margins": margins}, open(out, "w"))
print(f"{len(ids)} tokens, perplexity {math.exp(-np.mean(scored)):.4f}")
print(llama.detokenize(continuation).decode(errors="replace"))
