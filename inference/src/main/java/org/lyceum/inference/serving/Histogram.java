package org.lyceum.inference.serving;

import java.util.Arrays;
import java.util.List;

/**
 * How often values fell where.
 *
 * @param bounds upper bounds of the buckets, each included, in ascending order
 * @param counts values in each bucket (not in those before it); one more than there are bounds, the last for what is above all
 * @param sum of all values
 */
public record Histogram(List<Double> bounds, List<Long> counts, double sum) {
    /** The number of values. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /** Counts values, on one thread. */
    static final class Builder {
        private final List<Double> bounds;
        private final long[] counts;
        private double sum;

        Builder(Double... bounds) {
            this.bounds = List.of(bounds);
            this.counts = new long[bounds.length + 1];
        }

        void add(double value) {
            int bucket = 0;
            while (bucket < bounds.size() && value > bounds.get(bucket)) {
                bucket++;
            }
            counts[bucket]++;
            sum += value;
        }

        Histogram build() {
            return new Histogram(bounds, Arrays.stream(counts).boxed().toList(), sum);
        }
    }
}
