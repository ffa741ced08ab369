package org.lyceum.training.optimizer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Operators;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** Which optimizer for which parameter, and clipping, which is the same for all. */
public final class Optimizers {
    private Optimizers() {
    }

    /** AdamW for all, or Muon for the matrices inside blocks and AdamW for embeddings, head, gains and offsets. */
    public static Optimizer of(List<Parameter> parameters, double learningRate, OptimizerConfig config, DType matmulType) {
        return switch (config.kind()) {
            case ADAMW -> new AdamW(parameters, learningRate, config);
            case MUON -> {
                var matrices = parameters.stream().filter(Optimizers::isMatrixInBlock).toList();
                var others = parameters.stream().filter(p -> !isMatrixInBlock(p)).toList();
                yield new Both(new Muon(matrices, learningRate, config, matmulType), new AdamW(others, learningRate, config));
            }
        };
    }

    /**
     * The Euclidean norm of all gradients together; when it is above {@code limit} (and that is above 0) every gradient is scaled so that
     * it becomes {@code limit} (Pascanu, Mikolov and Bengio 2013, algorithm 1).
     */
    public static double clip(List<Parameter> parameters, double limit) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var gradients = parameters.stream().map(p -> p.value().gradient()).filter(Objects::nonNull).toList();
            if (gradients.isEmpty()) {
                return 0;
            }
            double norm = Tensor.stack(Operators.norms(gradients), 0).norm().item();
            if (limit > 0 && norm > limit) {
                Operators.scaleInPlace(gradients, Tensor.full(limit / (norm + 1e-6), DType.F32));
            }
            return norm;
        }
    }

    private static boolean isMatrixInBlock(Parameter parameter) {
        return parameter.role() == Parameter.Role.MATRIX || parameter.role() == Parameter.Role.RESIDUAL_MATRIX;
    }

    private record Both(Optimizer a, Optimizer b) implements Optimizer {
        @Override
        public void step(long step, double factor) {
            a.step(step, factor);
            b.step(step, factor);
        }

        @Override
        public Map<String, Tensor> state() {
            var state = new LinkedHashMap<>(a.state());
            state.putAll(b.state());
            return state;
        }
    }
}
