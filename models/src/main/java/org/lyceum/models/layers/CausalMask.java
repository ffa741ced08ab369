package org.lyceum.models.layers;

import org.lyceum.foundation.UserError;
import org.lyceum.tensor.Tensor;

/**
 * What a query may see, as values added to the scores: 0 for what lies behind it, −∞ for what comes after it and, where layers slide
 * (Beltagy et al. 2020, section 3.1), for what lies too far behind it.
 */
public final class CausalMask {
    private CausalMask() {
    }

    /**
     * For {@code length} queries T that follow {@code offset} positions, and all keys that one of them sees, the last one's being the last:
     * (T, S) with S = min(offset + T, reach + T − 1). Throws {@link UserError} where that is more than an array holds.
     *
     * @param reach how many keys a query sees at most, its own position's included
     */
    public static Tensor of(int length, int offset, int reach) {
        int first = firstKey(offset, reach);
        int keys = offset + length - first;
        if ((double) length * keys > Integer.MAX_VALUE) {
            throw new UserError(
                    "Attention of " + length + " tokens over " + keys + " positions at once needs a mask of more than 2^31 values; "
                            + "take fewer tokens at a time.");
        }
        var values = new float[length * keys];
        for (int t = 0; t < length; t++) {
            for (int s = 0; s < keys; s++) {
                int distance = offset + t - (first + s);
                values[t * keys + s] = distance < 0 || distance >= reach ? Float.NEGATIVE_INFINITY : 0;
            }
        }
        return Tensor.of(values, length, keys);
    }

    /** The first position that a query behind {@code offset} positions sees. */
    static int firstKey(int offset, int reach) {
        return Math.max(0, offset + 1 - reach);
    }
}
