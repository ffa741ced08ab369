package org.lyceum.models.huggingface;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.DecoderConfig.Window;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Rope;

/** Our own keys: a record component each, for what no class of {@code transformers} computes. */
final class LyceumKeys implements ConfigKeys {
    @Override
    public void write(DecoderConfig config, Map<String, @Nullable Object> keys) {
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
        keys.put("norm_placement", ConfigJson.spelled(config.normPlacement()));
        keys.put("positions", ConfigJson.spelled(config.positions()));
        writeRope(config.rope(), keys);
        keys.put("window", config.window() == null ? null : window(config.window()));
        keys.put("activation", ConfigJson.spelled(config.activation()));
        keys.put("bias", ConfigJson.spelled(config.biases()));
        keys.put("qk_norm", ConfigJson.spelled(config.qkNorm()));
        keys.put("attention_scale", config.attentionScale());
        keys.put("embedding_scale", config.embeddingScale());
        keys.put("tied_embeddings", config.tiedEmbeddings());
        keys.put("dropout", config.dropout());
    }

    private static Map<String, @Nullable Object> window(Window window) {
        var keys = new TreeMap<String, @Nullable Object>(Map.of("length", window.length(), "global_every", window.globalEvery()));
        writeRope(window.rope(), keys);
        return keys;
    }

    private static void writeRope(Rope rope, Map<String, @Nullable Object> keys) {
        keys.put("rope_theta", rope.theta());
        keys.put("rope_scaling", RopeKeys.scalingOrNull(rope));
    }

    /** Models of version 0.1 have {@code bias} and {@code qk_norm} as true or false, and none of the other keys with a default here. */
    @Override
    public DecoderConfig read(ConfigJson json) {
        var window = json.object("window");
        return new DecoderConfig(json.integer("vocabulary_size"), json.integer("context"), json.integer("width"), json.integer("depth"),
                json.integer("heads"), json.integer("key_value_heads"), json.integer("head_width"), json.integer("hidden_width"),
                json.choice("norm", Norm.Kind.class), json.number("norm_epsilon", null),
                json.has("norm_placement") ? json.choice("norm_placement", NormPlacement.class) : NormPlacement.PRE,
                json.choice("positions", Positions.class), readRope(json),
                json.has("window") ? new Window(window.integer("length"), window.integer("global_every"), readRope(window)) : null,
                json.choice("activation", FeedForward.Kind.class),
                json.isFlag("bias") ? json.flag("bias", null) ? Biases.ALL : Biases.NONE : json.choice("bias", Biases.class),
                json.isFlag("qk_norm") ? json.flag("qk_norm", null) ? QkNorm.HEAD : QkNorm.NONE : json.choice("qk_norm", QkNorm.class),
                json.has("attention_scale") ? json.number("attention_scale", null) : null, json.number("embedding_scale", 1.0),
                json.flag("tied_embeddings", null), json.number("dropout", null));
    }

    private static Rope readRope(ConfigJson json) {
        return new Rope(json.number("rope_theta", null), RopeKeys.readScaling(json.object("rope_scaling")));
    }
}
