package org.lyceum.models.layers;

import org.lyceum.tensor.Tensor;

/**
 * Keys and values of the positions seen so far, kept by whoever generates, so that each new token attends without recomputing them. B
 * sequences, K key–value heads D wide, S positions in all.
 */
public interface KeyValueCache {
    /** Keys (turned already, where positions are rotary) and values of one layer, each (B, K, S, D), f32. */
    record KeyValues(Tensor keys, Tensor values) {
    }

    /** The number of positions held, before the ones now being computed. */
    int length();

    /**
     * Appends the new positions of {@code layer}, each (B, K, T, D), and returns all of them, the new ones last. What is passed here lives
     * no longer than the call's layer: copy it, or keep it.
     */
    KeyValues append(int layer, Tensor keys, Tensor values);
}
