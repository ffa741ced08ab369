package org.lyceum.models.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * x·Wᵀ + b: (…, I) → (…, O). With bf16 products, the input is rounded to bf16, and the weight where it is an f32 master and not held in bf16
 * already; the result stays bf16. Adding it to an f32 tensor gives f32 again.
 */
public final class Linear {
    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final DType matmulType;

    /** One matrix (O, I) named {@code weight}, and {@code bias} (O) if {@code withBias}. */
    public Linear(Parameters parameters, Parameter.Role role, long inputs, long outputs, boolean withBias) {
        this(parameters, role, inputs, List.of(outputs), withBias);
    }

    /** Several matrices over the same input stacked into one product, {@code outputs} rows each. */
    public Linear(Parameters parameters, Parameter.Role role, long inputs, List<Long> outputs, boolean withBias) {
        weight = parameters.matrix("weight", role, outputs, inputs);
        bias = withBias ? parameters.offset("bias", outputs) : null;
        matmulType = parameters.matmulType();
    }

    /** Shares {@code weight} (O, I) with another layer; no bias. */
    public Linear(Tensor weight, DType matmulType) {
        this.weight = weight;
        this.bias = null;
        this.matmulType = matmulType;
    }

    /** x (…, I) → (…, O), in the number format of matrix products. */
    public Tensor forward(Tensor x) {
        return x.to(matmulType).linear(weight.to(matmulType), bias == null ? null : bias.to(matmulType));
    }
}
