package org.lyceum.study.evaluation;

import java.util.Arrays;

/**
 * A logistic curve that falls: y = low + (high − low) / (1 + exp(steepness · (x − middle))).
 *
 * @param high before it falls
 * @param low after it fell; equal to {@code high} where nothing falls
 * @param middle where it falls fastest
 * @param steepness above 0, for each unit of x
 */
record LearningCurve(double high, double low, double middle, double steepness) {
    /** Places that are tried first, and degrees of steepness. */
    private static final int PLACES = 33;
    private static final int DEGREES = 17;
    /** Of the steepness times the span of x: from nearly a line to a step. */
    private static final double FLATTEST = 3;
    private static final double STEEPEST = 150;
    /** How often the search around the best is made finer. */
    private static final int FINER = 40;

    /**
     * The one that is nearest to the points, in squared distances, whose middle lies among them. With the middle and the steepness given, the two
     * heights are linear regression; those two are searched for, first on a grid, then ever nearer around the best. A curve that rises is taken
     * for flat.
     *
     * @param xs rising, at least two
     */
    static LearningCurve fit(double[] xs, double[] ys) {
        double from = xs[0];
        double span = xs[xs.length - 1] - from;
        double place = span / (PLACES - 1);
        double degree = Math.log(STEEPEST / FLATTEST) / (DEGREES - 1);
        var best = regression(xs, ys, from, FLATTEST / span);
        for (int i = 0; i < PLACES; i++) {
            for (int j = 0; j < DEGREES; j++) {
                best = better(xs, ys, best, from + i * place, FLATTEST / span * Math.exp(j * degree));
            }
        }
        for (int round = 0; round < FINER; round++) {
            var centre = best;
            for (int i = -2; i <= 2; i++) {
                for (int j = -2; j <= 2; j++) {
                    double middle = Math.clamp(centre.middle + i * place / 2, from, from + span);
                    best = better(xs, ys, best, middle,
                            Math.clamp(centre.steepness * Math.exp(j * degree / 2), FLATTEST / span, STEEPEST / span));
                }
            }
            if (best.equals(centre)) {
                place /= 2;
                degree /= 2;
            }
        }
        return best;
    }

    private static LearningCurve better(double[] xs, double[] ys, LearningCurve best, double middle, double steepness) {
        var other = regression(xs, ys, middle, steepness);
        return other.error(xs, ys) < best.error(xs, ys) ? other : best;
    }

    private static LearningCurve regression(double[] xs, double[] ys, double middle, double steepness) {
        var shape = Arrays.stream(xs).map(x -> shape(x, middle, steepness)).toArray();
        double meanShape = Arrays.stream(shape).average().orElseThrow();
        double mean = Arrays.stream(ys).average().orElseThrow();
        double together = 0;
        double alone = 0;
        for (int i = 0; i < xs.length; i++) {
            together += (shape[i] - meanShape) * (ys[i] - mean);
            alone += (shape[i] - meanShape) * (shape[i] - meanShape);
        }
        double fall = together > 0 && alone > 0 ? together / alone : 0;
        return new LearningCurve(mean + fall * (1 - meanShape), mean - fall * meanShape, middle, steepness);
    }

    private static double shape(double x, double middle, double steepness) {
        return 1 / (1 + Math.exp(steepness * (x - middle)));
    }

    /** y at {@code x}. */
    double at(double x) {
        return low + (high - low) * shape(x, middle, steepness);
    }

    /** The sum of squared distances from points. */
    double error(double[] xs, double[] ys) {
        double sum = 0;
        for (int i = 0; i < xs.length; i++) {
            sum += (ys[i] - at(xs[i])) * (ys[i] - at(xs[i]));
        }
        return sum;
    }

    /** Where it passes {@code y}; NaN where it does not. */
    double where(double y) {
        return y > low && y < high ? middle + Math.log((high - y) / (y - low)) / steepness : Double.NaN;
    }
}
