package org.lyceum.models;

import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.Recurrence.Kind;

/**
 * The shape of a recurrent language model.
 *
 * @param kind of recurrence
 * @param vocabularySize tokens V
 * @param context the longest sequence that it is trained on, in tokens; what it has read stays in its state, so that it reads on beyond
 * @param width W, of token vectors and of every layer's state
 * @param depth layers
 * @param tiedEmbeddings whether the head shares the token embedding's matrix
 * @param dropout probability, of token vectors, between layers and of the hidden states; 0 for none
 */
public record RecurrentConfig(Kind kind, int vocabularySize, int context, int width, int depth, boolean tiedEmbeddings, double dropout)
        implements
            CausalConfig {
    /** Throws {@link UserError} with the first thing that cannot be. */
    public RecurrentConfig {
        positive("vocabulary_size", vocabularySize);
        positive("context", context);
        positive("width", width);
        positive("depth", depth);
        if (!(dropout >= 0 && dropout < 1)) { // NaN too
            throw UserError.usage("model.dropout=" + dropout + " must be at least 0 and below 1.");
        }
    }

    @Override
    public long parameterCount() {
        // In f64, which does not wrap around where a damaged configuration asks for more.
        double layer = kind.gates() * (double) width * (2.0 * width + 2);
        return (long) (depth * layer + (tiedEmbeddings ? 1.0 : 2.0) * vocabularySize * width);
    }

    /** 6 for each weight in a matrix product, the head's included and the embedding table's not. */
    @Override
    public double trainingFlopsPerToken() {
        return 6 * (parameterCount() - (tiedEmbeddings ? 0 : (double) vocabularySize * width));
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw UserError.usage("model." + key + "=" + value + " must be at least 1.");
        }
    }
}
