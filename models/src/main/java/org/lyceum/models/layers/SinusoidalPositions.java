package org.lyceum.models.layers;

import org.lyceum.tensor.Tensor;

/** Fixed position vectors (Vaswani et al. 2017, section 3.5): sin(t / 10000^(2i/W)) at 2i, cos of the same at 2i + 1. */
public final class SinusoidalPositions {
    private SinusoidalPositions() {
    }

    /** The table (T, W). */
    public static Tensor table(int context, int width) {
        var values = new float[context * width];
        for (int t = 0; t < context; t++) {
            for (int d = 0; d < width; d++) {
                double angle = t / Math.pow(10_000, (d - d % 2) / (double) width);
                values[t * width + d] = (float) (d % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
            }
        }
        return Tensor.of(values, context, width);
    }
}
