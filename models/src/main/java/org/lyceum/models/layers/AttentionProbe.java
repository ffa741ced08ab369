package org.lyceum.models.layers;

import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.Tensor;

/** Sees what goes into each layer's attention while it is bound: for looking at a model, not for training it. */
@FunctionalInterface
public interface AttentionProbe {
    /** The probe of the code that is running, if any. */
    ScopedValue<AttentionProbe> BOUND = ScopedValue.newInstance();
    /** The same for attention over another sequence ({@link CrossAttention}), whose S keys are that sequence's; every key is seen without a mask. */
    ScopedValue<AttentionProbe> CROSS = ScopedValue.newInstance();

    /**
     * A layer is about to attend: softmax(queries · keysᵀ · scale + mask) are its weights.
     *
     * @param queries (B, H, T, D)
     * @param keys (B, K, T, D) of the same positions; query head h meets key head h · K / H
     * @param mask (T, S) or (H, T, S); null for plain causal attention
     */
    void attends(int layer, Tensor queries, Tensor keys, @Nullable Tensor mask, double scale);
}
