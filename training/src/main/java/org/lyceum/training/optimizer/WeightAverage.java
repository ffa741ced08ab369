package org.lyceum.training.optimizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Operators;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * An optimizer beside which an exponential moving average of the weights is kept (Polyak and Juditsky 1992; Tarvainen and Valpola 2017,
 * equation 1): ā ← d·ā + (1 − d)·w after each step. Training does not see it; a model is evaluated and kept with it. While steps are few the
 * average forgets faster, d being (1 + step) / (10 + step) where that is smaller.
 */
public final class WeightAverage implements Optimizer {
    private final Optimizer optimizer;
    private final List<Parameter> parameters;
    private final List<Tensor> averages = new ArrayList<>();
    private final double decay;

    /** Averages of {@code parameters} as they are now; {@code decay} is d, at least 0 and below 1. */
    public WeightAverage(Optimizer optimizer, List<Parameter> parameters, double decay) {
        this.optimizer = optimizer;
        this.parameters = List.copyOf(parameters);
        this.decay = decay;
        try (var _ = NoGradient.open()) {
            for (var parameter : parameters) {
                averages.add(Tensor.empty(DType.F32, parameter.value().shape()).copyFrom(parameter.value()));
            }
        }
    }

    @Override
    public void step(long step, double factor) {
        optimizer.step(step, factor);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            double kept = Math.min(decay, (1.0 + step) / (10 + step));
            Operators.approachInPlace(averages, weights(), 1 - kept);
        }
    }

    /** What {@code work} gives while the model has the averages for its weights. */
    public <T> T during(Supplier<T> work) {
        exchange();
        try {
            return work.get();
        } finally {
            exchange();
        }
    }

    private void exchange() {
        try (var _ = NoGradient.open()) {
            for (int i = 0; i < averages.size(); i++) {
                try (var _ = Scope.open()) {
                    var weight = parameters.get(i).value().detached().copy();
                    parameters.get(i).value().copyFrom(averages.get(i));
                    averages.get(i).copyFrom(weight);
                }
            }
        }
    }

    private List<Tensor> weights() {
        return parameters.stream().map(Parameter::value).toList();
    }

    /** The optimizer's own, and the averages under {@code average.} and the weights' names. */
    @Override
    public Map<String, Tensor> state() {
        var state = new LinkedHashMap<>(optimizer.state());
        for (int i = 0; i < averages.size(); i++) {
            state.put("average." + parameters.get(i).name(), averages.get(i));
        }
        return state;
    }
}
