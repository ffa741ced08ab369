package org.lyceum.models.huggingface;

import java.nio.file.Path;
import java.util.Map;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.CausalModel;
import org.lyceum.models.Decoder;
import org.lyceum.models.RecurrentModel;
import org.lyceum.tensor.DType;

/**
 * A model folder whatever kind of model lies in it: {@link HuggingFaceFolder} for transformers, {@link RecurrentFolder} for recurrent nets. The
 * {@code model_type} in its {@code config.json} tells.
 */
public final class CausalFolder {
    private CausalFolder() {
    }

    /** Writes a model, its weights as f32, as {@link HuggingFaceFolder#write(Path, Decoder, Map)} does. */
    public static void write(Path folder, CausalModel model, Map<String, Integer> specialTokenIds) {
        switch (model) {
            case Decoder decoder -> HuggingFaceFolder.write(folder, decoder, specialTokenIds);
            case RecurrentModel recurrent -> RecurrentFolder.write(folder, recurrent, specialTokenIds);
        }
    }

    /** The model in {@code folder} for inference, as {@link HuggingFaceFolder#read} reads it. */
    public static CausalModel read(Path folder, DType matmulType) {
        return RecurrentFolder.isRecurrent(folder) ? RecurrentFolder.read(folder, matmulType) : HuggingFaceFolder.read(folder, matmulType);
    }

    /** The shape of the model in {@code folder}. */
    public static CausalConfig readConfig(Path folder) {
        return RecurrentFolder.isRecurrent(folder) ? RecurrentFolder.readConfig(folder) : HuggingFaceFolder.readConfig(folder);
    }

    /** Replaces the weights of {@code into} with those in {@code folder}, as {@link HuggingFaceFolder#load} does. */
    public static void load(Path folder, CausalModel into) {
        switch (into) {
            case Decoder decoder -> HuggingFaceFolder.load(folder, decoder);
            case RecurrentModel recurrent -> RecurrentFolder.load(folder, recurrent);
        }
    }
}
