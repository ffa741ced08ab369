"""Makes src/test/resources/transformer: the weights of tiny torch.nn transformers under our names, with the logits that PyTorch computes.

Run with torch and safetensors installed:  python make_transformer_fixtures.py
"""
import json
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

OUT = Path(__file__).resolve().parents[1] / "resources" / "transformer"
V, W, H, F, LAYERS = 19, 16, 4, 24, 2
SOURCES = [[3, 7, 1, 18, 5, 2], [9, 4, 2]]
TARGETS = [[0, 6, 11, 4, 17], [0, 8, 8]]


def positions(length):
    t = torch.arange(length).unsqueeze(1)
    angles = t / 10_000 ** (torch.arange(0, W, 2) / W)
    return torch.stack([angles.sin(), angles.cos()], -1).reshape(length, W)


def attention(weights, ours, module):
    weights[f"{ours}.qkv.weight"], weights[f"{ours}.qkv.bias"] = module.in_proj_weight, module.in_proj_bias
    weights[f"{ours}.output.weight"], weights[f"{ours}.output.bias"] = module.out_proj.weight, module.out_proj.bias


def pair(weights, ours, module):
    weights[f"{ours}.weight"], weights[f"{ours}.bias"] = module.weight, module.bias


for name, first in (("post-norm", False), ("pre-norm", True)):
    torch.manual_seed(len(name))
    options = dict(d_model=W, nhead=H, dim_feedforward=F, dropout=0.0, activation="relu", batch_first=True, norm_first=first)
    norms = [nn.LayerNorm(W), nn.LayerNorm(W)] if first else [None, None]
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(**options), LAYERS, norm=norms[0], enable_nested_tensor=False)
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(**options), LAYERS, norm=norms[1])
    embedding = nn.Embedding(V, W)
    for module in (encoder, decoder, embedding):
        for key, parameter in module.named_parameters():
            gain = "norm" in key and key.endswith("weight")
            parameter.data = torch.randn_like(parameter) * 0.3 + (1 if gain else 0)
    weights = {"embedding.weight": embedding.weight}
    for i, layer in enumerate(encoder.layers):
        at = f"encoder.{i}"
        attention(weights, f"{at}.attention", layer.self_attn)
        pair(weights, f"{at}.attention_norm", layer.norm1)
        pair(weights, f"{at}.feed_forward.up", layer.linear1)
        pair(weights, f"{at}.feed_forward.down", layer.linear2)
        pair(weights, f"{at}.feed_forward_norm", layer.norm2)
    for i, layer in enumerate(decoder.layers):
        at = f"decoder.{i}"
        attention(weights, f"{at}.attention", layer.self_attn)
        pair(weights, f"{at}.attention_norm", layer.norm1)
        cross = layer.multihead_attn
        weights[f"{at}.cross.query.weight"], weights[f"{at}.cross.query.bias"] = cross.in_proj_weight[:W], cross.in_proj_bias[:W]
        weights[f"{at}.cross.key_value.weight"], weights[f"{at}.cross.key_value.bias"] = cross.in_proj_weight[W:], cross.in_proj_bias[W:]
        pair(weights, f"{at}.cross.output", cross.out_proj)
        pair(weights, f"{at}.cross_norm", layer.norm2)
        pair(weights, f"{at}.feed_forward.up", layer.linear1)
        pair(weights, f"{at}.feed_forward.down", layer.linear2)
        pair(weights, f"{at}.feed_forward_norm", layer.norm3)
    if first:
        pair(weights, "encoder_norm", norms[0])
        pair(weights, "decoder_norm", norms[1])

    longest = max(map(len, SOURCES))
    ids = torch.tensor([s + [0] * (longest - len(s)) for s in SOURCES])
    padding = torch.tensor([[t >= len(s) for t in range(longest)] for s in SOURCES])
    logits = []
    with torch.no_grad():
        memory = encoder(embedding(ids) * math.sqrt(W) + positions(longest), src_key_padding_mask=padding)
        for b, target in enumerate(TARGETS):
            mask = nn.Transformer.generate_square_subsequent_mask(len(target))
            x = embedding(torch.tensor([target])) * math.sqrt(W) + positions(len(target))
            hidden = decoder(x, memory[b:b + 1], tgt_mask=mask, memory_key_padding_mask=padding[b:b + 1])
            logits.append((hidden @ embedding.weight.T).flatten().tolist())
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.detach().contiguous().clone() for k, v in weights.items()}, folder / "model.safetensors")
    (folder / "logits.json").write_text(json.dumps({"sources": SOURCES, "targets": TARGETS, "logits": logits}) + "\n")
