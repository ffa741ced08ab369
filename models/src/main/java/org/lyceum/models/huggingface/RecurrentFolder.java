package org.lyceum.models.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.RecurrentModel;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Recurrence;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.safetensors.SafetensorsFile.Entry;
import org.lyceum.tensor.safetensors.SafetensorsFolder;

/**
 * A recurrent language model in a folder like that of a transformer. {@code transformers} has no class for one: the keys are our record's
 * components, the tensors are called as our parameters.
 */
public final class RecurrentFolder {
    static final String MODEL_TYPE = "lyceum_recurrent";

    private RecurrentFolder() {
    }

    /** Whether the model in {@code folder} is a recurrent net; false too where there is no readable configuration. */
    public static boolean isRecurrent(Path folder) {
        try {
            var file = folder.resolve("config.json");
            return Files.exists(file) && ConfigJson.read(file).text("model_type", "").equals(MODEL_TYPE);
        } catch (UserError _) {
            return false;
        }
    }

    /** Writes {@code config.json}, {@code generation_config.json} and {@code model.safetensors}, its weights as f32. */
    public static void write(Path folder, RecurrentModel model, Map<String, Integer> specialTokenIds) {
        var stored = model.parameters().stream().map(RecurrentFolder::stored).toList();
        HuggingFaceFolder.write(folder, toJson(model.config()), stored, specialTokenIds, DType.F32);
    }

    private static StoredTensor stored(Parameter parameter) {
        return new StoredTensor(parameter.name(), parameter, 0, parameter.value().size(0), new StoredTensor.Same());
    }

    private static Map<String, @Nullable Object> toJson(RecurrentConfig config) {
        var keys = new TreeMap<String, @Nullable Object>();
        keys.put("model_type", MODEL_TYPE);
        keys.put("kind", ConfigJson.spelled(config.kind()));
        keys.put("vocabulary_size", config.vocabularySize());
        keys.put("context", config.context());
        keys.put("width", config.width());
        keys.put("depth", config.depth());
        keys.put("tied_embeddings", config.tiedEmbeddings());
        keys.put("dropout", config.dropout());
        return keys;
    }

    /** The shape of the model in {@code folder}. Throws {@link UserError} where the keys describe none. */
    public static RecurrentConfig readConfig(Path folder) {
        var json = HuggingFaceFolder.config(folder);
        try {
            return new RecurrentConfig(json.choice("kind", Recurrence.Kind.class), json.integer("vocabulary_size"),
                    json.integer("context"), json.integer("width"), json.integer("depth"), json.flag("tied_embeddings", null),
                    json.number("dropout", 0.0));
        } catch (UserError e) {
            var sentence = String.valueOf(e.getMessage());
            throw sentence.startsWith(json.file().toString()) ? e : new UserError(json.file() + " describes no model: " + sentence, e);
        }
    }

    /**
     * The model in {@code folder} for inference ({@link RecurrentModel#forInference}). Throws {@link UserError} naming the file or tensor where
     * the folder is damaged or its weights do not fit its configuration.
     */
    public static RecurrentModel read(Path folder, DType matmulType) {
        var config = readConfig(folder);
        try (var weights = HuggingFaceFolder.openWeights(folder)) {
            HuggingFaceFolder.requirePlausible(folder, config.depth(), config.parameterCount(), weights);
            var model = RecurrentModel.forInference(config, matmulType);
            fill(folder, weights, model);
            return model;
        }
    }

    /**
     * Replaces the weights of {@code into} with those in {@code folder}, whose configuration must be the same but for context and dropout.
     * When it throws {@link UserError}, for the reasons of {@link #read}, {@code into} is as it was.
     */
    public static void load(Path folder, RecurrentModel into) {
        if (!isRecurrent(folder)) {
            throw new UserError("The model in " + folder + " is no recurrent net; load it into a model of its own configuration.");
        }
        var there = toJson(comparable(readConfig(folder)));
        toJson(comparable(into.config())).forEach((key, value) -> {
            if (!String.valueOf(value).equals(String.valueOf(there.get(key)))) {
                throw new UserError("The model in " + folder + " has " + key + "=" + there.get(key) + " where this one has " + value
                        + "; load it into a model of its own configuration.");
            }
        });
        try (var weights = HuggingFaceFolder.openWeights(folder)) {
            fill(folder, weights, into);
        }
    }

    /** Without what the weights do not depend on. */
    private static RecurrentConfig comparable(RecurrentConfig c) {
        return new RecurrentConfig(c.kind(), c.vocabularySize(), 1, c.width(), c.depth(), c.tiedEmbeddings(), 0);
    }

    private static void fill(Path folder, SafetensorsFolder weights, RecurrentModel model) {
        var found = new LinkedHashMap<StoredTensor, Entry>();
        var left = new HashSet<>(weights.entries().keySet());
        for (var parameter : model.parameters()) {
            found.put(stored(parameter),
                    HuggingFaceFolder.check(folder, stored(parameter), weights.entries().get(parameter.name()), parameter.name()));
            left.remove(parameter.name());
        }
        for (var name : List.copyOf(left)) {
            throw HuggingFaceFolder.unknown(folder, name);
        }
        HuggingFaceFolder.fill(found);
    }
}
