package org.lyceum.models.huggingface;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.layers.Rope;

/**
 * Rotary positions in a {@code config.json}: transformers from version 5 on keeps all of them under {@code rope_parameters}, before under
 * {@code rope_theta} and {@code rope_scaling}. Both are written, and either is read.
 */
final class RopeKeys {
    private RopeKeys() {
    }

    /** As {@code rope_parameters} holds it. */
    static Map<String, Object> parameters(Rope rope) {
        var keys = new TreeMap<String, Object>(Map.of("rope_type", "default", "rope_theta", rope.theta()));
        keys.putAll(scaling(rope.scaling()));
        return keys;
    }

    /** As {@code rope_scaling} holds it: null for none. */
    static @Nullable Map<String, Object> scalingOrNull(Rope rope) {
        return rope.scaling() instanceof Rope.Unscaled ? null : scaling(rope.scaling());
    }

    private static Map<String, Object> scaling(Rope.Scaling scaling) {
        return new TreeMap<>(switch (scaling) {
            case Rope.Unscaled() -> Map.of();
            case Rope.Linear(double factor) -> Map.of("rope_type", "linear", "factor", factor);
            case Rope.Llama3 s -> Map.of("rope_type", "llama3", "factor", s.factor(), "low_freq_factor", s.lowFrequencyFactor(),
                    "high_freq_factor", s.highFrequencyFactor(), "original_max_position_embeddings", s.originalContext());
        });
    }

    /** From {@code rope_parameters}, or the keys that stood for it before. */
    static Rope read(ConfigJson json, double absentTheta) {
        var parameters = json.object("rope_parameters");
        double theta = parameters.number("rope_theta", json.number("rope_theta", absentTheta));
        json.refuse(json.number("partial_rotary_factor", 1.0) != 1, "partly rotated heads (partial_rotary_factor)");
        var scaling = readScaling(parameters);
        return new Rope(theta, scaling instanceof Rope.Unscaled ? readScaling(json.object("rope_scaling")) : scaling);
    }

    /** From an object such as one that {@link #parameters} wrote. */
    static Rope.Scaling readScaling(ConfigJson keys) {
        var type = keys.text("rope_type", keys.text("type", "default"));
        keys.refuse(keys.number("partial_rotary_factor", 1.0) != 1, "partly rotated heads (partial_rotary_factor)");
        keys.refuse(!type.equals("default") && !type.equals("linear") && !type.equals("llama3"),
                "rotary positions of the type '" + type + "' (rope_scaling)");
        return switch (type) {
            case "linear" -> new Rope.Linear(keys.number("factor", null));
            case "llama3" -> new Rope.Llama3(keys.number("factor", null), keys.number("low_freq_factor", null),
                    keys.number("high_freq_factor", null), keys.integer("original_max_position_embeddings"));
            default -> new Rope.Unscaled();
        };
    }
}
