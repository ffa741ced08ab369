"""Word vectors in gensim, to hold Lyceum's against: python vectors_quality.py WORDS.txt FOLDER [SEEDS [WORKERS]].

WORDS.txt is what `lyceum vectors words` writes. Writes FOLDER/KIND-SEED.bin for skip-gram, cbow and fasttext with the settings that
`lyceum vectors train` has by default, for `lyceum vectors evaluate --vectors FOLDER/KIND-*.bin`.
"""

import os
import sys

from gensim.models import FastText, Word2Vec

text, folder = sys.argv[1], sys.argv[2]
seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
workers = int(sys.argv[4]) if len(sys.argv) > 4 else 2
os.makedirs(folder, exist_ok=True)
settings = dict(corpus_file=text, vector_size=100, window=5, negative=5, min_count=5, sample=1e-3, min_alpha=1e-4, epochs=5, workers=workers)
for seed in range(1, seeds + 1):
    for kind, model in (("skip-gram", lambda: Word2Vec(sg=1, alpha=0.025, seed=seed, **settings)),
                        ("cbow", lambda: Word2Vec(sg=0, alpha=0.05, seed=seed, **settings)),
                        ("fasttext", lambda: FastText(sg=1, alpha=0.025, seed=seed, min_n=3, max_n=6, bucket=200_000, **settings))):
        model().wv.save_word2vec_format(os.path.join(folder, f"{kind}-{seed}.bin"), binary=True)
