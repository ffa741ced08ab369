package org.lyceum.models.layers;

import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.Tensor;

/**
 * Filters that slide over the words of a sentence: (B, T, I) → (B, T + K − 1, O), one column of O for each window of K words that holds at least
 * one of the sentence, zeros standing around it (the wide convolution of Kalchbrenner, Grefenstette and Blunsom 2014, section 2.1). In f32
 * whatever the number format of products: libtorch's convolution in bf16 gains nothing on the CPU.
 */
public final class Convolution {
    private final int reach;
    private final Tensor weight;
    private final Tensor bias;

    /** Registers weight (O, I, K) and bias (O): {@code filters} O over windows of {@code reach} K words, {@code inputs} I wide each. */
    public Convolution(Parameters parameters, int reach, long inputs, long filters) {
        this.reach = reach;
        weight = parameters.add("weight", Parameter.Role.FILTER, filters, inputs, reach);
        bias = parameters.add("bias", Parameter.Role.BIAS, filters);
    }

    /** x (B, T, I) → (B, T + K − 1, O). */
    public Tensor forward(Tensor x) {
        return x.transpose(1, 2).convolution(weight, bias, reach - 1L).transpose(1, 2);
    }

    /**
     * The strongest answer of each filter to any window that touches its sentence (Kim 2014, section 2): x (B, T, I) → (B, O).
     *
     * @param lengths the words of each sentence, what lies behind them in x being zero; null where every sentence is T words long
     */
    public Tensor strongest(Tensor x, int @Nullable [] lengths) {
        var responses = forward(x); // (B, T + K − 1, O)
        var mask = lengths == null ? null : beyond(lengths, (int) responses.size(1));
        return (mask == null ? responses : responses.plus(mask)).max(1, false);
    }

    /** (B, S, 1): −∞ for the windows that lie behind a sentence; null where none does. */
    private @Nullable Tensor beyond(int[] lengths, int windows) {
        var values = new float[lengths.length * windows];
        boolean any = false;
        for (int b = 0; b < lengths.length; b++) {
            for (int s = lengths[b] + reach - 1; s < windows; s++) {
                values[b * windows + s] = Float.NEGATIVE_INFINITY;
                any = true;
            }
        }
        return any ? Tensor.of(values, lengths.length, windows, 1) : null;
    }
}
