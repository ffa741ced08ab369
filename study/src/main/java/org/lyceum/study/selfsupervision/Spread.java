package org.lyceum.study.selfsupervision;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A figure over repetitions.
 *
 * @param error the standard error of the mean; 0 for one repetition
 */
record Spread(double mean, double error) {
    static Spread of(List<Map<String, Double>> repetitions, String name) {
        var values = repetitions.stream().mapToDouble(cell -> cell.getOrDefault(name, Double.NaN)).toArray();
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        int n = values.length;
        return new Spread(mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n));
    }

    /** As in 87.3 ± 0.4. */
    String percent() {
        return String.format(Locale.ROOT, "%.1f ± %.1f", 100 * mean, 100 * error);
    }
}
