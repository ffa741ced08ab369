package org.lyceum.models.huggingface;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Rope;

/**
 * Whose configuration keys and tensor names a model folder speaks. A constant's name, in lower case, is its {@code model_type}; below the
 * constants stand the keys of each, reading beside writing.
 */
public enum Family {
    /** Radford et al. 2019: layer norm, learned positions, GELU, biases. Its matrices are stored (I, O). */
    GPT2("GPT2LMHeadModel", "transformer.", "\\.attn\\.(masked_)?bias$", List.of(
            Row.same("embedding", "transformer.wte"),
            Row.same("positions", "transformer.wpe"),
            Row.same("blocks.#.attention_norm", "transformer.h.#.ln_1"),
            Row.transposed("blocks.#.attention.qkv", "transformer.h.#.attn.c_attn"),
            Row.transposed("blocks.#.attention.output", "transformer.h.#.attn.c_proj"),
            Row.same("blocks.#.feed_forward_norm", "transformer.h.#.ln_2"),
            Row.transposed("blocks.#.feed_forward.up", "transformer.h.#.mlp.c_fc"),
            Row.transposed("blocks.#.feed_forward.down", "transformer.h.#.mlp.c_proj"),
            Row.same("norm", "transformer.ln_f"),
            Row.same("head", "lm_head"))),
    /** Touvron et al. 2023: RMS norm, rotary positions, grouped queries, SwiGLU. */
    LLAMA("LlamaForCausalLM", "model.", "rotary_emb\\.inv_freq$", Row.LLAMA),
    /** Yang et al. 2025: Llama with an RMS norm on each head's queries and keys. */
    QWEN3("Qwen3ForCausalLM", "model.", "rotary_emb\\.inv_freq$", Row.LLAMA),
    /** Every other choice of layers: our own keys and names, which {@code transformers} has no class for. */
    LYCEUM("LyceumDecoder", "", "(?!)", List.of());

    /** One of our layers and the layer, or the stack of layers, that it is in a file; # stands for the block's number. */
    private record Row(String ours, List<String> theirs, boolean transposed) {
        static final List<Row> LLAMA = List.of(
                same("embedding", "model.embed_tokens"),
                same("blocks.#.attention_norm", "model.layers.#.input_layernorm"),
                same("blocks.#.attention.qkv", "model.layers.#.self_attn.q_proj", "model.layers.#.self_attn.k_proj",
                        "model.layers.#.self_attn.v_proj"),
                same("blocks.#.attention.query_norm", "model.layers.#.self_attn.q_norm"),
                same("blocks.#.attention.key_norm", "model.layers.#.self_attn.k_norm"),
                same("blocks.#.attention.output", "model.layers.#.self_attn.o_proj"),
                same("blocks.#.feed_forward_norm", "model.layers.#.post_attention_layernorm"),
                same("blocks.#.feed_forward.gate_up", "model.layers.#.mlp.gate_proj", "model.layers.#.mlp.up_proj"),
                same("blocks.#.feed_forward.down", "model.layers.#.mlp.down_proj"),
                same("norm", "model.norm"),
                same("head", "lm_head"));

        static Row same(String ours, String... theirs) {
            return new Row(ours, List.of(theirs), false);
        }

        static Row transposed(String ours, String theirs) {
            return new Row(ours, List.of(theirs), true);
        }
    }

    private static final Pattern BLOCK = Pattern.compile("(blocks\\.)(\\d+)(\\..*)");

    private final String architecture;
    private final String prefix;
    private final Pattern buffers;
    private final List<Row> rows;

    Family(String architecture, String prefix, String buffers, List<Row> rows) {
        this.architecture = architecture;
        this.prefix = prefix;
        this.buffers = Pattern.compile(buffers);
        this.rows = rows;
    }

    /** The family whose class in {@code transformers} computes what {@code config} says; {@link #LYCEUM} if none does. */
    public static Family of(DecoderConfig config) {
        if (config.norm() == Norm.Kind.LAYER && config.positions() == Positions.LEARNED && config.activation() == FeedForward.Kind.GELU
                && config.biases() == Biases.ALL && plain(config)
                && config.qkNorm() == QkNorm.NONE && config.keyValueHeads() == config.heads()
                && config.headWidth() * config.heads() == config.width()) {
            return GPT2;
        }
        if (config.norm() == Norm.Kind.RMS && config.positions() == Positions.ROPE && config.activation() == FeedForward.Kind.SWIGLU
                && plain(config) && config.biases() != Biases.QKV && config.qkNorm() != QkNorm.FULL
                && !(config.biases() == Biases.ALL && config.qkNorm() == QkNorm.HEAD)) {
            return config.qkNorm() == QkNorm.HEAD ? QWEN3 : LLAMA;
        }
        return LYCEUM;
    }

    private static boolean plain(DecoderConfig config) {
        return config.normPlacement() == NormPlacement.PRE && config.window() == null && config.attentionScale() == null
                && config.embeddingScale() == 1 && config.rope().equals(Rope.of(config.rope().theta()));
    }

    static Family of(ConfigJson json) {
        if (!json.has("model_type")) {
            throw new UserError(json.file() + " has no key 'model_type'; it is not the configuration of a model.");
        }
        var name = json.text("model_type", null);
        var known = Arrays.stream(values()).map(ConfigJson::spelled).toList();
        if (!known.contains(name)) {
            throw new UserError(
                    json.file() + " is of the model_type '" + name + "', which Lyceum does not know; " + Nearest.hint(name, known));
        }
        return json.choice("model_type", Family.class);
    }

    // --- tensors ----------------------------------------------------------------------------------------------------------------------

    /** Where {@code parameter} lies in a file: in one tensor, or in one for each matrix that it stacks. */
    List<StoredTensor> stored(Parameter parameter) {
        int dot = parameter.name().lastIndexOf('.');
        var layer = parameter.name().substring(0, dot);
        var kind = parameter.name().substring(dot); // .weight or .bias
        var block = BLOCK.matcher(layer);
        var number = block.matches() ? block.group(2) : "";
        var ours = block.matches() ? block.group(1) + "#" + block.group(3) : layer;
        var row = rows.isEmpty() ? Row.same(layer, layer) : row(ours);
        boolean transposed = row.transposed() && parameter.value().rank() == 2;
        if (row.theirs().size() == 1) {
            return List.of(new StoredTensor(row.theirs().getFirst().replace("#", number) + kind, parameter, 0, parameter.value().size(0),
                    transposed));
        }
        var parts = new ArrayList<StoredTensor>();
        long at = 0;
        for (int i = 0; i < row.theirs().size(); i++) {
            long height = parameter.rowParts().get(i);
            parts.add(new StoredTensor(row.theirs().get(i).replace("#", number) + kind, parameter, at, height, transposed));
            at += height;
        }
        return parts;
    }

    private Row row(String ours) {
        return rows.stream().filter(row -> row.ours().equals(ours)).findFirst()
                .orElseThrow(() -> new IllegalStateException(this + " has no name for our layer " + ours));
    }

    /** What stands before most names, and is missing where somebody saved the network without its head's class. */
    String prefix() {
        return prefix;
    }

    /** Whether a tensor is a constant that older versions of {@code transformers} saved with the weights. */
    boolean isBuffer(String name) {
        return buffers.matcher(name).find();
    }

    // --- config.json ------------------------------------------------------------------------------------------------------------------

    /** The keys of {@code config.json}, sorted as {@code transformers} sorts them. */
    Map<String, @Nullable Object> toJson(DecoderConfig config) {
        var keys = new TreeMap<String, @Nullable Object>();
        keys.put("architectures", List.of(architecture));
        keys.put("model_type", ConfigJson.spelled(this));
        keys.put("dtype", "float32");
        keys.put("torch_dtype", "float32"); // its name before transformers 4.56
        keys.put("use_cache", true);
        keys.put("tie_word_embeddings", config.tiedEmbeddings());
        keys.put("initializer_range", 0.02);
        switch (this) {
            case GPT2 -> writeGpt2(config, keys);
            case LLAMA, QWEN3 -> writeLlama(config, keys);
            case LYCEUM -> writeLyceum(config, keys);
        }
        return keys;
    }

    /** The configuration that the keys describe. Throws {@link UserError} where they ask for what we do not compute. */
    DecoderConfig toConfig(ConfigJson json) {
        json.refuse(json.has("quantization_config"), "quantized weights (quantization_config)");
        try {
            return switch (this) {
                case GPT2 -> readGpt2(json);
                case LLAMA, QWEN3 -> readLlama(json);
                case LYCEUM -> readLyceum(json);
            };
        } catch (UserError e) {
            var sentence = String.valueOf(e.getMessage());
            throw sentence.startsWith(json.file().toString()) ? e : new UserError(json.file() + " describes no model: " + sentence, e);
        }
    }

    private static void writeGpt2(DecoderConfig config, Map<String, @Nullable Object> keys) {
        keys.put("vocab_size", config.vocabularySize());
        keys.put("n_positions", config.context());
        keys.put("n_ctx", config.context());
        keys.put("n_embd", config.width());
        keys.put("n_layer", config.depth());
        keys.put("n_head", config.heads());
        keys.put("n_inner", config.hiddenWidth());
        keys.put("activation_function", "gelu_new");
        keys.put("layer_norm_epsilon", config.normEpsilon());
        keys.put("embd_pdrop", config.dropout());
        keys.put("resid_pdrop", config.dropout());
        keys.put("attn_pdrop", 0.0); // we never drop attention weights
        keys.put("scale_attn_weights", true);
        keys.put("scale_attn_by_inverse_layer_idx", false);
        keys.put("reorder_and_upcast_attn", false);
    }

    private static DecoderConfig readGpt2(ConfigJson json) {
        var activation = json.text("activation_function", "gelu_new");
        json.refuse(!List.of("gelu_new", "gelu_pytorch_tanh").contains(activation), "the activation_function '" + activation + "'");
        json.refuse(!json.flag("scale_attn_weights", true), "unscaled attention (scale_attn_weights)");
        json.refuse(json.flag("scale_attn_by_inverse_layer_idx", false), "attention scaled by layer (scale_attn_by_inverse_layer_idx)");
        json.refuse(json.flag("add_cross_attention", false), "cross-attention (add_cross_attention)");
        int width = json.integer("n_embd");
        int heads = json.integer("n_head");
        return DecoderConfig.gpt2(json.integer("vocab_size"), json.integer("n_positions"), width, json.integer("n_layer"), heads)
                .with(c -> {
                    c.hiddenWidth = json.integer("n_inner", 4 * width);
                    c.normEpsilon = json.number("layer_norm_epsilon", 1e-5);
                    c.tiedEmbeddings = json.flag("tie_word_embeddings", true);
                    c.dropout = json.number("resid_pdrop", 0.1);
                });
    }

    private void writeLlama(DecoderConfig config, Map<String, @Nullable Object> keys) {
        keys.put("vocab_size", config.vocabularySize());
        keys.put("max_position_embeddings", config.context());
        keys.put("hidden_size", config.width());
        keys.put("num_hidden_layers", config.depth());
        keys.put("num_attention_heads", config.heads());
        keys.put("num_key_value_heads", config.keyValueHeads());
        keys.put("head_dim", config.headWidth());
        keys.put("intermediate_size", config.hiddenWidth());
        keys.put("hidden_act", "silu");
        keys.put("rms_norm_eps", config.normEpsilon());
        keys.put("rope_parameters", new TreeMap<>(Map.of("rope_type", "default", "rope_theta", config.rope().theta()))); // transformers 5
        keys.put("rope_theta", config.rope().theta()); // and before
        keys.put("rope_scaling", null);
        keys.put("attention_bias", config.biases() == Biases.ALL);
        keys.put("attention_dropout", 0.0); // we never drop attention weights
        keys.put("resid_pdrop", config.dropout()); // GPT-2's key; transformers keeps it and does not use it here
        if (this == LLAMA) {
            keys.put("mlp_bias", config.biases() == Biases.ALL);
        } else {
            keys.put("use_sliding_window", false);
            keys.put("sliding_window", null);
        }
    }

    private DecoderConfig readLlama(ConfigJson json) {
        var activation = json.text("hidden_act", "silu");
        json.refuse(!List.of("silu", "swish").contains(activation), "the hidden_act '" + activation + "'");
        var rope = json.object("rope_parameters");
        refuseScaling(rope);
        refuseScaling(json.object("rope_scaling"));
        json.refuse(json.number("partial_rotary_factor", 1.0) != 1, "partly rotated heads (partial_rotary_factor)");
        boolean attentionBias = json.flag("attention_bias", false);
        boolean bias = this == LLAMA && json.flag("mlp_bias", false);
        json.refuse(attentionBias != bias,
                attentionBias ? "biases in attention alone (attention_bias)" : "biases in the feed-forward network alone (mlp_bias)");
        if (this == QWEN3) {
            json.refuse(json.flag("use_sliding_window", false), "a sliding attention window (use_sliding_window)");
            var layers = json.tree().get("layer_types");
            if (layers != null) {
                layers.forEach(
                        type -> json.refuse(!type.asString("").equals("full_attention"), "a layer of the type " + type + " (layer_types)"));
            }
        }
        int width = json.integer("hidden_size");
        int heads = json.integer("num_attention_heads");
        boolean ownHeadWidth = this == QWEN3 || json.has("head_dim");
        return new DecoderConfig(json.integer("vocab_size"), json.integer("max_position_embeddings"), width,
                json.integer("num_hidden_layers"), heads,
                json.integer("num_key_value_heads", this == QWEN3 ? Integer.valueOf(32) : Integer.valueOf(heads)),
                ownHeadWidth ? json.integer("head_dim", 128) : DecoderConfig.headWidth(width, heads), json.integer("intermediate_size"),
                Norm.Kind.RMS,
                json.number("rms_norm_eps", 1e-6), NormPlacement.PRE, Positions.ROPE,
                Rope.of(rope.number("rope_theta", json.number("rope_theta", 10_000.0))), null, FeedForward.Kind.SWIGLU,
                bias ? Biases.ALL : Biases.NONE, this == QWEN3 ? QkNorm.HEAD : QkNorm.NONE, null, 1,
                json.flag("tie_word_embeddings", false), json.number("resid_pdrop", 0.0));
    }

    private static void refuseScaling(ConfigJson rope) {
        var type = rope.text("rope_type", rope.text("type", "default"));
        rope.refuse(!type.equals("default"), "rotary positions of the type '" + type + "' (rope_scaling)");
        rope.refuse(rope.number("partial_rotary_factor", 1.0) != 1, "partly rotated heads (partial_rotary_factor)");
    }

    private static void writeLyceum(DecoderConfig config, Map<String, @Nullable Object> keys) {
        keys.put("vocabulary_size", config.vocabularySize());
        keys.put("context", config.context());
        keys.put("width", config.width());
        keys.put("depth", config.depth());
        keys.put("heads", config.heads());
        keys.put("key_value_heads", config.keyValueHeads());
        keys.put("head_width", config.headWidth());
        keys.put("hidden_width", config.hiddenWidth());
        keys.put("norm", ConfigJson.spelled(config.norm()));
        keys.put("norm_epsilon", config.normEpsilon());
        keys.put("positions", ConfigJson.spelled(config.positions()));
        keys.put("rope_theta", config.rope().theta());
        keys.put("activation", ConfigJson.spelled(config.activation()));
        keys.put("bias", config.biases() == Biases.ALL);
        keys.put("qk_norm", config.qkNorm() == QkNorm.HEAD);
        keys.put("tied_embeddings", config.tiedEmbeddings());
        keys.put("dropout", config.dropout());
    }

    private static DecoderConfig readLyceum(ConfigJson json) {
        return new DecoderConfig(json.integer("vocabulary_size"), json.integer("context"), json.integer("width"), json.integer("depth"),
                json.integer("heads"), json.integer("key_value_heads"), json.integer("head_width"), json.integer("hidden_width"),
                json.choice("norm", Norm.Kind.class), json.number("norm_epsilon", null), NormPlacement.PRE,
                json.choice("positions", Positions.class), Rope.of(json.number("rope_theta", null)), null,
                json.choice("activation", FeedForward.Kind.class), json.flag("bias", null) ? Biases.ALL : Biases.NONE,
                json.flag("qk_norm", null) ? QkNorm.HEAD : QkNorm.NONE, null, 1,
                json.flag("tied_embeddings", null), json.number("dropout", null));
    }
}
