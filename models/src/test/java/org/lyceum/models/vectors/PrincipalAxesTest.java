package org.lyceum.models.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrincipalAxesTest {
    /** A cloud that is 5 wide one way, 2 another, and 0.1 in ten more, turned by mixing. */
    @Test
    void findsTheWidestDirections() {
        var random = new Random(1);
        var vectors = new ArrayList<float[]>();
        var known = new ArrayList<double[]>();
        double c = Math.cos(0.7);
        double s = Math.sin(0.7);
        for (int i = 0; i < 500; i++) {
            double a = 5 * random.nextGaussian();
            double b = 2 * random.nextGaussian();
            known.add(new double[]{a, b});
            var vector = new float[12];
            for (int k = 0; k < 12; k++) {
                vector[k] = (float) (0.1 * random.nextGaussian() + 3);
            }
            vector[4] += (float) (c * a - s * b);
            vector[7] += (float) (s * a + c * b);
            vectors.add(vector);
        }
        var axes = PrincipalAxes.of(vectors);
        assertThat(axes.shares()[0]).isCloseTo(25 / 29.1, within(0.03));
        assertThat(axes.shares()[1]).isCloseTo(4 / 29.1, within(0.03));
        for (int axis = 0; axis < 2; axis++) {
            double along = 0;
            double own = 0;
            double theirs = 0;
            for (int i = 0; i < 500; i++) {
                along += axes.places().get(i)[axis] * known.get(i)[axis];
                own += Math.pow(axes.places().get(i)[axis], 2);
                theirs += Math.pow(known.get(i)[axis], 2);
            }
            assertThat(Math.abs(along) / Math.sqrt(own * theirs)).isGreaterThan(0.98);
        }
    }

    @Test
    void vectorsThatDoNotDifferStandAtOnePlace() {
        var axes = PrincipalAxes.of(List.of(new float[]{1, 2}, new float[]{1, 2}));
        assertThat(axes.places()).allSatisfy(place -> assertThat(place).containsExactly(0, 0));
        assertThat(PrincipalAxes.of(List.of(new float[]{4})).places().getFirst()).containsExactly(0, 0);
    }
}
