"""Makes the tiny random encoders with heads under src/test/resources/heads, each with ids, labels, and the logits and the loss that
transformers computes.

Run with torch, transformers and safetensors installed:  python make_head_fixtures.py
"""
import json
from pathlib import Path

import torch
import transformers
from transformers import BertConfig, RobertaConfig

OUT = Path(__file__).resolve().parents[1] / "resources" / "heads"
SIZES = dict(vocab_size=29, hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=4, layer_norm_eps=1e-5)
LABELS = {0: "bad", 1: "so-so", 2: "good"}
LENGTHS = [11, 6, 4]

for family, heads in {"Bert": ["MaskedLM", "SequenceClassification", "TokenClassification", "QuestionAnswering"],
                      "Roberta": ["MaskedLM", "SequenceClassification"]}.items():
    for head in heads:
        torch.manual_seed(len(head))
        labels = dict(id2label=LABELS, label2id={v: k for k, v in LABELS.items()}) if "Classification" in head else {}
        config = (BertConfig(**SIZES, **labels, max_position_embeddings=16, pad_token_id=0) if family == "Bert" else
                  RobertaConfig(**SIZES, **labels, max_position_embeddings=18, type_vocab_size=1, pad_token_id=1, hidden_act="relu"))
        model = getattr(transformers, family + "For" + head)(config).eval().float()
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                # Far from their first values, so that a gain, an offset or a scale that is mixed up shows.
                gain = "LayerNorm.weight" in key or "layer_norm.weight" in key
                parameter.copy_(torch.randn_like(parameter) * 0.3 + (1 if gain else 0))
        longest = max(LENGTHS)
        ids = torch.randint(3, config.vocab_size, (len(LENGTHS), longest))
        mask = torch.tensor([[1 if t < n else 0 for t in range(longest)] for n in LENGTHS])
        ids = torch.where(mask == 1, ids, config.pad_token_id)
        types = torch.randint(0, config.type_vocab_size, ids.shape)
        inputs = dict(input_ids=ids, attention_mask=mask, token_type_ids=types)
        if head == "SequenceClassification":
            targets = {"labels": torch.tensor([2, 0, 1])}
        elif head == "QuestionAnswering":
            targets = {"start_positions": torch.tensor([3, 0, 1]), "end_positions": torch.tensor([7, 0, 3])}
        else:
            labels = torch.randint(0, 29 if head == "MaskedLM" else 3, ids.shape)
            targets = {"labels": torch.where((mask == 1) & (torch.rand(ids.shape) < 0.5), labels, -100)}
        with torch.no_grad():
            out = model(**inputs, **targets)
        # transformers' own spans are scored over padding too: ours leave it out, and so does the loss here.
        if head == "QuestionAnswering":
            logits = torch.stack([out.start_logits, out.end_logits]).masked_fill(mask == 0, -torch.inf)
            loss = sum(torch.nn.functional.cross_entropy(logits[i], t) for i, t in enumerate(targets.values())) / 2
            logits = logits.masked_fill(mask == 0, 0)
        else:
            logits, loss = out.logits, out.loss
        name = (family + "-" + head).lower()
        model.save_pretrained(OUT / name)
        (OUT / name / "outputs.json").write_text(json.dumps(
            {"ids": ids.tolist(), "types": types.tolist(), "lengths": LENGTHS, "logits": logits.tolist(), "loss": loss.item(),
             **{key: value.tolist() for key, value in targets.items()}}) + "\n")
        print(name, sum(p.numel() for p in model.parameters()), "parameters; loss", loss.item())
