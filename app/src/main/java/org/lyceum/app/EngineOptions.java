package org.lyceum.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.LanguageModel;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.Torch;
import picocli.CommandLine.Option;

/** {@code --threads}, {@code --device} and {@code --dtype}: they mean the same for every verb that computes. */
final class EngineOptions {
    /** Number formats of matrix products. */
    enum MatmulType {
        f32, bf16
    }

    @Option(names = "--threads", paramLabel = "N", description = "Threads that one operator may use; all cores by default.")
    private @Nullable Integer threads;

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "Where to compute; cpu by default.")
    private Device device = Device.CPU;

    @Option(names = "--dtype", paramLabel = "f32|bf16", description = "Number format of matrix products; training takes bf16 by default, the rest f32.")
    private @Nullable MatmulType dtype;

    /** Sets up libtorch; the first thing here that loads it. */
    void apply() {
        Torch.use(device);
        if (threads != null) {
            Torch.threads(threads);
        }
    }

    DType matmulType() {
        return dtype == MatmulType.bf16 ? DType.BF16 : DType.F32;
    }

    /** What {@code --dtype} said. */
    @Nullable
    MatmulType dtypeIfGiven() {
        return dtype;
    }

    /** The model that {@code --model} names, after {@link #apply}. */
    LanguageModel load(Path folder) {
        LanguageModel.checkpoint(folder); // a wrong path is said before libtorch takes its second to load
        apply();
        return LanguageModel.load(folder, matmulType());
    }
}
