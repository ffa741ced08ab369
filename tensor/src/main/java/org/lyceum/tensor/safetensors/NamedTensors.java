package org.lyceum.tensor.safetensors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** Live tensors under their names in one safetensors file, and back. */
public final class NamedTensors {
    private NamedTensors() {
    }

    /** Writes {@code tensors} as they are now, whole or not at all. */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        var sources = new ArrayList<SafetensorsWriter.Source>();
        tensors.forEach((name, tensor) -> sources
                .add(new SafetensorsWriter.Source(name, tensor.dtype(), Arrays.stream(tensor.shape()).boxed().toList(),
                        sink -> {
                            try (var _ = Scope.open(); var _ = NoGradient.open()) { // a copy, if need be, lives while it is written
                                sink.accept(tensor.to(Device.CPU).contiguous().data());
                            }
                        })));
        SafetensorsWriter.write(file, sources, metadata);
    }

    /**
     * Copies the values in {@code file} into {@code live}, f32. Nothing is changed unless all of them fit.
     *
     * @param other what to say when the names differ, after the file's path, as in "holds the state of another optimizer."
     * @param fix what to do about it, the end of a sentence
     * @throws UserError when the names, a shape or a number format differ, and for a damaged file
     */
    public static void read(Path file, Map<String, Tensor> live, String other, String fix) {
        try (var saved = SafetensorsFile.open(file); var _ = NoGradient.open()) {
            if (!saved.entries().keySet().equals(live.keySet())) {
                throw new UserError(file + " " + other + "; " + fix + ".");
            }
            live.forEach((name, tensor) -> {
                var source = saved.entry(name);
                if (!Arrays.equals(source.dimensions(), tensor.shape()) || source.dtype() != DType.F32) {
                    throw new UserError(file + ": '" + name + "' is " + source.dtype() + source.shape() + " where the model needs " + tensor
                            + "; " + fix + ".");
                }
            });
            live.forEach((name, tensor) -> {
                try (var _ = Scope.open()) {
                    var source = saved.entry(name);
                    tensor.copyFrom(Tensor.copyOf(source.data(), source.dtype(), source.dimensions()));
                }
            });
        }
    }
}
