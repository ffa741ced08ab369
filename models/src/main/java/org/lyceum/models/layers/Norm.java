package org.lyceum.models.layers;

import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/** Normalisation over the last dimension, in f32 whatever comes in: (…, D) → (…, D). */
public final class Norm {
    /** Which normalisation. */
    public enum Kind {
        /** (x − mean) / √(variance + ε) · weight + bias (Ba, Kiros and Hinton 2016, equation 4). */
        LAYER,
        /** x / √(mean(x²) + ε) · weight (Zhang and Sennrich 2019, equation 4). */
        RMS
    }

    private final Kind kind;
    private final double epsilon;
    private final Tensor weight;
    private final @Nullable Tensor bias;

    /** Registers weight (D) and, for layer normalisation, bias (D), D being {@code width}. */
    public Norm(Parameters parameters, Kind kind, long width, double epsilon) {
        this.kind = kind;
        this.epsilon = epsilon;
        weight = parameters.add("weight", Parameter.Role.NORM, width);
        bias = kind == Kind.LAYER ? parameters.add("bias", Parameter.Role.BIAS, width) : null;
    }

    /** x (…, D) → (…, D), f32. */
    public Tensor forward(Tensor x) {
        var f32 = x.to(DType.F32);
        return switch (kind) {
            case LAYER -> f32.layerNorm(weight, bias, epsilon);
            case RMS -> f32.rmsNorm(weight, epsilon);
        };
    }
}
