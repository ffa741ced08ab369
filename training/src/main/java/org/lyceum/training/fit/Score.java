package org.lyceum.training.fit;

import java.util.Map;
import java.util.TreeMap;

/**
 * How good a model is on data it has not learned from.
 *
 * @param metric what is measured, {@code accuracy} for instance
 * @param value of it
 * @param higherIsBetter whether more is better (accuracy, BLEU) or less (a loss)
 * @param further other figures worth a curve, by name
 */
public record Score(String metric, double value, boolean higherIsBetter, Map<String, Double> further) {
    /** Of which more is better. */
    public static Score highest(String metric, double value) {
        return new Score(metric, value, true, Map.of());
    }

    /** Of which less is better. */
    public static Score lowest(String metric, double value) {
        return new Score(metric, value, false, Map.of());
    }

    /** The same with another figure beside it. */
    public Score with(String name, double figure) {
        var all = new TreeMap<>(further);
        all.put(name, figure);
        return new Score(metric, value, higherIsBetter, all);
    }

    /** As a loss, which {@link org.lyceum.training.TrainingState} remembers the lowest of. */
    double asLoss() {
        return higherIsBetter ? -value : value;
    }
}
