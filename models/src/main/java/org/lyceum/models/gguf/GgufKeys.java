package org.lyceum.models.gguf;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.huggingface.Family;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Rope;

/** The shape of a model as metadata of a GGUF file ({@code docs/gguf.md} in ggml-org/ggml, "Standardized key-value pairs"). */
final class GgufKeys {
    private GgufKeys() {
    }

    /**
     * The keys {@code general.*} and those of the architecture.
     *
     * @param name what to call the model
     * @throws UserError where llama.cpp has no architecture that computes what {@code config} says
     */
    static Map<String, Object> write(DecoderConfig config, String name, Quantization quantization) {
        var architecture = architecture(config);
        var keys = new LinkedHashMap<String, Object>();
        keys.put("general.architecture", architecture);
        keys.put("general.type", "model");
        keys.put("general.name", name);
        keys.put("general.file_type", quantization.fileType());
        keys.put("general.quantization_version", 2);
        var of = architecture + ".";
        keys.put(of + "vocab_size", config.vocabularySize());
        keys.put(of + "context_length", context(config));
        keys.put(of + "embedding_length", config.width());
        keys.put(of + "block_count", config.depth());
        keys.put(of + "feed_forward_length", config.hiddenWidth());
        keys.put(of + "attention.head_count", config.heads());
        keys.put(of + "attention.head_count_kv", config.keyValueHeads());
        keys.put(of + "attention.key_length", config.headWidth());
        keys.put(of + "attention.value_length", config.headWidth());
        keys.put(of + (config.norm() == Norm.Kind.RMS ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon"),
                (float) config.normEpsilon());
        if (config.positions() == Positions.ROPE) {
            keys.put(of + "rope.dimension_count", config.headWidth());
            keys.put(of + "rope.freq_base", (float) config.rope().theta());
            if (config.rope().scaling() instanceof Rope.Linear(double factor)) {
                keys.put(of + "rope.scaling.type", "linear");
                keys.put(of + "rope.scaling.factor", (float) factor);
            }
        }
        var window = config.window();
        if (window != null) {
            keys.put(of + "attention.sliding_window", window.length());
            keys.put(of + "attention.sliding_window_pattern", window.globalEvery());
            keys.put(of + "rope.freq_base_swa", (float) window.rope().theta());
        }
        return keys;
    }

    /** llama.cpp computes Mistral as Llama, where every layer sees everything: the same as far as the window reaches. */
    private static int context(DecoderConfig config) {
        var window = config.window();
        return Family.of(config) == Family.MISTRAL && window != null ? Math.min(config.context(), window.length()) : config.context();
    }

    private static String architecture(DecoderConfig config) {
        var family = Family.of(config);
        var architecture = family.ggufArchitecture();
        boolean ownHeadWidth = config.headWidth() * config.heads() != config.width();
        if (ownHeadWidth && (family == Family.GPT2 || family == Family.QWEN2 || family == Family.OLMO2)) {
            throw new UserError(
                    "llama.cpp computes models of the architecture " + architecture + " only where heads of " + config.headWidth()
                            + " times " + config.heads() + " give the width " + config.width() + "; convert with --to hf instead.");
        }
        if (config.attentionScale() != null && !config.attentionScale().equals(GgufShape.attentionScale(family, config))) {
            throw new UserError("GGUF has no key for this model's scale of attention (" + config.attentionScale()
                    + "), and llama.cpp would take another; convert with --to hf instead.");
        }
        if (architecture == null) {
            throw new UserError(
                    "llama.cpp has no architecture that computes what this model computes (norm " + config.norm() + ", positions "
                            + config.positions() + ", activation " + config.activation()
                            + "), so no GGUF file of it would run; convert with --to hf "
                            + "instead.");
        }
        return architecture;
    }
}
