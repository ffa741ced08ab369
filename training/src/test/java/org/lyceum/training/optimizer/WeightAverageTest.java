package org.lyceum.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameter.Role;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Tensor;

class WeightAverageTest {
    /** Adds the step's number to every weight. */
    private record Counting(Parameter parameter) implements Optimizer {
        @Override
        public void step(long step, double factor) {
            try (var _ = NoGradient.open()) {
                parameter.value().plusInPlace((double) step);
            }
        }

        @Override
        public Map<String, Tensor> state() {
            return Map.of("own", Tensor.zeros(DType.F32, 1));
        }
    }

    @Test
    void theAverageFollowsTheWeightsAndIsSeenWhenItIsAskedForAlone() {
        var weight = Toys.parameter("w", Role.MATRIX, List.of(1L), new float[]{1, -2}, 1, 2);
        var averaged = new WeightAverage(new Counting(weight), List.of(weight), 0.5);
        double[] live = {1, -2};
        double[] average = {1, -2};
        for (int step = 1; step <= 20; step++) {
            averaged.step(step, 1);
            double kept = Math.min(0.5, (1.0 + step) / (10 + step));
            for (int i = 0; i < 2; i++) {
                live[i] += step;
                average[i] = kept * average[i] + (1 - kept) * live[i];
            }
            assertThat(weight.value().doubles()).containsExactly(live, within(1e-4));
            assertThat(averaged.during(() -> weight.value().doubles())).containsExactly(average, within(1e-3));
            assertThat(weight.value().doubles()).containsExactly(live, within(1e-4));
        }
        assertThat(averaged.state().keySet()).containsExactlyInAnyOrder("own", "average.w");
        assertThat(averaged.state().get("average.w").doubles()).containsExactly(average, within(1e-3));
        assertThat(weight.value().requiresGradient()).isTrue();
    }

    @Test
    void withoutDecayTheAverageIsTheWeight() {
        var weight = Toys.parameter("w", Role.MATRIX, List.of(1L), new float[]{1}, 1, 1);
        var averaged = new WeightAverage(new Counting(weight), List.of(weight), 0);
        averaged.step(1, 1);
        assertThat(averaged.during(() -> weight.value().item())).isEqualTo(2);
    }
}
