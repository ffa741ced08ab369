package org.lyceum.models;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.NamedTensors;
import org.lyceum.tensor.safetensors.SafetensorsWriter;

/** The weights of any model under their own names, as one safetensors file: for models that no other program knows the names of. */
public final class ParameterFiles {
    /** The file's usual name in a model's folder. */
    public static final String FILE_NAME = "model.safetensors";

    private ParameterFiles() {
    }

    /** Writes the weights, whole or not at all. */
    public static void write(Path file, List<Parameter> parameters) {
        NamedTensors.write(file, named(parameters), SafetensorsWriter.PYTORCH);
    }

    /** Copies the weights in {@code file} into {@code parameters}; throws {@link UserError}, changing none, where they do not fit. */
    public static void read(Path file, List<Parameter> parameters) {
        NamedTensors.read(file, named(parameters), "holds the weights of another model",
                "take the file that belongs to this configuration");
    }

    private static Map<String, Tensor> named(List<Parameter> parameters) {
        var named = new LinkedHashMap<String, Tensor>();
        parameters.forEach(parameter -> named.put(parameter.name(), parameter.value()));
        return named;
    }
}
