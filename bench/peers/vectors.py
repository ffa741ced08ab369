"""Word vectors in gensim: python vectors.py FOLDER, where text.txt (lines of words) and spec.json are.

Commands: "train KIND" -> seconds, words, dimensions; the vocabulary is built before, and the text is read from its file on all threads,
which is gensim's fastest way.
"""

import json
import os
import sys
import time

import gensim
from gensim.models import FastText, Word2Vec

import worker

folder = sys.argv[1]
text = os.path.join(folder, "text.txt")
with open(os.path.join(folder, "spec.json")) as file:
    spec = json.load(file)
models = {}


def model_of(kind):
    if kind not in models:
        settings = dict(vector_size=spec["dimensions"], window=spec["window"], min_count=spec["min_count"], sample=spec["subsample"],
                        alpha=spec["rate"], min_alpha=spec["last_rate"], workers=spec["threads"], epochs=spec["epochs"],
                        sg=0 if kind.endswith("cbow") else 1, seed=1)
        if kind.endswith("tree"):
            settings.update(hs=1, negative=0)
        else:
            settings.update(negative=spec["negatives"])
        if kind.startswith("fasttext"):
            models[kind] = FastText(min_n=3, max_n=6, bucket=spec["buckets"], **settings)
        else:
            models[kind] = Word2Vec(**settings)
        models[kind].build_vocab(corpus_file=text)
    return models[kind]


def train(kind):
    model = model_of(kind)
    begin = time.perf_counter()
    model.train(corpus_file=text, total_words=model.corpus_total_words, total_examples=model.corpus_count, epochs=spec["epochs"])
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "words": model.corpus_total_words * spec["epochs"], "dimensions": model.wv.vector_size}


worker.serve({"name": f"gensim {gensim.__version__}", "vocabulary": len(model_of("skip-gram").wv)}, {"train": train})
