package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.MatmulPeak;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** Lyceum's side of {@code bench limits}. Command: {@code measure}. */
final class LimitsWorker implements LyceumWorker.Work {
    /** Elements of a tensor of 256 MB, many times what the caches hold. */
    private static final long LARGE = 64L << 20;
    private static final long NANOS = 500_000_000;

    LimitsWorker(Path folder) {
        LyceumWorker.engine(WorkSpec.read(folder));
    }

    @Override
    public Map<String, Object> ready() {
        return Map.of();
    }

    @Override
    public Map<String, Object> answer(String command, List<String> words) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            double bf16 = MatmulPeak.measure(DType.BF16);
            double f32 = MatmulPeak.measure(DType.F32);
            var a = Tensor.zeros(DType.F32, LARGE);
            var b = Tensor.full(1, DType.F32, LARGE);
            // As STREAM counts (McCalpin 1995): a copy reads one and writes one, a += b reads two and writes one.
            return Map.of("bf16", bf16, "f32", f32, "read", readSpeed(b), "copy", 2 * 4 * LARGE / shortest(() -> a.copyFrom(b)),
                    "add", 3 * 4 * LARGE / shortest(() -> a.plusInPlace(b)));
        }
    }

    /** Bytes a second at which all threads read memory together: a sum. */
    static double readSpeed() {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            return readSpeed(Tensor.full(1, DType.F32, LARGE));
        }
    }

    private static double readSpeed(Tensor large) {
        return 4 * LARGE / shortest(() -> {
            try (var _ = Scope.open()) {
                large.sum();
            }
        });
    }

    private static double shortest(Runnable work) {
        long shortest = Long.MAX_VALUE;
        long end = System.nanoTime() + NANOS;
        while (System.nanoTime() < end) {
            long begin = System.nanoTime();
            work.run();
            shortest = Math.min(shortest, System.nanoTime() - begin);
        }
        return shortest / 1e9;
    }
}
