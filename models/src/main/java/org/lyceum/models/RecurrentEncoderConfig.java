package org.lyceum.models;

import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.Recurrence.Kind;

/**
 * The shape of a bidirectional recurrent encoder.
 *
 * @param kind of recurrence
 * @param vocabularySize tokens V
 * @param width of the token vectors
 * @param units H of each layer, each way; hidden states are 2·H wide
 * @param depth layers
 * @param pooling how a sequence becomes one vector
 * @param dropout probability, of token vectors, between layers and of the hidden states; 0 for none
 */
public record RecurrentEncoderConfig(Kind kind, int vocabularySize, int width, int units, int depth, Pooling pooling, double dropout) {
    /** How the hidden states of a sequence become one vector of the same width. */
    public enum Pooling {
        /** What each direction holds when it has read everything: forward's last state and backward's first. */
        LAST,
        /** The mean over the sequence. */
        MEAN,
        /** The largest of each component over the sequence (Conneau et al. 2017, section 3.2). */
        MAX
    }

    /** Throws {@link UserError} with the first thing that cannot be. */
    public RecurrentEncoderConfig {
        positive("vocabulary_size", vocabularySize);
        positive("width", width);
        positive("units", units);
        positive("depth", depth);
        if (!(dropout >= 0 && dropout < 1)) { // NaN too
            throw UserError.usage("The encoder's dropout=" + dropout + " must be at least 0 and below 1.");
        }
    }

    /** The width of hidden states and of the pooled vector. */
    public int outputWidth() {
        return 2 * units;
    }

    /** The number of parameters. */
    public long parameterCount() {
        return (long) vocabularySize * width
                + 2 * (kind.parameterCount(width, units) + (depth - 1) * kind.parameterCount(2L * units, units));
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw UserError.usage("The encoder's " + key + "=" + value + " must be at least 1.");
        }
    }
}
