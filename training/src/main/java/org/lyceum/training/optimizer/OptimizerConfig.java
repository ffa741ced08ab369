package org.lyceum.training.optimizer;

import org.jspecify.annotations.Nullable;

/**
 * @param kind AdamW for all parameters, or Muon for the matrices inside blocks and AdamW for the rest
 * @param learningRate the peak; null follows the depth dial
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled, times the learning rate; on matrices and embeddings, not on gains and offsets
 * @param momentum of Muon
 * @param clip the gradient's Euclidean norm is scaled down to at most this; 0 for no clipping
 */
public record OptimizerConfig(Kind kind, @Nullable Double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double momentum,
        double clip) {
    /** Which optimizer. */
    public enum Kind {
        adamw,
        muon
    }

    public static final OptimizerConfig DEFAULTS = new OptimizerConfig(Kind.muon, null, 0.9, 0.95, 1e-8, 0.1, 0.95, 1.0);
}
