"""Makes the tiny random encoders under src/test/resources/huggingface, each with ids and the hidden states that transformers computes.

Run with torch, transformers and safetensors installed:  python make_encoder_fixtures.py
"""
import json
from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM, BertModel, RobertaConfig, RobertaForMaskedLM

OUT = Path(__file__).resolve().parents[1] / "resources" / "huggingface"
SIZES = dict(vocab_size=29, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4)
MODELS = {
    "bert": (BertModel, BertConfig(**SIZES, max_position_embeddings=32, pad_token_id=0)),
    "bert-masked": (BertForMaskedLM, BertConfig(**SIZES, max_position_embeddings=32, pad_token_id=0, hidden_act="gelu_new",
                                                layer_norm_eps=1e-5)),
    "roberta": (RobertaForMaskedLM, RobertaConfig(**SIZES, max_position_embeddings=34, type_vocab_size=1, pad_token_id=1,
                                                  bos_token_id=0, eos_token_id=2, layer_norm_eps=1e-5)),
}
LENGTHS = [23, 9, 1]

for name, (kind, config) in MODELS.items():
    torch.manual_seed(len(name))
    model = kind(config).eval().float()
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            # Far from their first values, so that a gain, an offset or a scale that is mixed up shows.
            gain = "LayerNorm.weight" in key
            parameter.copy_(torch.randn_like(parameter) * 0.3 + (1 if gain else 0))
    model.save_pretrained(OUT / name)
    ids = torch.randint(3, config.vocab_size, (len(LENGTHS), max(LENGTHS)))
    mask = torch.tensor([[1 if t < n else 0 for t in range(max(LENGTHS))] for n in LENGTHS])
    ids = torch.where(mask == 1, ids, config.pad_token_id)
    types = torch.randint(0, config.type_vocab_size, ids.shape)
    with torch.no_grad():
        encoder = model if name == "bert" else getattr(model, model.base_model_prefix)
        hidden = encoder(ids, attention_mask=mask, token_type_ids=types).last_hidden_state
    rows = [hidden[b, :n].flatten().tolist() for b, n in enumerate(LENGTHS)]
    (OUT / name / "hidden.json").write_text(json.dumps(
        {"ids": ids.tolist(), "types": types.tolist(), "lengths": LENGTHS, "hidden": rows}) + "\n")
    print(name, sum(p.numel() for p in model.parameters()), "parameters; largest value", hidden.abs().max().item())
