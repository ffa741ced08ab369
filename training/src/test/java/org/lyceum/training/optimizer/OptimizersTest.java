package org.lyceum.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameter.Role;
import org.lyceum.tensor.DType;
import org.lyceum.training.optimizer.OptimizerConfig.Kind;

class OptimizersTest {
    private static final OptimizerConfig MUON = new OptimizerConfig(Kind.MUON, null, 0.9, 0.95, 1e-8, 0.1, 0.95, 1);
    private static final OptimizerConfig ADAMW = new OptimizerConfig(Kind.ADAMW, null, 0.9, 0.95, 1e-8, 0.1, 0.95, 1);

    @Test
    void muonTakesTheMatricesInsideBlocksAndAdamWTheRest() {
        var parameters = new Decoder(DecoderConfig.gpt2(50, 8, 8, 2, 2), DType.F32).parameters();
        var state = Optimizers.of(parameters, 0.01, MUON, DType.F32).state().keySet();
        for (var parameter : parameters) {
            boolean matrix = parameter.role() == Role.MATRIX || parameter.role() == Role.RESIDUAL_MATRIX;
            assertThat(state.contains("momentum." + parameter.name())).as(parameter.name()).isEqualTo(matrix);
            assertThat(state.contains("exp_avg." + parameter.name())).as(parameter.name()).isEqualTo(!matrix);
            assertThat(state.contains("exp_avg_sq." + parameter.name())).as(parameter.name()).isEqualTo(!matrix);
        }
        assertThat(parameters).anyMatch(p -> p.role() == Role.RESIDUAL_MATRIX).anyMatch(p -> p.role() == Role.POSITION);
        assertThat(Optimizers.of(parameters, 0.01, ADAMW, DType.F32).state()).hasSize(2 * parameters.size());
    }

    @Test
    void clippingScalesAllGradientsByOneNorm() {
        var random = new SplittableRandom(3);
        var a = Toys.parameter("a", Role.MATRIX, List.of(2L), new float[6], 2, 3);
        var b = Toys.parameter("b", Role.BIAS, List.of(5L), new float[5], 5);
        var none = Toys.parameter("none", Role.BIAS, List.of(5L), new float[5], 5);
        var ga = Toys.random(random, 6);
        var gb = Toys.random(random, 5);
        double squares = 0;
        for (float g : ga) {
            squares += (double) g * g;
        }
        for (float g : gb) {
            squares += (double) g * g;
        }
        double norm = Math.sqrt(squares);
        var all = List.of(a, b, none);

        set(a, ga, b, gb);
        assertThat(Optimizers.clip(all, 0)).as("no limit").isCloseTo(norm, within(1e-5));
        assertThat(gradient(a)).containsExactly(ga);
        assertThat(Optimizers.clip(all, norm + 1)).as("below the limit").isCloseTo(norm, within(1e-5));
        assertThat(gradient(b)).containsExactly(gb);
        assertThat(Optimizers.clip(all, 0.5)).as("the norm before clipping").isCloseTo(norm, within(1e-5));
        for (int i = 0; i < ga.length; i++) {
            assertThat((double) gradient(a)[i]).isCloseTo(ga[i] * 0.5 / norm, within(1e-5));
        }
        for (int i = 0; i < gb.length; i++) {
            assertThat((double) gradient(b)[i]).isCloseTo(gb[i] * 0.5 / norm, within(1e-5));
        }
        assertThat(Optimizers.clip(all, 0.5)).as("afterwards").isCloseTo(0.5, within(1e-4));
        assertThat(Optimizers.clip(List.of(none), 0.5)).as("no gradient at all").isZero();
    }

    @Test
    void aGradientThatIsNotFiniteShowsInTheNorm() {
        var a = Toys.parameter("a", Role.BIAS, List.of(2L), new float[2], 2);
        Toys.gradient(a, new float[]{1, Float.POSITIVE_INFINITY});
        assertThat(Optimizers.clip(List.of(a), 1)).isInfinite();
        Toys.gradient(a, new float[]{1, Float.NaN});
        assertThat(Optimizers.clip(List.of(a), 1)).isNaN();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new OptimizerConfig(Kind.ADAMW, -1.0, 0.9, 0.95, 1e-8, 0.1, 0.95, 1)).isInstanceOf(UserError.class)
                .hasMessageContaining("optimizer.learning_rate=-1.0");
        assertThatThrownBy(() -> new OptimizerConfig(Kind.ADAMW, null, 1, 0.95, 1e-8, 0.1, 0.95, 1)).isInstanceOf(UserError.class)
                .hasMessageContaining("optimizer.beta1");
        assertThatThrownBy(() -> new OptimizerConfig(Kind.ADAMW, null, 0.9, 0.95, 0, 0.1, 0.95, 1)).isInstanceOf(UserError.class)
                .hasMessageContaining("epsilon");
    }

    private static void set(Parameter a, float[] ga, Parameter b, float[] gb) {
        Toys.gradient(a, ga);
        Toys.gradient(b, gb);
    }

    private static float[] gradient(Parameter parameter) {
        return Toys.values(parameter.value().gradient());
    }
}
