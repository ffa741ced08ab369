"""Makes small models of fastText's own tool and what it answers by them: python make_fasttext.py, with fasttext-wheel and numpy installed."""

import json
import tempfile

import fasttext

TEXT = """the cat sat on the mat größe
the dog sat on the log größe 東京
a cat and a dog are naïve animals 東京 größe
the mat and the log are not animals naïve
"""
LABELLED = """__label__pet the cat sat on the mat
__label__thing the log and the mat are big größe
__label__pet a dog is not a cat
__label__place we went to 東京 with the dog
__label__thing a mat is not a log
__label__pet dog and cat sat there naïve
"""


def vectors(model, words):
    return {word: [float(x) for x in model.get_word_vector(word)] for word in words}


def predictions(model, texts):
    return {text: dict(_pairs(model, text)) for text in texts}


def _pairs(model, text):
    return [(label.removeprefix("__label__"), float(p)) for p, label in model.f.predict(text + "\n", 10, 0.0, "strict")]


answers = {}
with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
    file.write(TEXT * 20)
    file.flush()
    model = fasttext.train_unsupervised(file.name, "skipgram", dim=6, minn=2, maxn=4, bucket=40, minCount=1, epoch=5, thread=1, verbose=0)
    model.save_model("fasttext.bin")
    answers["vectors"] = vectors(model, ["cat", "größe", "東京", "catlike", "größer", "naïv"])
with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
    file.write(LABELLED * 5)
    file.flush()
    for loss in ("softmax", "hs", "ova"):
        model = fasttext.train_supervised(file.name, dim=5, loss=loss, wordNgrams=2, minn=3 if loss == "ova" else 0, maxn=4 if loss == "ova" else 0,
                                          bucket=60, epoch=20, lr=0.5, thread=1, verbose=0)
        model.save_model(f"classifier-{loss}.bin")
        answers[loss] = predictions(model, ["the cat sat", "a log is big größe", "went to 東京", "unseen words only"])
with open("fasttext.json", "w", encoding="utf-8") as file:
    json.dump(answers, file, ensure_ascii=False, indent=1)
