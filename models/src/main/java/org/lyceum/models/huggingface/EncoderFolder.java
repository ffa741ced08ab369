package org.lyceum.models.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.safetensors.SafetensorsFile.Entry;
import org.lyceum.tensor.safetensors.SafetensorsFolder;

/**
 * An encoder as {@code transformers} keeps it: {@code config.json} and {@code model.safetensors} (or shards). What the keys and tensors are
 * called is {@link EncoderFamily}'s. Heads, and BERT's pooler, which were saved beside the encoder are left where they are.
 */
public final class EncoderFolder {
    private EncoderFolder() {
    }

    /** Whether the model in {@code folder} is an encoder that {@link #read} knows; false too where there is no readable configuration. */
    public static boolean isEncoder(Path folder) {
        try {
            return Files.exists(folder.resolve("config.json"))
                    && EncoderFamily.knows(ConfigJson.read(folder.resolve("config.json")).text("model_type", ""));
        } catch (UserError _) {
            return false;
        }
    }

    /** The shape of the encoder in {@code folder}. Throws {@link UserError} where there is none, or one that we do not compute. */
    public static EncoderConfig readConfig(Path folder) {
        var json = HuggingFaceFolder.config(folder);
        return EncoderFamily.of(json).toConfig(json);
    }

    /**
     * The encoder in {@code folder} for inference ({@link Encoder#forInference}) on {@code Torch.device()}. Throws {@link UserError} naming
     * the file or tensor where the folder is no model, is damaged, or its weights do not fit its configuration.
     *
     * @param matmulType the number format of matrix products, in which the matrices are held
     */
    public static Encoder read(Path folder, DType matmulType) {
        var json = HuggingFaceFolder.config(folder);
        var family = EncoderFamily.of(json);
        var config = family.toConfig(json);
        try (var weights = HuggingFaceFolder.openWeights(folder)) {
            HuggingFaceFolder.requirePlausible(folder, config.depth(), config.parameterCount(), weights);
            var model = Encoder.forInference(config, matmulType);
            fill(folder, family, weights, model);
            return model;
        }
    }

    /**
     * Fills {@code into}, which may be one to train, with the encoder in {@code folder}; a head beside it there is left. Throws
     * {@link UserError} as {@link #read} does, and where the two are of different shapes (only dropout may differ).
     */
    public static void load(Path folder, Encoder into) {
        var json = HuggingFaceFolder.config(folder);
        var family = EncoderFamily.of(json);
        var found = family.toConfig(json);
        if (!found.withDropout(0).equals(into.config().withDropout(0))) {
            throw new UserError("The encoder in " + folder + " is " + found + " where this one is " + into.config()
                    + "; load it into one of its own shape.");
        }
        try (var weights = HuggingFaceFolder.openWeights(folder)) {
            fill(folder, family, weights, into);
        }
    }

    /** Writes the encoder alone, as {@code transformers} opens it by {@code AutoModel}: {@link HeadedEncoderFolder#write} without a head. */
    public static void write(Path folder, Encoder model, Map<String, Integer> specialTokenIds) {
        HeadedEncoderFolder.write(folder, model, null, specialTokenIds);
    }

    private static void fill(Path folder, EncoderFamily family, SafetensorsFolder weights, Encoder model) {
        var entries = weights.entries();
        var prefix = entries.keySet().stream().anyMatch(name -> name.startsWith(family.prefix())) ? family.prefix() : "";
        fill(folder, entries, model.parameters(), TensorNames.ENCODER, prefix);
    }

    /** Fills {@code parameters} from tensors called as {@code names} say, behind {@code prefix}. */
    static void fill(Path folder, Map<String, Entry> entries, List<Parameter> parameters, List<TensorNames> names, String prefix) {
        var found = new LinkedHashMap<StoredTensor, Entry>();
        for (var parameter : parameters) {
            for (var stored : TensorNames.inFolder(names, parameter)) {
                var name = prefix + stored.name();
                found.put(stored, HuggingFaceFolder.check(folder, stored, entry(entries, name), name));
            }
        }
        HuggingFaceFolder.fill(found);
    }

    /** Where {@code parameter} of an encoder of the shape {@code config} lies in a GGUF file, which has no rows for positions that no token takes. */
    public static List<StoredTensor> inGguf(EncoderConfig config, Parameter parameter) {
        return TensorNames.inGguf(TensorNames.ENCODER, parameter).stream()
                .map(tensor -> parameter.name().equals("positions.weight")
                        ? new StoredTensor(tensor.name(), parameter, config.firstPosition(), config.context(), tensor.form())
                        : tensor)
                .toList();
    }

    private static @Nullable Entry entry(Map<String, Entry> entries, String name) {
        var entry = entries.get(name);
        // Google's own checkpoints keep TensorFlow's names.
        return entry != null
                ? entry
                : entries.get(
                        name.replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma").replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta"));
    }
}
