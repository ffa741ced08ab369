package org.lyceum.inference.vector;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig;
import org.lyceum.tensor.kernels.PackedMatrix;

/**
 * The weights of a decoder, packed for the Vector API. A list of matrices stands for one matrix of all their rows.
 *
 * @param embedding (V, W)
 * @param positions learned position vectors (T, W), row after row; null where there are none
 * @param norm the last one
 * @param head (V, W); the embedding itself where they are tied
 */
record VectorWeights(DecoderConfig config, PackedMatrix embedding, float @Nullable [] positions, List<Layer> layers, Gain norm,
        PackedMatrix head) {

    /**
     * A normalisation's weight (W), and its bias for layer normalisation.
     */
    record Gain(float[] weight, float @Nullable [] bias) {
    }

    /**
     * Matrices with the same columns, and an offset for each of their rows or none.
     */
    record Affine(List<PackedMatrix> matrices, float @Nullable [] bias) {
        int rows() {
            return matrices.stream().mapToInt(PackedMatrix::rows).sum();
        }
    }

    /**
     * One block.
     *
     * @param attentionNorm before attention, {@code afterAttention} behind it; null where there is none
     * @param qkv ((H + 2K)·D, W)
     * @param queryNorm of the queries, one head (D) or all (H·D) wide; {@code keyNorm} of the keys; null where there is none
     * @param output (W, H·D)
     * @param up (F, W); for gated ones (2F, W), the gate first
     * @param down (W, F)
     */
    record Layer(@Nullable Gain attentionNorm, Affine qkv, float @Nullable [] queryNorm, float @Nullable [] keyNorm, Affine output,
            @Nullable Gain afterAttention, @Nullable Gain feedForwardNorm, Affine up, Affine down, @Nullable Gain afterFeedForward) {
    }

    /** The memory of the matrices. */
    long bytes() {
        long bytes = embedding.bytes() + (head == embedding ? 0 : head.bytes());
        for (var layer : layers) {
            for (var affine : List.of(layer.qkv, layer.output, layer.up, layer.down)) {
                bytes += affine.matrices.stream().mapToLong(PackedMatrix::bytes).sum();
            }
        }
        return bytes;
    }
}
