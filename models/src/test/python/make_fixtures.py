"""Makes the tiny random models under src/test/resources/huggingface, each with token ids and the logits that transformers computes.

Run with torch, transformers and safetensors installed:  python make_fixtures.py
"""
import json
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, Qwen3Config, Qwen3ForCausalLM

OUT = Path(__file__).resolve().parents[1] / "resources" / "huggingface"
ENDS = dict(bos_token_id=0, eos_token_id=1, pad_token_id=None)
LLAMA = dict(vocab_size=23, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=64, attention_dropout=0.0, **ENDS)
MODELS = {
    "gpt2": (GPT2LMHeadModel, GPT2Config(vocab_size=23, n_positions=32, n_embd=16, n_layer=2, n_head=4, **ENDS)),
    "llama": (LlamaForCausalLM, LlamaConfig(**LLAMA, tie_word_embeddings=False, rms_norm_eps=1e-5,
                                            rope_parameters={"rope_type": "default", "rope_theta": 5000.0})),
    "llama-tied": (LlamaForCausalLM, LlamaConfig(**LLAMA, tie_word_embeddings=True)),
    "llama-biased": (LlamaForCausalLM, LlamaConfig(**LLAMA, tie_word_embeddings=True, attention_bias=True, mlp_bias=True)),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(**LLAMA, head_dim=6, tie_word_embeddings=True)),
}

for name, (kind, config) in MODELS.items():
    torch.manual_seed(len(name))
    model = kind(config).eval().float()
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            # Far from their first values, so that a gain, an offset or a scale that is mixed up shows.
            gain = "norm" in key and key.endswith("weight") or "ln_" in key and key.endswith("weight")
            parameter.copy_(torch.randn_like(parameter) * 0.3 + (1 if gain else 0))
    model.save_pretrained(OUT / name)
    ids = torch.randint(0, config.vocab_size, (2, 29))
    with torch.no_grad():
        logits = model(ids).logits
    (OUT / name / "logits.json").write_text(json.dumps({"ids": ids.tolist(), "logits": logits.flatten().tolist()}) + "\n")
    print(name, sum(p.numel() for p in model.parameters()), "parameters; largest logit", logits.abs().max().item())
