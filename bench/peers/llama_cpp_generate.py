"""Completes prompts with llama.cpp from a GGUF file, greedily: python llama_cpp_generate.py FILE THREADS.

Commands: "generate SEED PROMPT NEW" -> prefill_seconds, decode_seconds, ids. The functions of the C library are called directly; what its
Python wrapper would add for each token is not llama.cpp's.
"""

import ctypes
import sys
import time

import llama_cpp as lib
import numpy as np

import worker

CONTEXT = 2048

silent = lib.llama_log_callback(lambda *_: None)  # kept, or it is freed while the library holds it


def main(path, threads):
    threads = int(threads)
    lib.llama_log_set(silent, ctypes.c_void_p(0))
    lib.llama_backend_init()
    model = lib.llama_model_load_from_file(path.encode(), lib.llama_model_default_params())
    params = lib.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch = CONTEXT, 512, 512
    params.n_threads = params.n_threads_batch = threads
    context = lib.llama_init_from_model(model, params)
    vocabulary = lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(model))

    def step(ids):
        tokens = (lib.llama_token * len(ids))(*ids)
        if lib.llama_decode(context, lib.llama_batch_get_one(tokens, len(ids))) != 0:
            raise RuntimeError("llama_decode failed")
        return int(np.ctypeslib.as_array(lib.llama_get_logits_ith(context, -1), (vocabulary,)).argmax())

    def generate(seed, prompt, new):
        seed, prompt, new = int(seed), int(prompt), int(new)
        lib.llama_memory_clear(lib.llama_get_memory(context), True)
        begin = time.perf_counter()
        ids = [step([(seed * 131 + i * 7919) % vocabulary for i in range(prompt)])]
        middle = time.perf_counter()
        while len(ids) < new:
            ids.append(step(ids[-1:]))
        return {"prefill_seconds": middle - begin, "decode_seconds": time.perf_counter() - middle, "ids": ids}

    worker.serve({"name": f"llama.cpp ({lib.__version__})"}, {"generate": generate})


main(*sys.argv[1:])
