package org.lyceum.models;

import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;

/**
 * The shape of a decoder-only transformer.
 *
 * @param vocabularySize tokens V
 * @param context the longest sequence T, in tokens
 * @param width the residual stream W
 * @param depth blocks L
 * @param heads query heads H
 * @param keyValueHeads key–value heads K, a divisor of H; K = H is plain multi-head attention
 * @param headWidth D, the width of one head; usually W / H
 * @param hiddenWidth F, the width inside the feed-forward network; usually 4·W, or about 8/3·W for SwiGLU
 * @param norm layer normalisation or RMS normalisation
 * @param normEpsilon ε of every normalisation
 * @param positions how the model knows where a token stands
 * @param ropeTheta base of the rotary frequencies; only for {@code ROPE}
 * @param activation GELU or SwiGLU feed-forward
 * @param bias whether linear layers have offsets
 * @param qkNorm whether queries and keys are RMS-normalised per head
 * @param tiedEmbeddings whether the head shares the token embedding's matrix
 * @param dropout probability, 0 for none
 */
public record DecoderConfig(int vocabularySize, int context, int width, int depth, int heads, int keyValueHeads, int headWidth,
        int hiddenWidth,
        Norm.Kind norm, double normEpsilon, Positions positions, double ropeTheta, FeedForward.Kind activation, boolean bias,
        boolean qkNorm,
        boolean tiedEmbeddings, double dropout) {

    /** How a model knows where a token stands. */
    public enum Positions {
        /** It does not, but for the causal mask (Haviv et al. 2022). */
        NONE,
        /** A trained vector for each position, added to the token's (Radford et al. 2018). */
        LEARNED,
        /** Sines and cosines added to the token's vector (Vaswani et al. 2017, section 3.5). */
        SINUSOIDAL,
        /** Queries and keys turned by their position (Su et al. 2021). */
        ROPE,
        /** A penalty on distance in the attention scores (Press, Smith and Lewis 2022). */
        ALIBI
    }

    /** Throws {@link UserError} with the first thing that cannot be. */
    public DecoderConfig {
        positive("vocabulary_size", vocabularySize);
        positive("context", context);
        positive("width", width);
        positive("depth", depth);
        positive("heads", heads);
        positive("key_value_heads", keyValueHeads);
        positive("head_width", headWidth);
        positive("hidden_width", hiddenWidth);
        if (heads % keyValueHeads != 0) {
            throw UserError.usage(
                    "model.heads=" + heads + " must be a multiple of model.key_value_heads=" + keyValueHeads + "; try key_value_heads="
                            + divisorBelow(heads, keyValueHeads) + ".");
        }
        if (positions == Positions.ROPE && headWidth % 2 != 0) {
            throw UserError.usage("Rotary positions turn pairs of dimensions, so model.head_width=" + headWidth + " must be even.");
        }
        long tableWidth = positions == Positions.ROPE ? headWidth : positions == Positions.SINUSOIDAL ? width : 0;
        if (tableWidth * context > Integer.MAX_VALUE) {
            throw UserError
                    .usage("model.context=" + context + " is too long for a table of " + positions.name().toLowerCase(Locale.ROOT)
                            + " positions; at this width at most "
                            + Integer.MAX_VALUE / tableWidth + ".");
        }
        if (!(normEpsilon > 0)) {
            throw UserError.usage("model.norm_epsilon=" + normEpsilon + " must be above 0.");
        }
        if (positions == Positions.ROPE && !(ropeTheta > 0)) {
            throw UserError.usage("model.rope_theta=" + ropeTheta + " must be above 0.");
        }
        if (!(dropout >= 0 && dropout < 1)) { // NaN too
            throw UserError.usage("model.dropout=" + dropout + " must be at least 0 and below 1.");
        }
    }

    /** The GPT-2 family: layer norm, learned positions, GELU, biases, tied embeddings. */
    public static DecoderConfig gpt2(int vocabularySize, int context, int width, int depth, int heads) {
        return new DecoderConfig(vocabularySize, context, width, depth, heads, heads, headWidth(width, heads), 4 * width, Norm.Kind.LAYER,
                1e-5,
                Positions.LEARNED, 10_000, FeedForward.Kind.GELU, true, false, true, 0);
    }

    /** The Llama family: RMS norm, rotary positions, SwiGLU, grouped queries, no biases. */
    public static DecoderConfig llama(int vocabularySize, int context, int width, int depth, int heads, int keyValueHeads) {
        return new DecoderConfig(vocabularySize, context, width, depth, heads, keyValueHeads, headWidth(width, heads), swigluWidth(width),
                Norm.Kind.RMS,
                1e-5, Positions.ROPE, 10_000, FeedForward.Kind.SWIGLU, false, false, true, 0);
    }

    /** W / H. Throws {@link UserError} when the heads do not divide the width. */
    public static int headWidth(int width, int heads) {
        if (heads < 1 || width % heads != 0) {
            throw UserError.usage(
                    "model.heads=" + heads + " does not divide model.width=" + width + "; try heads=" + divisorBelow(width, heads) + ".");
        }
        return width / heads;
    }

    /** 8/3·W rounded up to a multiple of 32, which keeps the parameters of 4·W with GELU (Shazeer 2020, section 3). */
    public static int swigluWidth(int width) {
        return (8 * width / 3 + 31) / 32 * 32;
    }

    /** The number of parameters; {@code Long.MAX_VALUE} where that is too small. */
    public long parameterCount() {
        // In f64, which counts exactly to 2^53 and does not wrap around where a damaged configuration asks for more.
        double attention = (double) width * (heads + 2.0 * keyValueHeads) * headWidth + (double) heads * headWidth * width;
        double feedForward = (activation == FeedForward.Kind.SWIGLU ? 3.0 : 2.0) * width * hiddenWidth;
        double biases = bias
                ? (heads + 2.0 * keyValueHeads) * headWidth + 2.0 * width
                        + (activation == FeedForward.Kind.SWIGLU ? 2.0 : 1.0) * hiddenWidth
                : 0;
        double norms = (norm == Norm.Kind.LAYER ? 2.0 : 1.0) * width;
        double perBlock = attention + feedForward + biases + 2 * norms + (qkNorm ? 2.0 * headWidth : 0);
        double tables = (tiedEmbeddings ? 1.0 : 2.0) * vocabularySize * width
                + (positions == Positions.LEARNED ? (double) context * width : 0);
        return (long) (perBlock * depth + norms + tables);
    }

    /**
     * Floating-point operations that a forward and backward pass need for one token: 6 for each weight in a matrix product, the head's
     * included and the embedding tables' not, and 12·L·H·D·T for attention (Chowdhery et al. 2022, appendix B).
     */
    public double trainingFlopsPerToken() {
        double table = (positions == Positions.LEARNED ? (double) context * width : 0)
                + (tiedEmbeddings ? 0 : (double) vocabularySize * width);
        return 6 * (parameterCount() - table) + 12.0 * depth * heads * headWidth * context;
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw UserError.usage("model." + key + "=" + value + " must be at least 1.");
        }
    }

    private static int divisorBelow(int number, int wanted) {
        int d = Math.max(1, Math.min(wanted, number));
        while (number % d != 0) {
            d--;
        }
        return d;
    }
}
