package org.lyceum.models.huggingface;

import java.util.List;
import java.util.stream.Stream;

/**
 * What one of our layers is called in files; # stands for the block's number.
 *
 * @param ours its name here, as in {@code blocks.#.attention.qkv}
 * @param gguf what llama.cpp calls it: one name, or one for each matrix that it stacks
 * @param theirs what {@code transformers} calls it, likewise
 * @param transposed whether {@code transformers} keeps its matrix as (I, O)
 */
record TensorNames(String ours, List<String> gguf, List<String> theirs, boolean transposed) {
    static final List<TensorNames> GPT2 = List.of(
            row("embedding", "token_embd", "transformer.wte"),
            row("positions", "position_embd", "transformer.wpe"),
            row("blocks.#.attention_norm", "blk.#.attn_norm", "transformer.h.#.ln_1"),
            transposed("blocks.#.attention.qkv", "blk.#.attn_qkv", "transformer.h.#.attn.c_attn"),
            transposed("blocks.#.attention.output", "blk.#.attn_output", "transformer.h.#.attn.c_proj"),
            row("blocks.#.feed_forward_norm", "blk.#.ffn_norm", "transformer.h.#.ln_2"),
            transposed("blocks.#.feed_forward.up", "blk.#.ffn_up", "transformer.h.#.mlp.c_fc"),
            transposed("blocks.#.feed_forward.down", "blk.#.ffn_down", "transformer.h.#.mlp.c_proj"),
            row("norm", "output_norm", "transformer.ln_f"),
            row("head", "output", "lm_head"));

    /** What all that came after Llama call the same. */
    private static final List<TensorNames> AFTER_LLAMA = List.of(
            row("embedding", "token_embd", "model.embed_tokens"),
            row("blocks.#.attention_norm", "blk.#.attn_norm", "model.layers.#.input_layernorm"),
            new TensorNames("blocks.#.attention.qkv", List.of("blk.#.attn_q", "blk.#.attn_k", "blk.#.attn_v"),
                    List.of("model.layers.#.self_attn.q_proj", "model.layers.#.self_attn.k_proj", "model.layers.#.self_attn.v_proj"),
                    false),
            row("blocks.#.attention.query_norm", "blk.#.attn_q_norm", "model.layers.#.self_attn.q_norm"),
            row("blocks.#.attention.key_norm", "blk.#.attn_k_norm", "model.layers.#.self_attn.k_norm"),
            row("blocks.#.attention.output", "blk.#.attn_output", "model.layers.#.self_attn.o_proj"),
            new TensorNames("blocks.#.feed_forward.gate_up", List.of("blk.#.ffn_gate", "blk.#.ffn_up"),
                    List.of("model.layers.#.mlp.gate_proj", "model.layers.#.mlp.up_proj"), false),
            row("blocks.#.feed_forward.down", "blk.#.ffn_down", "model.layers.#.mlp.down_proj"),
            row("norm", "output_norm", "model.norm"),
            row("head", "output", "lm_head"));

    /** Norms before: the second norm of a block is named for standing after attention. */
    static final List<TensorNames> LLAMA = with(AFTER_LLAMA,
            row("blocks.#.feed_forward_norm", "blk.#.ffn_norm", "model.layers.#.post_attention_layernorm"));

    /** Norms after. */
    static final List<TensorNames> OLMO2 = with(AFTER_LLAMA,
            row("blocks.#.attention_post_norm", "blk.#.post_attention_norm", "model.layers.#.post_attention_layernorm"),
            row("blocks.#.feed_forward_post_norm", "blk.#.post_ffw_norm", "model.layers.#.post_feedforward_layernorm"));

    /** Norms before and after. */
    static final List<TensorNames> GEMMA3 = with(OLMO2,
            row("blocks.#.feed_forward_norm", "blk.#.ffn_norm", "model.layers.#.pre_feedforward_layernorm"));

    private static TensorNames row(String ours, String gguf, String theirs) {
        return new TensorNames(ours, List.of(gguf), List.of(theirs), false);
    }

    private static TensorNames transposed(String ours, String gguf, String theirs) {
        return new TensorNames(ours, List.of(gguf), List.of(theirs), true);
    }

    private static List<TensorNames> with(List<TensorNames> rows, TensorNames... more) {
        return Stream.concat(rows.stream(), Stream.of(more)).toList();
    }
}
