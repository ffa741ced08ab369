package org.lyceum.models;

import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.EncoderBlock;

/**
 * The shape of a bidirectional transformer, BERT's (Devlin et al. 2019) or RoBERTa's (Liu et al. 2019).
 *
 * @param vocabularySize tokens V
 * @param context the longest sequence T, in tokens
 * @param firstPosition the row of the position table that the first token takes: 0, or for RoBERTa the padding id + 1; the table has
 *     {@code firstPosition + context} rows
 * @param types kinds of tokens (first and second text); RoBERTa has one
 * @param width the residual stream W
 * @param depth blocks L
 * @param heads H, a divisor of W
 * @param hiddenWidth F, the width inside the feed-forward network
 * @param activation of the feed-forward network
 * @param normEpsilon ε of every layer normalisation
 * @param dropout probability, 0 for none
 */
public record EncoderConfig(int vocabularySize, int context, int firstPosition, int types, int width, int depth, int heads, int hiddenWidth,
        EncoderBlock.Activation activation, double normEpsilon, double dropout) {

    /** Throws {@link UserError} with the first thing that cannot be. */
    public EncoderConfig {
        positive("vocabulary size", vocabularySize);
        positive("context", context);
        positive("number of types", types);
        positive("width", width);
        positive("depth", depth);
        positive("number of heads", heads);
        positive("hidden width", hiddenWidth);
        if (firstPosition < 0 || firstPosition > Integer.MAX_VALUE - context) {
            throw UserError.usage("The first position of an encoder must be a row of its table, not " + firstPosition + ".");
        }
        if (width % heads != 0) {
            throw UserError.usage("An encoder's width " + width + " must be a multiple of its " + heads + " heads.");
        }
        if (!(normEpsilon >= 0 && normEpsilon < 1)) {
            throw UserError.usage("An encoder's norm epsilon must be from 0 up to 1, not " + normEpsilon + ".");
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw UserError.usage("An encoder's dropout must be from 0 up to 1, not " + dropout + ".");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw UserError.usage(String.format(Locale.ROOT, "An encoder's %s must be at least 1, not %d.", name, value));
        }
    }

    /** Whether it is RoBERTa's arrangement, whose positions begin behind the padding id, and not BERT's. */
    public boolean isRoberta() {
        return firstPosition > 0;
    }

    /** The same with another dropout. */
    public EncoderConfig withDropout(double other) {
        return new EncoderConfig(vocabularySize, context, firstPosition, types, width, depth, heads, hiddenWidth, activation, normEpsilon,
                other);
    }

    /** D = W / H. */
    public int headWidth() {
        return width / heads;
    }

    /** The number of weights; {@code Long.MAX_VALUE} where that is too small. */
    public long parameterCount() {
        // In f64, which counts exactly to 2^53 and does not wrap around where a damaged configuration asks for more.
        double embeddings = width * ((double) vocabularySize + context + firstPosition + types + 2);
        double attention = 4.0 * width * width + 4.0 * width;
        double feedForward = 2.0 * width * hiddenWidth + hiddenWidth + width;
        return (long) (embeddings + depth * (attention + feedForward + 4.0 * width));
    }
}
