package org.lyceum.foundation;

import java.util.Arrays;
import java.util.stream.IntStream;

/** How two lists of numbers go together. */
public final class Correlation {
    private Correlation() {
    }

    /** Pearson's: the covariance over both standard deviations; NaN where one list has none, and of fewer than two numbers. */
    public static double pearson(double[] a, double[] b) {
        double meanA = Arrays.stream(a).average().orElse(Double.NaN);
        double meanB = Arrays.stream(b).average().orElse(Double.NaN);
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return ab / Math.sqrt(aa * bb);
    }

    /** Spearman's: Pearson's of the ranks, equal values sharing the mean of theirs. */
    public static double spearman(double[] a, double[] b) {
        return pearson(ranks(a), ranks(b));
    }

    /** From 1 for the least. A number's rank is the mean of the first and the last place where it stands in the sorted list. */
    private static double[] ranks(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        var first = new int[sorted.length]; // of the places that hold the same number
        for (int i = 0; i < sorted.length; i++) {
            first[i] = i > 0 && sorted[i] == sorted[i - 1] ? first[i - 1] : i;
        }
        var last = new int[sorted.length];
        for (int i = sorted.length - 1; i >= 0; i--) {
            last[i] = i + 1 < sorted.length && first[i + 1] == first[i] ? last[i + 1] : i;
        }
        return IntStream.range(0, values.length).mapToDouble(i -> {
            int at = Arrays.binarySearch(sorted, values[i]);
            return (first[at] + last[at]) / 2.0 + 1;
        }).toArray();
    }
}
