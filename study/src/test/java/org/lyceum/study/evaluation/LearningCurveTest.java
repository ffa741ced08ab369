package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;

class LearningCurveTest {
    private static final double[] XS = IntStream.range(0, 17).mapToDouble(i -> i / 4.0).toArray(); // steps 1 to 10,000

    private static double[] on(LearningCurve curve) {
        return Arrays.stream(XS).map(curve::at).toArray();
    }

    @Property(tries = 100)
    void aCurveIsFoundAgain(@ForAll @DoubleRange(min = 0.8, max = 3.2) double middle,
            @ForAll @DoubleRange(min = 1.5, max = 8) double steepness,
            @ForAll @DoubleRange(min = 1, max = 12) double fall, @ForAll @DoubleRange(min = 0, max = 9) double low) {
        var wanted = new LearningCurve(low + fall, low, middle, steepness);
        var found = LearningCurve.fit(XS, on(wanted));
        assertThat(found.middle()).isEqualTo(middle, within(1e-3));
        assertThat(found.steepness()).isEqualTo(steepness, within(0.02 * steepness));
        assertThat(found.high()).isEqualTo(wanted.high(), within(0.01 * fall));
        assertThat(found.low()).isEqualTo(low, within(0.01 * fall));
        assertThat(found.where(low + fall / 2)).isEqualTo(middle, within(1e-3));
    }

    /** Where a curve passes a height, by halving. */
    @Property(tries = 100)
    void aHeightIsWhereItIsPassed(@ForAll @DoubleRange(min = 0.8, max = 3.2) double middle,
            @ForAll @DoubleRange(min = 1.5, max = 8) double steepness,
            @ForAll @DoubleRange(min = 0.1, max = 0.9) double share) {
        var curve = new LearningCurve(12, 4, middle, steepness);
        double height = 4 + 8 * share;
        double left = -20;
        double right = 20;
        for (int i = 0; i < 100; i++) {
            double between = (left + right) / 2;
            if (curve.at(between) > height) {
                left = between;
            } else {
                right = between;
            }
        }
        assertThat(curve.where(height)).isEqualTo(left, within(1e-9));
    }

    /** Of noisy points, a grid as fine as patience allows finds nothing nearer. */
    @Property(tries = 10)
    void nothingIsNearer(@ForAll @LongRange(min = 0, max = 10_000) long seed) {
        var random = Seeds.generator(seed, "noise", 0);
        var curve = new LearningCurve(9 + 4 * random.nextDouble(), 3, 0.8 + 2.4 * random.nextDouble(), 1 + 8 * random.nextDouble());
        var ys = Arrays.stream(on(curve)).map(y -> y + 0.5 * random.nextGaussian()).toArray();
        var found = LearningCurve.fit(XS, ys);
        assertThat(found.error(XS, ys)).isLessThanOrEqualTo(curve.error(XS, ys));
        double least = Double.POSITIVE_INFINITY;
        for (double middle = 0; middle <= 4; middle += 0.02) {
            for (double steepness = 0.75; steepness <= 37.5; steepness *= 1.05) {
                least = Math.min(least, slow(ys, middle, steepness));
            }
        }
        assertThat(found.error(XS, ys)).isLessThanOrEqualTo(least + 1e-9);
    }

    /** The heights by Cramer's rule on the normal equations. */
    private static double slow(double[] ys, double middle, double steepness) {
        double ss = 0;
        double s = 0;
        double sy = 0;
        double y = 0;
        for (int i = 0; i < XS.length; i++) {
            double shape = 1 / (1 + Math.exp(steepness * (XS[i] - middle)));
            ss += shape * shape;
            s += shape;
            sy += shape * ys[i];
            y += ys[i];
        }
        double below = ss * XS.length - s * s;
        double fall = (sy * XS.length - s * y) / below;
        double low = (ss * y - s * sy) / below;
        return fall <= 0 ? Double.POSITIVE_INFINITY : new LearningCurve(low + fall, low, middle, steepness).error(XS, ys);
    }

    @Test
    void whatRisesOrStaysIsFlat() {
        var rising = LearningCurve.fit(XS, XS);
        assertThat(rising.high()).isEqualTo(rising.low());
        assertThat(rising.where(2)).isNaN();
        assertThat(LearningCurve.fit(XS, new double[XS.length]).at(1)).isZero();
        assertThat(new LearningCurve(9, 3, 2, 4).where(9.5)).isNaN();
        assertThat(new LearningCurve(9, 3, 2, 4).where(3)).isNaN();
    }
}
