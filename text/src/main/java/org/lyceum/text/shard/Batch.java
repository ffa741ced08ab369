package org.lyceum.text.shard;

/**
 * What a model is shown at a step. Row-major: row {@code b}, column {@code t} is element {@code b × columns + t}.
 *
 * @param inputs (B, T) tokens
 * @param targets (B, T) the token that follows each input, or {@link #IGNORED} where there is nothing to predict
 * @param rows B
 * @param columns T, the context length
 */
public record Batch(int[] inputs, int[] targets, int rows, int columns) {
    /** The target of a position that takes no part in the loss; libtorch's own value for it. */
    public static final int IGNORED = -100;

    /** How many targets take part in the loss. */
    public int predicted() {
        int n = 0;
        for (int target : targets) {
            n += target == IGNORED ? 0 : 1;
        }
        return n;
    }
}
