"""Makes the tiny sentence-transformers folders under src/test/resources/embedding, each with texts and the vectors that come of them.

Run with torch, transformers, tokenizers and safetensors installed:  python make_embedding_fixtures.py
"""
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

OUT = Path(__file__).resolve().parents[1] / "resources" / "embedding"
SIZES = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4)
TEXTS = ["The cat sat.", "a", "", "Cats and dogs sat on the mat, and the dog saw the cat there.", "déjà vu!", "dog cat dog cat dog cat",
         "[SEP] is only text"]


def wordpiece():
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat", "dog", "##s", "sat", "on", "mat", "and", "a", "saw", "there", ".", ",", "!", "[", "]",
             "deja", "is", "only", "text", "se", "##p", "v", "##u"]
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
                                                             special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer, ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def byte_level():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {w: i for i, w in enumerate(["<s>", "<pad>", "</s>", "<unk>"] + alphabet + ["at", "Ġc", "Ġcat"])}
    tokenizer = Tokenizer(models.BPE(vocab, [("a", "t"), ("Ġ", "c"), ("Ġc", "at")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, ["<s>", "<pad>", "</s>", "<unk>"]


def module(i, path, kind):
    return {"idx": i, "name": str(i), "path": path, "type": "sentence_transformers.models." + kind}


def make(name, tokenizer, specials, model, pooling, normalise, max_length):
    folder = OUT / name
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.3 + (1 if "LayerNorm.weight" in key else 0))
    model.eval().float().save_pretrained(folder)
    vectors = []
    for text in TEXTS:
        # What a text says is text: the names of special tokens are spelled out, so encode before they are declared.
        ids = tokenizer.encode(text, add_special_tokens=False).ids[:max_length - 2]
        frame = tokenizer.encode("").ids
        ids = [frame[0]] + ids + [frame[1]]
        with torch.no_grad():
            hidden = model(torch.tensor([ids])).last_hidden_state[0]
        parts = []
        if "cls" in pooling:
            parts.append(hidden[0])
        if "max" in pooling:
            parts.append(hidden.max(0).values)
        if "mean" in pooling:
            parts.append(hidden.mean(0))
        vector = torch.cat(parts)
        vectors.append((vector / vector.norm() if normalise else vector).tolist())
    tokenizer.add_special_tokens(specials)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(
        {"word_embedding_dimension": 16} | {f"pooling_mode_{k}_token{'s' if k != 'cls' else ''}": k in pooling for k in ["cls", "mean", "max"]}))
    modules = [module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling")] + ([module(2, "2_Normalize", "Normalize")] if normalise else [])
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": max_length, "do_lower_case": False}))
    (folder / "vectors.json").write_text(json.dumps({"texts": TEXTS, "vectors": vectors}) + "\n")
    print(name, len(vectors[0]))


torch.manual_seed(1)
tokenizer, specials = wordpiece()
make("bert", tokenizer, specials, BertModel(BertConfig(**SIZES, vocab_size=28, max_position_embeddings=32), add_pooling_layer=False),
     ["mean"], True, 12)
tokenizer, specials = byte_level()
make("roberta", tokenizer, specials,
     RobertaModel(RobertaConfig(**SIZES, vocab_size=264, max_position_embeddings=66, type_vocab_size=1), add_pooling_layer=False),
     ["cls", "max"], False, 64)
