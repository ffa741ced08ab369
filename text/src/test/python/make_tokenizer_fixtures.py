"""Makes the fixtures of the tokenizer tests with Hugging Face's own library.

    python make_tokenizer_fixtures.py

Needs tokenizers and writes into ../resources/org/lyceum/text/tokenizer:

  text.txt                  what is trained on: written for this purpose, several scripts, code, emoji, runs of spaces
  samples.json              texts to encode
  bpe-<presplit>.json       the tokenizer.json that Hugging Face's BpeTrainer learns from text.txt
  bpe-<presplit>.ids.json   the ids of each sample
  wordpiece.json, unigram.json, sentencepiece.json (+ .ids.json)   tokenizers that only Hugging Face's library runs
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

OUT = Path(__file__).parent.parent / "resources" / "org" / "lyceum" / "text" / "tokenizer"

CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")

TEXT = """The lighthouse keeper wound the clock at six, as his father had done, and as his father's father had done before
him. "It's late," he said. "We'll see the boats by nine, or we won't see them at all." They'd heard that before; they DON'T
believe it, they're certain he's wrong. The sea was grey, the sky was grey, and the gulls, who are never wrong, had gone inland.

By nine o'clock there were three lights, then 12, then 345, then 6789 of them, or so it seemed to the child at the window. She
counted aloud: 1, 2, 3, 10, 100, 1000, 1000000. The keeper laughed. "There are four," he said, "and one of them is the moon."

El farero subió la escalera despacio. La niña preguntó: «¿Cuántos barcos hay?» «Cuatro», respondió él, «y uno es la luna». Ni el
corazón ni la razón del pingüino entendían aquella canción; mañana será otro día, señor.

Der Leuchtturmwärter grüßte die Möwen. Füße, Äpfel, Öl, Übermut. Le phare éclaire la côte où l'on s'endort. Øre, åtte, ærlig.

Маяк светил всю ночь, и ночь была тихая. Ο φάρος φωτίζει τη θάλασσα. המגדלור מאיר את הים. المنارة تضيء البحر. 灯台は海を照らす。灯塔照亮大海。
등대가 바다를 비춘다. नाविक ने प्रकाश देखा। Ｆｕｌｌ ｗｉｄｔｈ １２３. ½ ¾ ² ³ Ⅷ ٣٤٥.

🌊🌊🌊 👨‍👩‍👧‍👦 🇪🇸 👍🏽 é e\u0301 ﬁ ẞ ſ 'ſ \u00a0no-break\u2003em\u3000ideographic\u200bzero-width.

def count(boats: list[int], lights=3) -> int:
    # every boat has one light, but for the moon
    total = 0
    for boat in boats:
        if boat != lights:
            total += boat * 2 ** 3
\t\treturn total  # tabs\r\n\r\nwindows lines\r\n   \r\n
https://example.org/path/to/file?query=1&other=2#fragment  ---  ======  !!!???  ...  /// \\\\ {}[]()<>
CamelCaseWords XMLHttpRequest HTTPServer iPhone McDonald snake_case_words SCREAMING_CASE

    four spaces,        eight,  two, and at the end   
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bananananana xaaaaxaaaax =-=-=-=-= abababab
""" * 2 + "The boats came home. The boats came home late. The boats, the boats, the boats!\n\n\n\n"

SAMPLES = [
    "", " ", "  ", "   ", "\n", "\n\n", "\r\n", " \n ", "\t", "\t\t\n  x", "a", " a", "a ", "  a", "a  b", "a\n b", "a \n b", "a\r\n\r\nb  \n",
    "The keeper's boats came home late, didn't they? THEY'RE home. I'll wait; we've time. It'D be ſo: x'ſ y'S.",
    "El corazón de la niña, ¿cuántos barcos? Mañana será otro día, señor.",
    "1 12 123 1234 12345 1234567890 3.14159 ½¾ ٣٤٥ Ⅷ ²",
    "🌊 👨‍👩‍👧‍👦🇪🇸👍🏽 🫠 \U0001F9FF", "e\u0301 é \u0301\u0302 क्षत्रिय", "灯台は海を照らす 등대 המגדלור المنارة Маяк φάρος",
    "def f(x):\n    if x != 1:\n\t\treturn x ** 2  # ok\n\n\n\nf(3)\n", "a\u00a0b\u2003c\u3000d\u200be\u0085f\u2028g\x1ch\x00i",
    "XMLHttpRequest camelCase HTTPServer'S iPhone'll ÉCOLE'd Ǆungla ǅungla ʰmodifier", "https://example.org/a/b?c=1&d=2#e //\n/// x",
    "!!! ... ???\n\n--- ===\r\n  ---", "aaaaaaa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + "ab" * 50,
    "<|endoftext|>", "one<|endoftext|>two", "<|end", "\ufeffBOM \ufffd replacement \U0010FFFF",
]


def write(name, value):
    (OUT / name).write_text(json.dumps(value, ensure_ascii=True, indent=0) + "\n", encoding="utf-8")


def expected(tokenizer):
    """ids with special tokens found in text, and with special tokens left as plain text."""
    both = {}
    for name, plain in (("specials", False), ("plain", True)):
        tokenizer.encode_special_tokens = plain
        both[name] = [tokenizer.encode(s, add_special_tokens=False).ids for s in SAMPLES]
    tokenizer.encode_special_tokens = False
    return both


def save(name, tokenizer, decode=False):
    tokenizer.save(str(OUT / f"{name}.json"), pretty=False)
    result = expected(tokenizer)
    if decode:
        result["decoded"] = [tokenizer.decode(ids, skip_special_tokens=False) for ids in result["specials"]]
    write(f"{name}.ids.json", result)


def byte_level(name, pre, size, normalizer=None):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([TEXT], trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    save(name, tokenizer)


def split(pattern):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"),
                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "text.txt").write_bytes(TEXT.encode("utf-8"))
    write("samples.json", SAMPLES)
    byte_level("bpe-gpt2", pre_tokenizers.ByteLevel(add_prefix_space=False), 700)
    byte_level("bpe-cl100k", split(CL100K), 700)
    byte_level("bpe-cl100k_two_digits", split(CL100K.replace("{1,3}", "{1,2}")), 500)
    byte_level("bpe-qwen2", split(CL100K.replace("{1,3}", "")), 500, normalizers.NFC())
    byte_level("bpe-o200k", split(O200K), 700)

    wordpiece = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    wordpiece.normalizer = normalizers.BertNormalizer(lowercase=True)
    wordpiece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    wordpiece.decoder = decoders.WordPiece()
    wordpiece.train_from_iterator([TEXT], trainers.WordPieceTrainer(
        vocab_size=500, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<|endoftext|>"], show_progress=False))
    save("wordpiece", wordpiece, decode=True)

    unigram = Tokenizer(models.Unigram())
    unigram.normalizer = normalizers.NFKC()
    unigram.pre_tokenizer = pre_tokenizers.Metaspace()
    unigram.decoder = decoders.Metaspace()
    unigram.train_from_iterator([TEXT], trainers.UnigramTrainer(
        vocab_size=400, unk_token="<unk>", special_tokens=["<unk>", "<s>", "</s>"], show_progress=False))
    unigram.add_tokens([AddedToken("boats", normalized=False)])
    save("unigram", unigram, decode=True)

    # Llama 2's arrangement: no pre-tokenizer, spaces as U+2581, bytes for what is not in the vocabulary.
    bpe = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    bpe.normalizer = normalizers.Replace(" ", "\u2581")
    specials = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    bpe.train_from_iterator(TEXT.replace("\n", " \n ").split("\n"), trainers.BpeTrainer(
        vocab_size=600, special_tokens=specials, limit_alphabet=100, show_progress=False))
    made = json.loads(bpe.to_str())
    made["added_tokens"] = made["added_tokens"][:3]
    made["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
                                                                {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}
    made["decoder"] = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    save("sentencepiece", Tokenizer.from_str(json.dumps(made)), decode=True)


if __name__ == "__main__":
    main()
