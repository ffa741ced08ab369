package org.lyceum.inference.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.lyceum.tensor.Tensor;

/** How the hidden states of a text's tokens become one vector (Reimers and Gurevych 2019, section 3). */
enum Pooling {
    /** The state of the first token. */
    CLS,
    /** The largest of each component. */
    MAX,
    /** The mean of the states. */
    MEAN,
    /** The sum of the states over the square root of their number. */
    MEAN_SQRT_LEN,
    /** The mean of the states, that at position t weighted by t (Muennighoff 2022, equation 1). */
    WEIGHTEDMEAN,
    /** The state of the last token. */
    LASTTOKEN;

    /** As {@code pooling_mode} spells it. */
    String spelled() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As GGUF's {@code pooling_type} numbers it; empty where llama.cpp does not do it. */
    OptionalInt gguf() {
        return switch (this) {
            case MEAN -> OptionalInt.of(1);
            case CLS -> OptionalInt.of(2);
            case LASTTOKEN -> OptionalInt.of(3);
            case MAX, MEAN_SQRT_LEN, WEIGHTEDMEAN -> OptionalInt.empty();
        };
    }

    /** The vectors of all {@code kinds} one behind the other: hidden (B, T, W), of {@code lengths} tokens (B) → (B, kinds·W). */
    static Tensor pool(List<Pooling> kinds, Tensor hidden, int[] lengths) {
        var parts = new ArrayList<Tensor>();
        for (var kind : kinds) {
            parts.add(kind == MAX ? largest(hidden, lengths) : kind.weighted(hidden, lengths));
        }
        return parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 1);
    }

    /** Everything but the maximum is one product with a row of weights for each text. */
    private Tensor weighted(Tensor hidden, int[] lengths) {
        int longest = (int) hidden.size(1);
        var weights = new float[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            int n = lengths[b];
            int from = b * longest;
            switch (this) {
                case CLS -> weights[from] = 1;
                case LASTTOKEN -> weights[from + n - 1] = 1;
                case MEAN -> Arrays.fill(weights, from, from + n, 1f / n);
                case MEAN_SQRT_LEN -> Arrays.fill(weights, from, from + n, (float) (1 / Math.sqrt(n)));
                case WEIGHTEDMEAN -> {
                    for (int t = 0; t < n; t++) {
                        weights[from + t] = (float) (2.0 * (t + 1) / ((double) n * (n + 1)));
                    }
                }
                case MAX -> throw new IllegalStateException("the maximum has no weights");
            }
        }
        return Tensor.of(weights, lengths.length, 1, longest).matmul(hidden).squeeze(1);
    }

    private static Tensor largest(Tensor hidden, int[] lengths) {
        int longest = (int) hidden.size(1);
        var padding = new float[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            Arrays.fill(padding, b * longest + lengths[b], (b + 1) * longest, Float.NEGATIVE_INFINITY);
        }
        return hidden.plus(Tensor.of(padding, lengths.length, longest, 1)).max(1, false);
    }
}
