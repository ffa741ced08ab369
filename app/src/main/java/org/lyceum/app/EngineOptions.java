package org.lyceum.app;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.Torch;
import picocli.CommandLine.Option;

/** {@code --threads}, {@code --device} and {@code --dtype}: they mean the same for every verb that computes. */
final class EngineOptions {
    /** Number formats of matrix products. */
    enum MatmulType {
        F32, BF16;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--threads", paramLabel = "N", description = "Threads that one operator may use; all cores by default.")
    private @Nullable Integer threads;

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "Where to compute; cpu by default.")
    private Device device = Device.CPU;

    @Option(names = "--dtype", paramLabel = "f32|bf16", description = "Number format of matrix products; "
            + "training takes bf16 by default, the rest f32.")
    private @Nullable MatmulType dtype;

    /** Sets up libtorch; the first thing here that loads it. */
    void apply() {
        Torch.use(device);
        if (threads != null) {
            Torch.threads(threads);
        }
    }

    /** What {@code --dtype} said, f32 where it said nothing. */
    DType matmulType() {
        return dtype == MatmulType.BF16 ? DType.BF16 : DType.F32;
    }

    /** What {@code --dtype} said, for a configuration that has a default of its own. */
    @Nullable
    MatmulType dtypeIfGiven() {
        return dtype;
    }
}
