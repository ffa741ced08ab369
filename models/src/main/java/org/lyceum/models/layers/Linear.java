package org.lyceum.models.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * x·Wᵀ + b: (…, I) → (…, O). With bf16 products, the input and the f32 master weight are rounded to bf16 and the result stays bf16;
 * adding it to an f32 tensor gives f32 again.
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
        long rows = outputs.stream().mapToLong(Long::longValue).sum();
        weight = parameters.add("weight", role, outputs, rows, inputs);
        bias = withBias ? parameters.add("bias", Parameter.Role.BIAS, outputs, rows) : null;
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
