package org.lyceum.models.huggingface;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lyceum.models.layers.Parameter;

/**
 * What one of our layers is called in files; # stands for the block's number.
 *
 * @param ours its name here, as in {@code blocks.#.attention.qkv}
 * @param gguf what llama.cpp calls it: one name, or one for each matrix that it stacks
 * @param theirs what {@code transformers} calls it, likewise
 * @param transposed whether {@code transformers} keeps its matrix as (I, O)
 */
record TensorNames(String ours, List<String> gguf, List<String> theirs, boolean transposed) {
    private static final Pattern BLOCK = Pattern.compile("(blocks\\.)(\\d+)(\\..*)");

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

    /** Post-norm encoders, BERT's and RoBERTa's alike. */
    static final List<TensorNames> ENCODER = List.of(
            row("tokens", "token_embd", "embeddings.word_embeddings"),
            row("positions", "position_embd", "embeddings.position_embeddings"),
            row("types", "token_types", "embeddings.token_type_embeddings"),
            row("norm", "token_embd_norm", "embeddings.LayerNorm"),
            new TensorNames("blocks.#.attention.qkv", List.of("blk.#.attn_q", "blk.#.attn_k", "blk.#.attn_v"),
                    List.of("encoder.layer.#.attention.self.query", "encoder.layer.#.attention.self.key",
                            "encoder.layer.#.attention.self.value"),
                    false),
            row("blocks.#.attention.output", "blk.#.attn_output", "encoder.layer.#.attention.output.dense"),
            row("blocks.#.attention_norm", "blk.#.attn_output_norm", "encoder.layer.#.attention.output.LayerNorm"),
            row("blocks.#.feed_forward.up", "blk.#.ffn_up", "encoder.layer.#.intermediate.dense"),
            row("blocks.#.feed_forward.down", "blk.#.ffn_down", "encoder.layer.#.output.dense"),
            row("blocks.#.feed_forward_norm", "blk.#.layer_output_norm", "encoder.layer.#.output.LayerNorm"));

    private static TensorNames row(String ours, String gguf, String theirs) {
        return new TensorNames(ours, List.of(gguf), List.of(theirs), false);
    }

    private static TensorNames transposed(String ours, String gguf, String theirs) {
        return new TensorNames(ours, List.of(gguf), List.of(theirs), true);
    }

    private static List<TensorNames> with(List<TensorNames> rows, TensorNames... more) {
        return Stream.concat(rows.stream(), Stream.of(more)).toList();
    }

    // --- places -----------------------------------------------------------------------------------------------------------------------

    /** Where {@code parameter} lies in a model folder: in one tensor, or in one for each matrix that it stacks. */
    static List<StoredTensor> inFolder(List<TensorNames> names, Parameter parameter) {
        var row = of(names, parameter);
        boolean turned = row.transposed && parameter.value().rank() == 2;
        return places(row.theirs, parameter, turned ? new StoredTensor.Transposed() : new StoredTensor.Same());
    }

    /** Where it lies in a GGUF file. */
    static List<StoredTensor> inGguf(List<TensorNames> names, Parameter parameter) {
        return places(of(names, parameter).gguf, parameter, new StoredTensor.Same());
    }

    private static TensorNames of(List<TensorNames> names, Parameter parameter) {
        var layer = BLOCK.matcher(parameter.name().substring(0, parameter.name().lastIndexOf('.'))).replaceFirst("$1#$3");
        return names.stream().filter(row -> row.ours.equals(layer)).findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no name for our layer " + layer));
    }

    private static List<StoredTensor> places(List<String> layers, Parameter parameter, StoredTensor.Form form) {
        var kind = parameter.name().substring(parameter.name().lastIndexOf('.')); // .weight or .bias
        var block = BLOCK.matcher(parameter.name());
        var number = block.matches() ? block.group(2) : "";
        var places = new ArrayList<StoredTensor>();
        long at = 0;
        for (int i = 0; i < layers.size(); i++) {
            long rows = layers.size() == 1 ? parameter.value().size(0) : parameter.rowParts().get(i);
            places.add(new StoredTensor(layers.get(i).replace("#", number) + kind, parameter, at, rows, form));
            at += rows;
        }
        return places;
    }
}
