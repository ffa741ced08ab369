"""Makes the files beside it: pip install gensim; python make.py. Vectors of a few words by gensim, and what it answers about them."""

import json
import random

from gensim.models import Word2Vec

random.seed(1)
subjects, verbs, objects = "king queen man woman cat dog".split(), "sees hears likes".split(), "bread größe 東京 milk naïve water".split()
sentences = [["the", random.choice(subjects), random.choice(verbs), "the", random.choice(objects)] for _ in range(400)]
vectors = Word2Vec(sentences, vector_size=8, min_count=1, seed=1, workers=1, epochs=20).wv
vectors.save_word2vec_format("words.bin", binary=True)
vectors.save_word2vec_format("words.vec", binary=False)

with open("pairs.tsv", "w") as file:
    file.write("word1\tword2\tscore\n")
    for _ in range(12):
        file.write("\t".join([*random.sample(subjects + objects, 2), str(random.randrange(0, 10) / 2)]) + "\n")
    file.write("king\tunicorn\t1.0\n")
with open("analogies.txt", "w") as file:
    for section in ("people", "all"):
        file.write(f": {section}\n")
        for _ in range(15):
            file.write(" ".join(random.sample(subjects if section == "people" else subjects + objects, 4)) + "\n")
    file.write("king queen unicorn cat\n")

_, spearman, _ = vectors.evaluate_word_pairs("pairs.tsv", delimiter="\t")
_, sections = vectors.evaluate_word_analogies("analogies.txt", case_insensitive=False)
with open("answers.json", "w") as file:
    json.dump({
        "most_similar": vectors.most_similar("king", topn=5),
        "analogy": vectors.most_similar(positive=["queen", "man"], negative=["king"], topn=3),
        "similarity": float(vectors.similarity("cat", "東京")),
        "spearman": float(spearman[0]),
        "analogies": {s["section"]: [len(s["correct"]), len(s["correct"]) + len(s["incorrect"])] for s in sections},
    }, file, ensure_ascii=False, indent=1)
