"""Writes src/test/resources/score/sacrebleu.json: corpora with the scores that sacreBLEU gives them, for BleuTest and ChrfTest.

    pip install sacrebleu==2.6.0 && python make_score_fixtures.py ../resources/score/sacrebleu.json
"""

import json
import random
import sys

from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

WORDS = ("ein Mann mit einem Hut , der etwas anstarrt . Zwei Hunde laufen über das Gras und die Straße ; „ Ja “ — 3.5 1,000 2-3 "
         "U.S. e-mail it's $5 100% (so) \"wie\" & &amp; &quot; <b> x/y a|b C++ 10-jähriger ÄRGER Straße ŒUVRE 中文 😀").split(" ")

SENTENCES = [
    "Ein Mann mit einem orangefarbenen Hut, der etwas anstarrt.",
    "It cost $1,000.50 (about 3.5% more) in 2-3 U.S. states.",
    "e-mail: a.b@c.de; http://x.y/z?q=1&amp;r=2 &lt;tag&gt; &quot;so&quot;",
    "Don't -- 'quoted' 10-year-old well-known... end-\n of line <skipped>",
    "no punctuation at all",
    "trailing stop.", ".leading stop", "1.", ".5", "a.b,c", "3,a a,3", "9-", "-9", "9-9",
    "tabs\tand\u00a0hard spaces\u3000wide \u2028 line \x1c file",
    "中文，没有空格。", "😀 emoji! ¿qué?", "«Guillemets» l'été", "[x] {y} ~z ^w _v `u \\t /s", "",
    "   ", "&amp;quot; &amp;amp;", "ÀÉÎ İstanbul ΣΑΣ ẞ",
]


def draw(random, n):
    return " ".join(random.choice(WORDS) for _ in range(n))


def corpora():
    r = random.Random(7)
    yield "same", ["ein Hund läuft .", "zwei Katzen schlafen heute ."], [["ein Hund läuft .", "zwei Katzen schlafen heute ."]]
    yield "nothing in common", ["a b c d e"], [["v w x y z"]]
    yield "empty translation", [""], [["a b c"]]
    yield "empty reference", ["a b c"], [[""]]
    yield "both empty", [""], [[""]]
    yield "shorter than four words", ["ein Hund"], [["ein Hund"]]
    yield "one word of four", ["a b c d"], [["a x y z"]]
    yield "no four-gram", ["a b c x d e f"], [["a b c y d e f"]]
    yield "too short", ["ein Hund läuft schnell"], [["ein Hund läuft schnell über die grüne Wiese"]]
    yield "too long", ["ein Hund läuft schnell über die grüne Wiese"], [["ein Hund läuft schnell"]]
    yield "repeated word", ["the the the the the the the"], [["the cat is on the mat"]]
    yield "case", ["EIN HUND LÄUFT SCHNELL ."], [["ein Hund läuft schnell ."]]
    yield "sentences", SENTENCES, [list(reversed(SENTENCES))]
    yield "sentences, changed", [s.replace("a", "e") for s in SENTENCES], [SENTENCES]
    yield "two references", ["ein Hund läuft schnell heute", "zwei Katzen"], [
        ["ein Hund rennt schnell heute", "zwei Kater ruhen"], ["der Hund läuft schnell", "zwei Katzen"]]
    yield "two references as near", ["a b c d"], [["a b c"], ["a b c d e"]]
    for i in range(12):
        reference = [draw(r, r.randint(1, 25)) for _ in range(r.randint(1, 20))]
        translation = []
        for line in reference:
            words = [w if r.random() < 0.8 else r.choice(WORDS) for w in line.split(" ") if r.random() < 0.95]
            translation.append(" ".join(words))
        more = [reference] if i % 3 else [reference, [draw(r, r.randint(1, 25)) for _ in reference]]
        yield f"random {i}", translation, more


def main(target):
    cases = []
    for name, translations, references in corpora():
        case = {"name": name, "translations": translations, "references": references, "bleu": []}
        for lower in (False, True):
            for words in ("13a", "none"):
                for smooth in ("none", "exp", "floor", "add-k"):
                    metric = BLEU(lowercase=lower, tokenize=words, smooth_method=smooth)
                    score = metric.corpus_score(translations, references)
                    signature = str(metric.get_signature())
                    case["bleu"].append({"lower": lower, "words": words, "smooth": smooth, "score": score.score,
                                         "precisions": score.precisions, "bp": score.bp, "sys_len": score.sys_len,
                                         "ref_len": score.ref_len, "signature": signature[:signature.rindex("|version:")]})
        if len(references) == 1:
            case["chrf"] = CHRF(lowercase=False).corpus_score(translations, references).score
            case["chrf_lower"] = CHRF(lowercase=True).corpus_score(translations, references).score
        cases.append(case)
    tokenizer = Tokenizer13a()
    words = [{"text": s, "words": tokenizer(s.rstrip()).split()} for s in SENTENCES]
    with open(target, "w", encoding="utf-8") as out:
        json.dump({"words": words, "cases": cases}, out, ensure_ascii=False, indent=None, separators=(",", ":"))
        out.write("\n")


main(sys.argv[1])
