package org.lyceum.models;

import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.FeedForward;

/**
 * The shape of an encoder–decoder transformer (Vaswani et al. 2017). Both sides share a vocabulary and a width.
 *
 * @param vocabularySize tokens V
 * @param context the longest sequence on either side, in tokens
 * @param width the residual streams W
 * @param encoderDepth blocks that read
 * @param decoderDepth blocks that write
 * @param heads H, a divisor of W
 * @param hiddenWidth F, the width inside the feed-forward networks
 * @param activation of the feed-forward networks
 * @param normFirst whether layers are normalised before and not after they are added, with one more norm after each stack's last block
 * @param normEpsilon ε of every layer normalisation
 * @param sharing which of the three token matrices are one
 * @param dropout probability, 0 for none
 */
public record EncoderDecoderConfig(int vocabularySize, int context, int width, int encoderDepth, int decoderDepth, int heads,
        int hiddenWidth, FeedForward.Kind activation, boolean normFirst, double normEpsilon, Sharing sharing, double dropout) {

    /** Which of the source embedding, the target embedding and the head share one matrix (Press and Wolf 2017). */
    public enum Sharing {
        /** All three, as published (section 3.4): for one vocabulary of both languages. */
        ALL,
        /** Target embedding and head. */
        TARGET,
        /** None. */
        NONE
    }

    /** Throws {@link UserError} with the first thing that cannot be. */
    public EncoderDecoderConfig {
        positive("vocabulary_size", vocabularySize);
        positive("context", context);
        positive("width", width);
        positive("encoder_depth", encoderDepth);
        positive("decoder_depth", decoderDepth);
        positive("heads", heads);
        positive("hidden_width", hiddenWidth);
        if (width % heads != 0) {
            throw UserError.usage("model.width=" + width + " must be a multiple of model.heads=" + heads + ".");
        }
        if ((long) context * width > Integer.MAX_VALUE) {
            throw UserError.usage("model.context=" + context + " is too long for a table of positions; at this width at most "
                    + Integer.MAX_VALUE / width + ".");
        }
        if (!(normEpsilon > 0 && normEpsilon < 1)) {
            throw UserError.usage("model.norm_epsilon=" + normEpsilon + " must be above 0 and below 1.");
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw UserError.usage("model.dropout=" + dropout + " must be at least 0 and below 1.");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw UserError.usage(String.format(Locale.ROOT, "model.%s=%d must be at least 1.", name, value));
        }
    }

    /** D = W / H. */
    public int headWidth() {
        return width / heads;
    }

    /** The number of weights; {@code Long.MAX_VALUE} where that is too large to count. */
    public long parameterCount() {
        // In f64, which counts exactly to 2^53 and does not wrap around where a damaged configuration asks for more.
        double matrices = switch (sharing) {
            case ALL -> 1;
            case TARGET -> 2;
            case NONE -> 3;
        };
        double attention = 4.0 * width * width + 4.0 * width;
        double feedForward = (activation.gated() ? 3.0 : 2.0) * width * hiddenWidth + (activation.gated() ? 2.0 : 1.0) * hiddenWidth
                + width;
        double norm = 2.0 * width;
        double reading = encoderDepth * (attention + feedForward + 2 * norm);
        double writing = decoderDepth * (2 * attention + feedForward + 3 * norm);
        return (long) (matrices * vocabularySize * width + reading + writing + (normFirst ? 2 * norm : 0));
    }
}
