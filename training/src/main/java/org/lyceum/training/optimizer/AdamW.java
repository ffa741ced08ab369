package org.lyceum.training.optimizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Operators;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** AdamW (Loshchilov and Hutter 2019, algorithm 2), one fused libtorch call for each of two groups: with and without weight decay. */
public final class AdamW implements Optimizer {
    private record Moments(Parameter parameter, Tensor first, Tensor second) {
    }

    private final List<Moments> moments = new ArrayList<>();
    private final double learningRate;
    private final OptimizerConfig config;

    /** Moments of zero for {@code parameters}; {@code learningRate} is the peak. */
    public AdamW(List<Parameter> parameters, double learningRate, OptimizerConfig config) {
        this.learningRate = learningRate;
        this.config = config;
        for (var parameter : parameters) {
            var shape = parameter.value().shape();
            moments.add(new Moments(parameter, Tensor.zeros(DType.F32, shape), Tensor.zeros(DType.F32, shape)));
        }
    }

    @Override
    public void step(long step, double factor) {
        group(step, factor, true);
        group(step, factor, false);
    }

    private void group(long step, double factor, boolean decayed) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var parameters = new ArrayList<Tensor>();
            var gradients = new ArrayList<Tensor>();
            var first = new ArrayList<Tensor>();
            var second = new ArrayList<Tensor>();
            var steps = new ArrayList<Tensor>();
            for (var m : moments) {
                var gradient = m.parameter().value().gradient();
                if (gradient != null && isDecayed(m.parameter()) == decayed) {
                    parameters.add(m.parameter().value());
                    gradients.add(gradient);
                    first.add(m.first());
                    second.add(m.second());
                    steps.add(Tensor.full(step, DType.F32));
                }
            }
            if (!parameters.isEmpty()) {
                Operators.fusedAdamW(parameters, gradients, first, second, steps, learningRate * factor, config.beta1(), config.beta2(),
                        decayed ? config.weightDecay() : 0, config.epsilon());
            }
        }
    }

    /** Gains and offsets are not decayed (Radford et al. 2018, section 4.1). */
    private static boolean isDecayed(Parameter parameter) {
        return switch (parameter.role()) {
            case NORM, BIAS, LSTM_BIAS -> false;
            case EMBEDDING, POSITION, MATRIX, RESIDUAL_MATRIX, RECURRENT_MATRIX, FILTER, HEAD -> true;
        };
    }

    @Override
    public Map<String, Tensor> state() {
        var state = new LinkedHashMap<String, Tensor>();
        for (var m : moments) {
            state.put("exp_avg." + m.parameter().name(), m.first());
            state.put("exp_avg_sq." + m.parameter().name(), m.second());
        }
        return state;
    }
}
