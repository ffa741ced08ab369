package org.lyceum.models.huggingface;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.layers.EncoderBlock.Activation;

/** Whose configuration keys a folder with an encoder speaks; {@link Family} is the same for decoders. Both call their tensors the same. */
enum EncoderFamily {
    /** Devlin et al. 2019. */
    BERT("bert.", List.of("bert")),
    /** Liu et al. 2019: BERT whose positions begin behind the padding id. */
    ROBERTA("roberta.", List.of("roberta", "xlm-roberta", "camembert"));

    private final String prefix;
    private final List<String> modelTypes;

    EncoderFamily(String prefix, List<String> modelTypes) {
        this.prefix = prefix;
        this.modelTypes = modelTypes;
    }

    static boolean knows(String modelType) {
        return Arrays.stream(values()).anyMatch(family -> family.modelTypes.contains(modelType));
    }

    static EncoderFamily of(ConfigJson json) {
        var name = json.text("model_type", null);
        return Arrays.stream(values()).filter(family -> family.modelTypes.contains(name)).findFirst()
                .orElseThrow(
                        () -> new UserError(json.file() + " is of the model_type '" + name + "', which is no encoder that Lyceum knows; "
                                + Nearest.hint(name, Arrays.stream(values()).flatMap(family -> family.modelTypes.stream()).toList())));
    }

    /** What stands before the names where the network was saved with a head. */
    String prefix() {
        return prefix;
    }

    /** The configuration that the keys describe. Throws {@link UserError} where they ask for what we do not compute. */
    EncoderConfig toConfig(ConfigJson json) {
        json.refuse(json.has("quantization_config"), "quantized weights (quantization_config)");
        json.refuse(json.flag("is_decoder", false), "causal attention in an encoder (is_decoder)");
        var positions = json.text("position_embedding_type", "absolute");
        json.refuse(!positions.equals("absolute"), "positions of the type '" + positions + "' (position_embedding_type)");
        int first = this == ROBERTA ? json.integer("pad_token_id", 1) + 1 : 0;
        try {
            return new EncoderConfig(json.integer("vocab_size"), json.integer("max_position_embeddings") - first, first,
                    json.integer("type_vocab_size", 2), json.integer("hidden_size"), json.integer("num_hidden_layers"),
                    json.integer("num_attention_heads"), json.integer("intermediate_size"), activation(json),
                    json.number("layer_norm_eps", 1e-12), json.number("hidden_dropout_prob", 0.1));
        } catch (UserError e) {
            var sentence = String.valueOf(e.getMessage());
            throw sentence.startsWith(json.file().toString()) ? e : new UserError(json.file() + " describes no model: " + sentence, e);
        }
    }

    /** Who keeps an encoder of this shape so. */
    static EncoderFamily of(EncoderConfig config) {
        return config.isRoberta() ? ROBERTA : BERT;
    }

    /** The keys of {@link #toConfig}, and those that {@code transformers} wants besides. */
    Map<String, @Nullable Object> toJson(EncoderConfig config) {
        var keys = new TreeMap<String, @Nullable Object>();
        keys.put("model_type", modelTypes.getFirst());
        keys.put("vocab_size", config.vocabularySize());
        keys.put("max_position_embeddings", config.context() + config.firstPosition());
        keys.put("type_vocab_size", config.types());
        keys.put("hidden_size", config.width());
        keys.put("num_hidden_layers", config.depth());
        keys.put("num_attention_heads", config.heads());
        keys.put("intermediate_size", config.hiddenWidth());
        keys.put("hidden_act", switch (config.activation()) {
            case GELU -> "gelu";
            case GELU_TANH -> "gelu_new";
            case RELU -> "relu";
        });
        keys.put("layer_norm_eps", config.normEpsilon());
        keys.put("hidden_dropout_prob", config.dropout());
        keys.put("attention_probs_dropout_prob", 0.0); // we never drop attention weights
        keys.put("initializer_range", 0.02);
        keys.put("tie_word_embeddings", true);
        keys.put("pad_token_id", config.isRoberta() ? config.firstPosition() - 1 : 0);
        return keys;
    }

    private static Activation activation(ConfigJson json) {
        var name = json.text("hidden_act", "gelu");
        return switch (name) {
            case "gelu" -> Activation.GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            default -> {
                json.refuse(true, "the hidden_act '" + name + "'");
                throw new AssertionError("refused above");
            }
        };
    }
}
