"""Writes frequencies.en.txt and frequencies.es.txt: how frequent the words of our phrasings are.

pip install wordfreq==3.1.1 simplemma==2.0.0; then, in the root: python worlds/src/test/python/make_word_frequencies.py

The frequency is that of a word or of its lemma, whichever is the more frequent, on the Zipf scale (van Heuven et al. 2014): the logarithm to
base 10 of occurrences in 10^9 words, as wordfreq (Speer 2022) has them from subtitles, news, the web and other text.
"""

import collections
import pathlib
import re

import simplemma
from wordfreq import zipf_frequency

FOLDER = pathlib.Path("worlds/src/main/resources/org/lyceum/worlds")

for language in ("en", "es"):
    words = set()
    for line in (FOLDER / f"phrases.{language}.txt").read_text(encoding="utf-8").splitlines():
        if line[:1].isdigit():
            sentence = re.sub(r"\{[soy]\}|\{(a )?role\}|\{[so]:", " ", line.split(" ", 1)[1].lower())
            words.update(re.findall(r"[^\W\d_]+", sentence))
    by_frequency = collections.defaultdict(list)
    for word in sorted(words):
        lemma = simplemma.lemmatize(word, language)
        by_frequency[round(max(zipf_frequency(word, language), zipf_frequency(lemma, language)), 1)].append(word)
    lines = ["# Words of our phrasings by Zipf frequency, written by make_word_frequencies.py."]
    lines += [f"{frequency} {' '.join(some)}" for frequency, some in sorted(by_frequency.items())]
    (FOLDER / f"frequencies.{language}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
