"""Makes the tiny random models under src/test/resources/huggingface, each with token ids, the logits that transformers computes, and 32
tokens that it continues the first row's beginning with when it always takes the likeliest.

Run with torch, transformers and safetensors installed:  python make_fixtures.py [NAME...]
"""
import json
import sys
from pathlib import Path

import torch
from transformers import (Gemma3ForCausalLM, Gemma3TextConfig, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, MistralConfig,
                          MistralForCausalLM, Olmo2Config, Olmo2ForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config,
                          Qwen3ForCausalLM)

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
    "llama3": (LlamaForCausalLM, LlamaConfig(**LLAMA, head_dim=12, tie_word_embeddings=True,
                                             rope_parameters={"rope_type": "llama3", "rope_theta": 1000.0, "factor": 8.0,
                                                              "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                                                              "original_max_position_embeddings": 32})),
    "mistral": (MistralForCausalLM, MistralConfig(**LLAMA, head_dim=6, sliding_window=7)),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**LLAMA, tie_word_embeddings=True,
                                            rope_parameters={"rope_type": "default", "rope_theta": 1000000.0})),
    "olmo2": (Olmo2ForCausalLM, Olmo2Config(**LLAMA, rope_parameters={"rope_type": "default", "rope_theta": 500000.0})),
    # As in the larger ones of the family: a window, another base for what slides, the rest stretched.
    "gemma3": (Gemma3ForCausalLM, Gemma3TextConfig(**{**LLAMA, "num_hidden_layers": 4}, head_dim=6, query_pre_attn_scalar=10,
                                                   sliding_window=7,
                                                   layer_types=["sliding_attention", "sliding_attention", "full_attention",
                                                                "sliding_attention"],
                                                   rope_parameters={"full_attention": {"rope_type": "linear", "rope_theta": 1000.0,
                                                                                       "factor": 4.0},
                                                                    "sliding_attention": {"rope_type": "default", "rope_theta": 50.0}})),
}


def continuation(model, prompt):
    ids = prompt
    for _ in range(32):
        with torch.no_grad():
            best = model(ids).logits[0, -1].topk(2)
        assert best.values[0] - best.values[1] > 1e-3, "too close to call; take another seed"
        ids = torch.cat([ids, best.indices[:1].reshape(1, 1)], 1)
    return ids[0, prompt.shape[1]:]



for name, (kind, config) in MODELS.items():
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        continue
    torch.manual_seed(len(name))
    model = kind(config).eval().float()
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            # Far from their first values, so that a gain, an offset or a scale that is mixed up shows.
            gain = "norm" in key and key.endswith("weight") or "ln_" in key and key.endswith("weight")
            parameter.copy_(torch.randn_like(parameter) * 0.3 + (1 if gain and name != "gemma3" else 0))  # Gemma adds the 1 itself
    model.save_pretrained(OUT / name)
    ids = torch.randint(0, config.vocab_size, (2, 29))
    with torch.no_grad():
        logits = model(ids).logits
    prompt = ids[:1, :min(20, config.max_position_embeddings - 31)]
    (OUT / name / "logits.json").write_text(json.dumps({
        "ids": ids.tolist(), "logits": logits.flatten().tolist(), "prompt": prompt[0].tolist(),
        "continuation": continuation(model, prompt).tolist()}) + "\n")
    print(name, sum(p.numel() for p in model.parameters()), "parameters; largest logit", logits.abs().max().item())
