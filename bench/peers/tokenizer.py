"""Byte-pair encoding in Hugging Face tokenizers or tiktoken: python tokenizer.py FOLDER tokenizers|tiktoken THREADS.

The folder holds documents.bin (UTF-8, a NUL after each document), spec.json and, for encoding, Lyceum's tokenizer.json.
Commands: "train" -> seconds, digest of the merges (tokenizers only); "encode" -> seconds, digest of the ids.
"""

import hashlib
import json
import os
import sys
import time

folder, peer, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ["RAYON_NUM_THREADS"] = str(threads)
os.environ["TOKENIZERS_PARALLELISM"] = "true" if threads > 1 else "false"

import worker  # noqa: E402

with open(os.path.join(folder, "documents.bin"), encoding="utf-8", newline="") as file:
    documents = file.read().split("\0")[:-1]
with open(os.path.join(folder, "spec.json")) as file:
    spec = json.load(file)
with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as file:
    text = file.read()


def digest_of(ids):
    """SHA-256 of ids as i32, little-endian."""
    from array import array

    sha = hashlib.sha256()
    for some in ids:
        sha.update(array("i", some).tobytes())
    return sha.hexdigest()


def tokenizers_commands():
    import tokenizers
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    ours = Tokenizer.from_str(text)

    def train():
        begin = time.perf_counter()
        learner = Tokenizer(models.BPE())
        learner.pre_tokenizer = ours.pre_tokenizer  # the same cuts
        trainer = trainers.BpeTrainer(vocab_size=spec["vocabulary_size"], min_frequency=2, special_tokens=["<|endoftext|>"],
                                      initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
        learner.train_from_iterator((documents[i:i + 1000] for i in range(0, len(documents), 1000)), trainer)
        seconds = time.perf_counter() - begin
        merges = json.loads(learner.to_str())["model"]["merges"]
        lines = "\n".join(m if isinstance(m, str) else " ".join(m) for m in merges)
        return {"seconds": seconds, "digest": hashlib.sha256(lines.encode()).hexdigest()}

    def encode():
        begin = time.perf_counter()
        encoded = ours.encode_batch_fast(documents, add_special_tokens=False)
        ids = [e.ids for e in encoded]
        seconds = time.perf_counter() - begin
        return {"seconds": seconds, "digest": digest_of(ids)}

    return tokenizers.__version__, {"train": train, "encode": encode}


def tiktoken_commands():
    import tiktoken

    # GPT-2's printable stand-ins for bytes, as tokenizer.json writes them.
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    byte_of = {chr(b): b for b in printable}
    byte_of.update({chr(256 + i): b for i, b in enumerate(b for b in range(256) if b not in printable)})

    described = json.loads(text)
    specials = {t["content"]: t["id"] for t in described["added_tokens"]}
    ranks = {bytes(byte_of[c] for c in token): number for token, number in described["model"]["vocab"].items() if token not in specials}
    splits = described["pre_tokenizer"].get("pretokenizers", [described["pre_tokenizer"]])
    pattern = next(s["pattern"]["Regex"] for s in splits if s["type"] == "Split")
    encoding = tiktoken.Encoding("lyceum", pat_str=pattern, mergeable_ranks=ranks, special_tokens=specials)

    def encode():
        begin = time.perf_counter()
        if threads == 1:
            ids = [encoding.encode_ordinary(document) for document in documents]
        else:
            ids = encoding.encode_ordinary_batch(documents, num_threads=threads)
        seconds = time.perf_counter() - begin
        return {"seconds": seconds, "digest": digest_of(ids)}

    return tiktoken.__version__, {"encode": encode}


version, commands = tokenizers_commands() if peer == "tokenizers" else tiktoken_commands()
worker.serve({"name": f"{peer} {version}"}, commands)
