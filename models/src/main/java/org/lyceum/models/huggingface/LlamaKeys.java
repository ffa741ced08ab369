package org.lyceum.models.huggingface;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.DecoderConfig.Window;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Rope;
import tools.jackson.databind.JsonNode;

/**
 * Llama's keys, and what each family that came after it adds. What a key stands for when it is absent is what the family's class in
 * {@code transformers} takes it for.
 *
 * @param family whose they are
 */
record LlamaKeys(Family family) implements ConfigKeys {
    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";
    private static final double GEMMA_THETA = 1_000_000;

    @Override
    public void write(DecoderConfig config, Map<String, @Nullable Object> keys) {
        keys.put("vocab_size", config.vocabularySize());
        keys.put("max_position_embeddings", config.context());
        keys.put("hidden_size", config.width());
        keys.put("num_hidden_layers", config.depth());
        keys.put("num_attention_heads", config.heads());
        keys.put("num_key_value_heads", config.keyValueHeads());
        keys.put("head_dim", config.headWidth());
        keys.put("intermediate_size", config.hiddenWidth());
        keys.put("rms_norm_eps", config.normEpsilon());
        keys.put("rope_parameters", RopeKeys.parameters(config.rope()));
        keys.put("rope_theta", config.rope().theta());
        keys.put("rope_scaling", RopeKeys.scalingOrNull(config.rope()));
        keys.put("attention_dropout", 0.0); // we never drop attention weights
        keys.put("resid_pdrop", config.dropout()); // GPT-2's key; transformers keeps it and does not use it here
        var window = config.window();
        keys.put("sliding_window", window == null ? null : window.length());
        switch (family) {
            case GEMMA3_TEXT -> writeGemma3(config, keys);
            case QWEN2, QWEN3 -> keys.put("use_sliding_window", window != null);
            default -> {
            }
        }
        if (window != null && (family == Family.QWEN2 || family == Family.QWEN3)) {
            keys.put("layer_types", layerTypes(config));
        }
        if (family != Family.GEMMA3_TEXT) {
            keys.put("hidden_act", "silu");
        }
        if (family != Family.QWEN2 && family != Family.MISTRAL) {
            keys.put("attention_bias", config.biases() == Biases.ALL);
        }
        if (family == Family.LLAMA) {
            keys.put("mlp_bias", config.biases() == Biases.ALL);
        }
    }

    private static void writeGemma3(DecoderConfig config, Map<String, @Nullable Object> keys) {
        keys.put("hidden_activation", "gelu_pytorch_tanh");
        double scale = config.scoreScale();
        keys.put("query_pre_attn_scalar", Math.round(1 / (scale * scale)));
        keys.put("attn_logit_softcapping", null);
        keys.put("final_logit_softcapping", null);
        keys.put("layer_types", layerTypes(config));
        var window = config.window();
        var near = window == null ? Rope.of(10_000) : window.rope();
        keys.put("rope_parameters", Map.of(FULL, RopeKeys.parameters(config.rope()), SLIDING, RopeKeys.parameters(near)));
        keys.put("rope_local_base_freq", near.theta());
        keys.put("sliding_window", window == null ? config.context() : window.length()); // must not be null, whether a layer slides or not
        keys.put("sliding_window_pattern", window == null ? 1 : window.globalEvery());
    }

    @Override
    public DecoderConfig read(ConfigJson json) {
        boolean gemma = family == Family.GEMMA3_TEXT;
        var activationKey = gemma ? "hidden_activation" : "hidden_act";
        var activation = json.text(activationKey, gemma ? "gelu_pytorch_tanh" : "silu");
        var known = gemma ? List.of("gelu_pytorch_tanh", "gelu_new") : List.of("silu", "swish");
        json.refuse(!known.contains(activation), "the " + activationKey + " '" + activation + "'");
        int width = json.integer("hidden_size");
        int heads = json.integer("num_attention_heads");
        int depth = json.integer("num_hidden_layers");
        var common = DecoderConfig.llama(json.integer("vocab_size"), json.integer("max_position_embeddings"), width, depth, 1, 1)
                .with(c -> {
                    c.heads = heads;
                    c.keyValueHeads = json.integer("num_key_value_heads", keyValueHeads(json, heads));
                    c.headWidth = headWidth(json, width, heads);
                    c.hiddenWidth = json.integer("intermediate_size");
                    c.normEpsilon = json.number("rms_norm_eps", family == Family.OLMO2 ? 1e-5 : 1e-6);
                    c.biases = biases(json);
                    c.tiedEmbeddings = json.flag("tie_word_embeddings", gemma);
                    c.dropout = json.number("resid_pdrop", 0.0);
                });
        if (gemma) {
            return readGemma3(json, common);
        }
        var rope = RopeKeys.read(json, 10_000);
        return common.with(c -> {
            c.rope = rope;
            c.window = window(json, depth, rope);
            c.normPlacement = family == Family.OLMO2 ? NormPlacement.POST : NormPlacement.PRE;
            c.qkNorm = switch (family) {
                case QWEN3 -> QkNorm.HEAD;
                case OLMO2 -> QkNorm.FULL;
                default -> QkNorm.NONE;
            };
        });
    }

    private DecoderConfig readGemma3(ConfigJson json, DecoderConfig common) {
        json.refuse(json.has("attn_logit_softcapping"), "capped attention scores (attn_logit_softcapping)");
        json.refuse(json.has("final_logit_softcapping"), "capped logits (final_logit_softcapping)");
        json.refuse(json.flag("use_bidirectional_attention", false), "attention in both directions (use_bidirectional_attention)");
        var nested = json.object("rope_parameters");
        var everywhere = nested.object(FULL);
        var near = nested.object(SLIDING);
        var scaling = RopeKeys.readScaling(everywhere);
        var rope = new Rope(everywhere.number("rope_theta", json.number("rope_theta", GEMMA_THETA)),
                scaling instanceof Rope.Unscaled ? RopeKeys.readScaling(json.object("rope_scaling")) : scaling);
        var nearRope = new Rope(near.number("rope_theta", json.number("rope_local_base_freq", 10_000.0)), RopeKeys.readScaling(near));
        int scalar = json.integer("query_pre_attn_scalar", 256);
        return common.with(c -> {
            c.rope = rope;
            c.window = window(json, common.depth(), nearRope);
            c.normPlacement = NormPlacement.BOTH;
            c.qkNorm = QkNorm.HEAD;
            c.activation = FeedForward.Kind.GEGLU;
            c.attentionScale = scalar == common.headWidth() ? null : Double.valueOf(1 / Math.sqrt(scalar));
            c.embeddingScale = (float) Math.sqrt(common.width()); // a weight in f32, as transformers has it
        });
    }

    /** A key that is null stands for as many as heads everywhere, but one that is absent for each class's own number. */
    private @Nullable Integer keyValueHeads(ConfigJson json, int heads) {
        if (json.tree().has("num_key_value_heads")) {
            return heads;
        }
        return switch (family) {
            case QWEN2, QWEN3 -> 32;
            case MISTRAL -> 8;
            case GEMMA3_TEXT -> 4;
            default -> heads;
        };
    }

    private int headWidth(ConfigJson json, int width, int heads) {
        return switch (family) {
            case QWEN3 -> json.integer("head_dim", 128);
            case GEMMA3_TEXT -> json.integer("head_dim", 256);
            default -> json.has("head_dim") ? json.integer("head_dim") : DecoderConfig.headWidth(width, heads);
        };
    }

    private Biases biases(ConfigJson json) {
        if (family == Family.QWEN2) {
            return Biases.QKV;
        }
        boolean attention = family != Family.MISTRAL && json.flag("attention_bias", false);
        boolean feedForward = family == Family.LLAMA && json.flag("mlp_bias", false);
        json.refuse(attention && !feedForward, "biases in attention alone (attention_bias)");
        json.refuse(feedForward && !attention, "biases in the feed-forward network alone (mlp_bias)");
        return attention ? Biases.ALL : Biases.NONE;
    }

    // --- which layers slide -----------------------------------------------------------------------------------------------------------

    private static List<String> layerTypes(DecoderConfig config) {
        return IntStream.range(0, config.depth()).mapToObj(layer -> config.slides(layer) ? SLIDING : FULL).toList();
    }

    private @Nullable Window window(ConfigJson json, int depth, Rope rope) {
        boolean slides = switch (family) {
            case MISTRAL -> json.has("sliding_window") || !json.tree().has("sliding_window");
            case QWEN2, QWEN3 -> json.flag("use_sliding_window", false) && json.has("sliding_window");
            case GEMMA3_TEXT -> true;
            default -> false;
        };
        var types = json.tree().get("layer_types");
        boolean listed = types != null && types.isArray() && family != Family.MISTRAL;
        int every = listed ? globalEvery(json, types) : slides ? globalEvery(json, depth) : 1;
        return every == 1 ? null : new Window(json.integer("sliding_window", 4096), every, rope);
    }

    /** n where every n-th layer and no other sees everything; 0 where none does. */
    private int globalEvery(ConfigJson json, JsonNode types) {
        var global = new ArrayList<Integer>();
        for (int layer = 0; layer < types.size(); layer++) {
            var type = types.get(layer).asString("");
            json.refuse(!type.equals(SLIDING) && !type.equals(FULL), "a layer of the type '" + type + "' (layer_types)");
            if (type.equals(FULL)) {
                global.add(layer + 1);
            }
        }
        int every = global.isEmpty() ? 0 : global.getFirst();
        var wanted = IntStream.rangeClosed(1, types.size()).filter(layer -> every > 0 && layer % every == 0).boxed().toList();
        json.refuse(!global.equals(wanted), "sliding layers in another pattern than all but every n-th (layer_types)");
        return every;
    }

    /** The same where the layers are not listed. */
    private int globalEvery(ConfigJson json, int depth) {
        if (family == Family.MISTRAL) {
            return 0;
        }
        if (family == Family.GEMMA3_TEXT) {
            return json.integer("sliding_window_pattern", json.integer("_sliding_window_pattern", 6));
        }
        int first = json.integer("max_window_layers", 28);
        json.refuse(first > 0 && first < depth, "layers that slide from the " + first + "-th on alone (max_window_layers)");
        return first == 0 ? 0 : 1;
    }
}
