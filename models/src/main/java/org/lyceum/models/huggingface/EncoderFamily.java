package org.lyceum.models.huggingface;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.models.layers.Parameter;

/** Whose configuration keys and tensor names a folder with an encoder speaks; {@link Family} is the same for decoders. */
enum EncoderFamily {
    /** Devlin et al. 2019. */
    BERT("bert.", List.of("bert")),
    /** Liu et al. 2019: BERT whose positions begin behind the padding id. */
    ROBERTA("roberta.", List.of("roberta", "xlm-roberta", "camembert"));

    /** Our layers and theirs; # stands for the block's number. Both families call them the same. */
    private static final Map<String, List<String>> NAMES = Map.ofEntries(
            Map.entry("tokens", List.of("embeddings.word_embeddings")),
            Map.entry("positions", List.of("embeddings.position_embeddings")),
            Map.entry("types", List.of("embeddings.token_type_embeddings")),
            Map.entry("norm", List.of("embeddings.LayerNorm")),
            Map.entry("blocks.#.attention.qkv", List.of("encoder.layer.#.attention.self.query", "encoder.layer.#.attention.self.key",
                    "encoder.layer.#.attention.self.value")),
            Map.entry("blocks.#.attention.output", List.of("encoder.layer.#.attention.output.dense")),
            Map.entry("blocks.#.attention_norm", List.of("encoder.layer.#.attention.output.LayerNorm")),
            Map.entry("blocks.#.feed_forward.up", List.of("encoder.layer.#.intermediate.dense")),
            Map.entry("blocks.#.feed_forward.down", List.of("encoder.layer.#.output.dense")),
            Map.entry("blocks.#.feed_forward_norm", List.of("encoder.layer.#.output.LayerNorm")));

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

    /** Where {@code parameter} lies in a file, without the prefix: in one tensor, or in one for each matrix that it stacks. */
    List<StoredTensor> stored(Parameter parameter) {
        var parts = parameter.name().split("\\.", -1);
        boolean inBlock = parts[0].equals("blocks");
        var number = inBlock ? parts[1] : "";
        if (inBlock) {
            parts[1] = "#";
        }
        var theirs = NAMES.get(String.join(".", Arrays.copyOf(parts, parts.length - 1)));
        if (theirs == null) {
            throw new IllegalStateException("no name for our parameter " + parameter.name());
        }
        var stored = new ArrayList<StoredTensor>();
        long at = 0;
        for (int i = 0; i < theirs.size(); i++) {
            long rows = theirs.size() == 1 ? parameter.value().size(0) : parameter.rowParts().get(i);
            stored.add(new StoredTensor(theirs.get(i).replace("#", number) + "." + parts[parts.length - 1], parameter, at, rows,
                    new StoredTensor.Same()));
            at += rows;
        }
        return stored;
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
