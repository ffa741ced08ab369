package org.lyceum.foundation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CorrelationTest {
    @Test
    void ranksShareTheirMeanWhereValuesAreEqual() {
        assertThat(Correlation.spearman(new double[]{1, 2, 3}, new double[]{10, 100, 1000})).isCloseTo(1, within(1e-12));
        assertThat(Correlation.spearman(new double[]{1, 2, 3}, new double[]{3, 2, 1})).isCloseTo(-1, within(1e-12));
        // ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5
        assertThat(Correlation.spearman(new double[]{1, 2, 2, 3}, new double[]{1, 2, 3, 4})).isCloseTo(4.5 / Math.sqrt(22.5),
                within(1e-12));
        assertThat(Correlation.spearman(new double[]{1}, new double[]{3})).isNaN();
    }

    @Test
    void pearsonIsOfTheNumbersThemselves() {
        assertThat(Correlation.pearson(new double[]{1, 2, 3}, new double[]{2, 4, 6})).isCloseTo(1, within(1e-12));
        assertThat(Correlation.pearson(new double[]{1, 2, 3}, new double[]{1, 1, 4})).isCloseTo(3 / Math.sqrt(12), within(1e-12));
        assertThat(Correlation.pearson(new double[]{1, 2}, new double[]{5, 5})).isNaN();
    }

    /** A rank is one more than how many are less, plus half of how many others are equal. */
    @Property(tries = 200)
    void ranksAsTheyAreCounted(@ForAll @Size(min = 2, max = 20) @IntRange(min = -3, max = 3) int[] values) {
        var numbers = Arrays.stream(values).asDoubleStream().toArray();
        var slow = Arrays.stream(numbers).map(a -> 1 + Arrays.stream(numbers).filter(b -> b < a).count()
                + (Arrays.stream(numbers).filter(b -> b == a).count() - 1) / 2.0).toArray();
        var order = new double[numbers.length];
        Arrays.setAll(order, i -> i);
        assertThat(Correlation.spearman(numbers, order)).isEqualTo(Correlation.pearson(slow, order), within(1e-12));
    }
}
