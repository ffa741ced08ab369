package org.lyceum.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameter.Role;

class AdamWTest {
    private static final OptimizerConfig CONFIG = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, null, 0.9, 0.95, 1e-8, 0.1, 0.95, 1);

    /** Loshchilov and Hutter 2019, algorithm 2, in f64, one number at a time. */
    private static final class Oracle {
        private final double[] weights;
        private final double[] first;
        private final double[] second;
        private final double decay;

        Oracle(float[] weights, double decay) {
            this.weights = new double[weights.length];
            for (int i = 0; i < weights.length; i++) {
                this.weights[i] = weights[i];
            }
            first = new double[weights.length];
            second = new double[weights.length];
            this.decay = decay;
        }

        void step(int t, double rate, float[] gradient) {
            for (int i = 0; i < weights.length; i++) {
                first[i] = CONFIG.beta1() * first[i] + (1 - CONFIG.beta1()) * gradient[i];
                second[i] = CONFIG.beta2() * second[i] + (1 - CONFIG.beta2()) * gradient[i] * gradient[i];
                double m = first[i] / (1 - Math.pow(CONFIG.beta1(), t));
                double v = second[i] / (1 - Math.pow(CONFIG.beta2(), t));
                weights[i] -= rate * decay * weights[i];
                weights[i] -= rate * m / (Math.sqrt(v) + CONFIG.epsilon());
            }
        }
    }

    @Test
    void severalStepsEqualThePlainAlgorithmWithDecayOnMatricesAndTablesOnly() {
        var random = new SplittableRandom(5);
        var parameters = new ArrayList<Parameter>();
        var oracles = new ArrayList<Oracle>();
        for (var role : Role.values()) {
            var values = Toys.random(random, 12);
            parameters.add(Toys.parameter(role.name(), role, List.of(3L), values, 3, 4));
            oracles.add(new Oracle(values, role == Role.NORM || role == Role.BIAS || role == Role.LSTM_BIAS ? 0 : CONFIG.weightDecay()));
        }
        double peak = 0.02;
        var adamW = new AdamW(parameters, peak, CONFIG);
        for (int step = 1; step <= 7; step++) {
            double factor = step / 7.0;
            for (int p = 0; p < parameters.size(); p++) {
                var gradient = Toys.random(random, 12);
                Toys.gradient(parameters.get(p), gradient);
                oracles.get(p).step(step, peak * factor, gradient);
            }
            adamW.step(step, factor);
            for (int p = 0; p < parameters.size(); p++) {
                var is = Toys.values(parameters.get(p).value());
                for (int i = 0; i < is.length; i++) {
                    assertThat((double) is[i]).as("%s[%d] after step %d", parameters.get(p).name(), i, step)
                            .isCloseTo(oracles.get(p).weights[i], within(2e-6));
                }
            }
        }
        var state = adamW.state();
        assertThat(state).hasSize(2 * Role.values().length);
        var second = Toys.values(state.get("exp_avg_sq.MATRIX"));
        var oracle = oracles.get(Role.MATRIX.ordinal());
        for (int i = 0; i < second.length; i++) {
            assertThat((double) second[i]).isCloseTo(oracle.second[i], within(1e-5));
        }
    }

    @Test
    void aParameterWithoutAGradientStaysAsItIs() {
        var with = Toys.parameter("with", Role.MATRIX, List.of(1L), new float[]{1, 2}, 1, 2);
        var without = Toys.parameter("without", Role.MATRIX, List.of(1L), new float[]{1, 2}, 1, 2);
        Toys.gradient(with, new float[]{1, -1});
        new AdamW(List.of(with, without), 0.1, CONFIG).step(1, 1);
        assertThat(Toys.values(without.value())).containsExactly(1, 2);
        assertThat(Toys.values(with.value())[0]).isCloseTo(1 - 0.1f * 0.1f - 0.1f, within(1e-6f));
    }
}
