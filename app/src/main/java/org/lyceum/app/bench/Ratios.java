package org.lyceum.app.bench;

import java.util.Arrays;

/** Medians, and ratios of what was measured side by side. */
final class Ratios {
    private Ratios() {
    }

    /** The middle value, or the mean of the two in the middle. */
    static double median(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("the median of nothing");
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** {@code above[i] / below[i]}: what a noisy machine does to both of a round, it does not do to their ratio. */
    static double[] of(double[] above, double[] below) {
        if (above.length != below.length) {
            throw new IllegalArgumentException(above.length + " rounds of one, " + below.length + " of the other");
        }
        var ratios = new double[above.length];
        Arrays.setAll(ratios, i -> above[i] / below[i]);
        return ratios;
    }
}
