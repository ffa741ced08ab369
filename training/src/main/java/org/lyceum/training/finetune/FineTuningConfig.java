package org.lyceum.training.finetune;

import java.util.Locale;
import org.lyceum.foundation.UserError;

/**
 * How an encoder learns a task (Devlin et al. 2019, appendix A.3). The rate rises linearly from 0 and falls linearly back to it.
 *
 * @param epochs times through the training data
 * @param batch sequences a step
 * @param context the longest sequence, in tokens; the encoder's own where that is shorter
 * @param learningRate the peak, of AdamW
 * @param warmup share of the steps over which the rate rises
 * @param weightDecay decoupled, times the rate; not on gains and offsets
 * @param clip the gradient's Euclidean norm is scaled down to at most this; 0 for no clipping
 * @param dropout in the encoder and before the head
 * @param train what learns: all of the model, or its head alone
 * @param evaluations validations an epoch; the weights of the best are kept
 * @param seed of the head's first weights, the order of the data and dropout
 */
public record FineTuningConfig(int epochs, int batch, int context, double learningRate, double warmup, double weightDecay, double clip,
        double dropout, Train train, int evaluations, long seed) {
    /** BERT's: three epochs of 32 sequences at 5e-5, a tenth of them warm-up. For small encoders, and those from scratch, take a higher rate. */
    public static final FineTuningConfig DEFAULT = new FineTuningConfig(3, 32, 128, 5e-5, 0.1, 0.01, 1, 0.1, Train.ALL, 1, 1);

    /** What learns. */
    public enum Train {
        /** The encoder and its head. */
        ALL,
        /** The head, on an encoder that stays as it is. */
        HEAD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public FineTuningConfig {
        if (epochs < 1 || batch < 1 || context < 1 || evaluations < 1) {
            throw UserError.usage("epochs, batch, context and evaluations must be at least 1.");
        }
        if (!(learningRate > 0 && Double.isFinite(learningRate)) || !(warmup >= 0 && warmup < 1) || !(weightDecay >= 0) || !(clip >= 0)
                || !(dropout >= 0 && dropout < 1)) {
            throw UserError.usage("learning_rate must be above 0, warmup and dropout from 0 up to 1, weight_decay and clip at least 0.");
        }
    }

    /** The same with another rate and number of epochs. */
    public FineTuningConfig with(double rate, int newEpochs) {
        return new FineTuningConfig(newEpochs, batch, context, rate, warmup, weightDecay, clip, dropout, train, evaluations, seed);
    }

    /** The same with another seed. */
    public FineTuningConfig withSeed(long other) {
        return new FineTuningConfig(epochs, batch, context, learningRate, warmup, weightDecay, clip, dropout, train, evaluations, other);
    }

    /** The same, but this learns. */
    public FineTuningConfig training(Train other) {
        return new FineTuningConfig(epochs, batch, context, learningRate, warmup, weightDecay, clip, dropout, other, evaluations, seed);
    }
}
