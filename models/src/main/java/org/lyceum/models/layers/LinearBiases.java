package org.lyceum.models.layers;

import org.lyceum.foundation.UserError;
import org.lyceum.tensor.Tensor;

/**
 * Attention with linear biases, ALiBi (Press, Smith and Lewis 2022, section 3): head h adds −m_h·(t − s) to the score of query t on key
 * s ≤ t, with the slopes m_h = 2^(−8h/H), h = 1…H (for H not a power of two, the interpolation of the authors' code).
 */
public final class LinearBiases {
    private final double[] slopes;

    /** For {@code heads} query heads H. */
    public LinearBiases(int heads) {
        slopes = slopes(heads);
    }

    /**
     * The bias and the causal mask in one: (1, H, T, S) for queries at positions {@code offset}… over S = offset + T keys. Throws
     * {@link UserError} where that is more than an array holds.
     */
    public Tensor mask(int length, int offset) {
        int keys = offset + length;
        if ((double) slopes.length * length * keys > Integer.MAX_VALUE) {
            throw new UserError("ALiBi with " + slopes.length + " heads over " + keys + " positions at once needs a mask of more than 2^31 "
                    + "values; take a shorter --set model.context, or other positions.");
        }
        var values = new float[slopes.length * length * keys];
        int at = 0;
        for (double slope : slopes) {
            for (int t = 0; t < length; t++) {
                for (int s = 0; s < keys; s++) {
                    int distance = offset + t - s;
                    values[at++] = distance < 0 ? Float.NEGATIVE_INFINITY : (float) (-slope * distance);
                }
            }
        }
        return Tensor.of(values, 1, slopes.length, length, keys);
    }

    double[] slopes() {
        return slopes;
    }

    static double[] slopes(int heads) {
        int power = Integer.highestOneBit(heads);
        var slopes = new double[heads];
        for (int h = 0; h < power; h++) {
            slopes[h] = Math.pow(2, -8.0 * (h + 1) / power);
        }
        for (int h = power; h < heads; h++) { // every other slope of twice as many heads
            slopes[h] = Math.pow(2, -8.0 * (2 * (h - power) + 1) / (2 * power));
        }
        return slopes;
    }
}
