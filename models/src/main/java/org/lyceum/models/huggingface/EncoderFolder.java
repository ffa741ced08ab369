package org.lyceum.models.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
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
            requirePlausible(folder, config, weights);
            var model = Encoder.forInference(config, matmulType);
            fill(folder, family, weights, model);
            return model;
        }
    }

    /** A damaged configuration must not make us allocate more than its weights could ever fill. */
    private static void requirePlausible(Path folder, EncoderConfig config, SafetensorsFolder weights) {
        long values = weights.entries().values().stream().mapToLong(entry -> entry.data().byteSize() / entry.dtype().bytes()).sum();
        if (config.depth() > weights.entries().size() || config.parameterCount() > values) {
            throw new UserError(folder.resolve("config.json") + " describes " + config.depth() + " blocks with " + config.parameterCount()
                    + " parameters, and the weights beside it hold only " + weights.entries().size() + " tensors with " + values
                    + " values; they belong to different models.");
        }
    }

    private static void fill(Path folder, EncoderFamily family, SafetensorsFolder weights, Encoder model) {
        var entries = weights.entries();
        var prefix = entries.keySet().stream().anyMatch(name -> name.startsWith(family.prefix())) ? family.prefix() : "";
        var found = new LinkedHashMap<StoredTensor, Entry>();
        for (var parameter : model.parameters()) {
            for (var stored : family.stored(parameter)) {
                var name = prefix + stored.name();
                found.put(stored, HuggingFaceFolder.check(folder, stored, entry(entries, name), name));
            }
        }
        try (var _ = NoGradient.open()) {
            found.forEach((stored, entry) -> {
                try (var _ = Scope.open()) {
                    stored.fill(Tensor.copyOf(entry.data(), entry.dtype(), entry.dimensions()));
                }
            });
        }
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
