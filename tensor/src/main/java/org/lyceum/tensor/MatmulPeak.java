package org.lyceum.tensor;

/** The fastest matrix product that this machine shows with the current threads: what model FLOPs utilisation is measured against. */
public final class MatmulPeak {
    private MatmulPeak() {
    }

    /** FLOP/s of the best of several 1024³ products in {@code dtype}; takes about half a second. */
    public static double measure(DType dtype) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            int n = 1024;
            var a = Tensor.normal(1, 1, n, n).to(dtype);
            var b = Tensor.normal(2, 1, n, n).to(dtype);
            double best = 0;
            long end = System.nanoTime() + 500_000_000L;
            for (int i = 0; i < 5 || System.nanoTime() < end; i++) {
                try (var _ = Scope.open()) {
                    long begin = System.nanoTime();
                    a.matmul(b).narrow(0, 0, 1).sum().item(); // on a GPU, waiting for a value waits for the product
                    best = Math.max(best, 2.0 * n * n * n / ((System.nanoTime() - begin) / 1e9));
                }
            }
            return best;
        }
    }
}
