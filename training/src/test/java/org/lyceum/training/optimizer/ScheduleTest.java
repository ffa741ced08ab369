package org.lyceum.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.training.optimizer.Schedule.Kind;

class ScheduleTest {
    @ParameterizedTest
    @CsvSource({"1, 0.25", "2, 0.5", "4, 1", "5, 1", "60, 1", "61, 0.9775", "80, 0.55", "99, 0.1225", "100, 0.1"})
    void warmUpThenFlatThenAStraightLineDown(long step, double factor) {
        var wsd = new Schedule(Kind.WSD, 4, 0.4, 0.1); // falls over the last 40 of 100 steps
        assertThat(wsd.factor(step, 100)).isCloseTo(factor, within(1e-12));
    }

    @Test
    void constantIsFlatAfterTheWarmUp() {
        var constant = new Schedule(Kind.CONSTANT, 2, 0.5, 0);
        assertThat(constant.factor(1, 10)).isEqualTo(0.5);
        assertThat(constant.factor(2, 10)).isEqualTo(1);
        assertThat(constant.factor(10, 10)).isEqualTo(1);
    }

    @Property(tries = 300)
    void theFactorRisesInTheWarmUpAndNeverAfterAndStaysWithinItsBounds(@ForAll Kind kind, @ForAll @IntRange(max = 50) int warmup,
            @ForAll @DoubleRange(max = 1) double decay, @ForAll @DoubleRange(max = 1) double minimum,
            @ForAll @IntRange(min = 1, max = 200) int steps) {
        var schedule = new Schedule(kind, warmup, decay, minimum);
        double before = 0;
        for (int step = 1; step <= steps; step++) {
            double factor = schedule.factor(step, steps);
            assertThat(factor).isBetween(0.0, 1.0);
            if (step <= warmup) {
                assertThat(factor).isCloseTo((double) step / warmup, within(1e-12)).isGreaterThan(before);
            } else {
                assertThat(factor).isGreaterThanOrEqualTo(minimum - 1e-12);
                if (step > warmup + 1) {
                    assertThat(factor).isLessThanOrEqualTo(before + 1e-12);
                }
            }
            before = factor;
        }
        if ((kind == Kind.WSD || kind == Kind.COSINE) && steps > warmup) {
            assertThat(before).as("the last rate").isCloseTo(minimum, within(1e-12));
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Schedule(Kind.WSD, -1, 0.4, 0)).isInstanceOf(UserError.class).hasMessageContaining("warmup_steps");
        assertThatThrownBy(() -> new Schedule(Kind.WSD, 1, 1.4, 0)).isInstanceOf(UserError.class).hasMessageContaining("decay_fraction");
        assertThatThrownBy(() -> new Schedule(Kind.WSD, 1, Double.NaN, 0)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> new Schedule(Kind.WSD, 1, 0, 2)).isInstanceOf(UserError.class).hasMessageContaining("minimum");
    }
}
