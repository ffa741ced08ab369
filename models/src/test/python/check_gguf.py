"""Has llama.cpp compute the GGUF files that Lyceum wrote and compares logits.

    python check_gguf.py FOLDER...

Each folder holds m.gguf, without a tokenizer, and logits.json: {"ids": [...], "logits": [...]}, Lyceum's own logits for these ids.
Needs llama-cpp-python.
"""
import ctypes
import json
import sys
from pathlib import Path

import llama_cpp as lc
import numpy as np

silence = lc.llama_log_callback(lambda *_: None)  # must live as long as the library
lc.llama_log_set(silence, ctypes.c_void_p(0))
lc.llama_backend_init()
worst = 0.0
for folder in map(Path, sys.argv[1:]):
    ours = json.loads((folder / "logits.json").read_text())
    ids = ours["ids"]
    wanted = np.array(ours["logits"]).reshape(len(ids), -1)
    model = lc.llama_model_load_from_file(str(folder / "m.gguf").encode(), lc.llama_model_default_params())
    if not model:
        print(f"{folder.name}: llama.cpp does not load it")
        worst = float("inf")
        continue
    params = lc.llama_context_default_params()
    params.n_ctx = params.n_batch = params.n_ubatch = len(ids)
    params.type_k = params.type_v = 0  # f32, for its own rounding not to show
    params.flash_attn_type = 0
    context = lc.llama_init_from_model(model, params)
    batch = lc.llama_batch_init(len(ids), 0, 1)
    batch.n_tokens = len(ids)
    for i, token in enumerate(ids):
        batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.seq_id[i][0], batch.logits[i] = token, i, 1, 0, 1
    assert lc.llama_decode(context, batch) == 0
    got = np.stack([np.ctypeslib.as_array(lc.llama_get_logits_ith(context, i), shape=(wanted.shape[1],)) for i in range(len(ids))])
    difference = np.abs(got - wanted).max()
    print(f"{folder.name}: max difference {difference:.3g}, largest logit {np.abs(wanted).max():.3g}")
    worst = max(worst, difference)
    lc.llama_free(context)
    lc.llama_model_free(model)
sys.exit(0 if worst <= 1e-2 else 1)  # its GELU is a table in f16
