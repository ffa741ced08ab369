package org.lyceum.training.optimizer;

import java.util.List;
import java.util.random.RandomGenerator;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.models.layers.Parameter;

/** Parameters and gradients with known values. */
final class Toys {
    private Toys() {
    }

    static Parameter parameter(String name, Parameter.Role role, List<Long> rowParts, float[] values, long... shape) {
        return new Parameter(name, Tensor.of(values, shape).requireGradient(), role, rowParts);
    }

    /** Makes the gradient of {@code parameter} exactly {@code gradient}. */
    static void gradient(Parameter parameter, float[] gradient) {
        parameter.value().clearGradient();
        try (var _ = Scope.open()) {
            parameter.value().times(1).backward(Tensor.of(gradient, parameter.value().shape()));
        }
    }

    static float[] random(RandomGenerator random, int n) {
        var values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static float[] values(Tensor tensor) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            return tensor.to(DType.F32).contiguous().data().toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT);
        }
    }
}
