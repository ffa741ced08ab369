package org.lyceum.models.layers;

import java.util.List;
import org.lyceum.tensor.Tensor;

/**
 * A named weight.
 *
 * @param name path from the model's root, as in {@code blocks.0.attention.qkv.weight}
 * @param value the weight itself: of a model that can be trained, an f32 leaf that requires a gradient (see {@link Parameters})
 * @param role what it is for; initialisation and optimizers choose by it
 * @param rowParts for a matrix or an offset that stacks several (query, key and value): the rows of each, in order; one entry otherwise
 */
public record Parameter(String name, Tensor value, Role role, List<Long> rowParts) {
    /** What a parameter is for. */
    public enum Role {
        /** Token vectors (V, D). */
        EMBEDDING,
        /** Position vectors (T, D). */
        POSITION,
        /** A matrix inside a block (O, I). */
        MATRIX,
        /** A matrix inside a block whose product is added to the residual stream (O, I). */
        RESIDUAL_MATRIX,
        /** A matrix of a recurrent layer, from its inputs or its last state to its gates (G·H, I). */
        RECURRENT_MATRIX,
        /** The offsets of an LSTM's gates (4·H): input, forget, cell, output. */
        LSTM_BIAS,
        /** Filters of a convolution (O, I, K). */
        FILTER,
        /** The matrix from the last hidden state to logits (V, D). */
        HEAD,
        /** The gain of a normalisation. */
        NORM,
        /** An offset. */
        BIAS
    }
}
