package org.lyceum.training.optimizer;

import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

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
public record OptimizerConfig(Kind kind, @Nullable Double learningRate, double beta1, double beta2, double epsilon, double weightDecay,
        double momentum,
        double clip) {
    public OptimizerConfig {
        if (learningRate != null && !(learningRate > 0 && Double.isFinite(learningRate))) {
            throw UserError.usage("optimizer.learning_rate=" + learningRate + " must be above 0.");
        }
        share("beta1", beta1);
        share("beta2", beta2);
        share("momentum", momentum);
        if (!(epsilon > 0) || !(weightDecay >= 0) || !(clip >= 0)) {
            throw UserError.usage("optimizer.epsilon must be above 0, optimizer.weight_decay and optimizer.clip at least 0.");
        }
    }

    private static void share(String key, double value) {
        if (!(value >= 0 && value < 1)) { // NaN too
            throw UserError.usage("optimizer." + key + "=" + value + " must be at least 0 and below 1.");
        }
    }

    /** Which optimizer. */
    public enum Kind {
        ADAMW, MUON
    }

    public static final OptimizerConfig DEFAULTS = new OptimizerConfig(Kind.MUON, null, 0.9, 0.95, 1e-8, 0.1, 0.95, 1.0);
}
