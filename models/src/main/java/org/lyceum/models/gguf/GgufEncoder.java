package org.lyceum.models.gguf;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.models.huggingface.StoredTensor;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.tensor.gguf.GgufWriter;

/**
 * BERT and RoBERTa encoders in GGUF files, llama.cpp's architecture {@code bert}. No key says the activation: it is BERT's GELU, which
 * llama.cpp takes by its approximation.
 */
public final class GgufEncoder {
    private static final String ARCHITECTURE = "bert";
    /** DistilBERT's files hold none. */
    private static final String TYPES = "token_types.weight";

    private GgufEncoder() {
    }

    /** Whether the file names the architecture of an encoder. */
    public static boolean isEncoder(GgufFile file) {
        return ARCHITECTURE.equals(file.metadata().get("general.architecture"));
    }

    /** The shape of the encoder. Throws {@link UserError} where it is none, or one that asks for something that we do not compute. */
    public static EncoderConfig config(GgufFile file) {
        var keys = new ArchitectureKeys(file);
        keys.refuse(keys.flag("attention.causal", false), "causal attention in an encoder (attention.causal)");
        int heads = keys.integer("attention.head_count");
        keys.refuse(keys.integer("attention.head_count_kv", heads) != heads, "shared keys and values (attention.head_count_kv)");
        int types = file.tensors().containsKey(TYPES) ? keys.rows(TYPES) : 1;
        EncoderConfig config;
        try {
            config = new EncoderConfig(keys.rows("token_embd.weight"), keys.integer("context_length"), 0, types,
                    keys.integer("embedding_length"), keys.integer("block_count"), heads, keys.integer("feed_forward_length"),
                    Activation.GELU, keys.number("attention.layer_norm_epsilon", null), 0);
        } catch (UserError e) {
            var sentence = String.valueOf(e.getMessage());
            throw sentence.contains(file.path().toString()) ? e : new UserError(file.path() + " describes no model: " + sentence, e);
        }
        GgufImport.requirePlausible(file, config.depth(), config.parameterCount());
        return config;
    }

    /**
     * What the file says of how states become one vector: llama.cpp's {@code pooling_type}, 1 for their mean, 2 for the first, 3 for the
     * last; empty where it says nothing, or none (0).
     */
    public static OptionalInt poolingType(GgufFile file) {
        int type = new ArchitectureKeys(file).integer("pooling_type", 0);
        return type == 0 ? OptionalInt.empty() : OptionalInt.of(type);
    }

    /**
     * The encoder for inference ({@link Encoder#forInference}) on {@code Torch.device()}, its weights decoded. Throws {@link UserError}
     * naming the tensor where they do not fit the metadata.
     *
     * @param matmulType the number format of matrix products, in which the matrices are held
     */
    public static Encoder read(GgufFile file, DType matmulType) {
        var config = config(file);
        var model = Encoder.forInference(config, matmulType);
        var wanted = stored(model).stream().filter(tensor -> !tensor.name().equals(TYPES) || file.tensors().containsKey(TYPES)).toList();
        GgufImport.fill(file, wanted, "(?!)");
        return model;
    }

    /**
     * Writes one file, whole or not at all, one tensor at a time.
     *
     * @param name what to call the model in the file
     * @param poolingType as {@link #poolingType} has it
     * @param tokenizer the keys {@code tokenizer.*}
     * @throws UserError where llama.cpp computes another activation, or the disk is full
     */
    public static void write(Path file, Encoder model, String name, int poolingType, Map<String, Object> tokenizer,
            Quantization quantization) {
        var config = model.config();
        if (config.activation() == Activation.RELU) {
            throw new UserError("llama.cpp computes encoders with GELU only, and this one has RELU; there is no GGUF file for it.");
        }
        var keys = new LinkedHashMap<String, Object>();
        keys.put("general.architecture", ARCHITECTURE);
        keys.put("general.type", "model");
        keys.put("general.name", name);
        keys.put("general.file_type", quantization.fileType());
        keys.put("general.quantization_version", 2);
        keys.put("bert.context_length", config.context());
        keys.put("bert.embedding_length", config.width());
        keys.put("bert.block_count", config.depth());
        keys.put("bert.feed_forward_length", config.hiddenWidth());
        keys.put("bert.attention.head_count", config.heads());
        keys.put("bert.attention.layer_norm_epsilon", (float) config.normEpsilon());
        keys.put("bert.attention.causal", false);
        keys.put("bert.pooling_type", poolingType);
        keys.put("tokenizer.ggml.token_type_count", config.types());
        keys.putAll(tokenizer);
        GgufWriter.write(file, keys, stored(model).stream().map(tensor -> GgufExport.source(tensor, tensor.name(), quantization)).toList());
    }

    private static List<StoredTensor> stored(Encoder model) {
        return model.parameters().stream().flatMap(parameter -> EncoderFolder.inGguf(model.config(), parameter).stream()).toList();
    }
}
