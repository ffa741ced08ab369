package org.lyceum.text.shard;

import java.util.Arrays;

/**
 * What one row predicts.
 *
 * @param start the first token to predict; the inputs start one token before
 * @param length how many, at most the row's columns
 */
record Window(long start, int length) {
    /** Lays the window into row {@code row}; what is left of the row is the end-of-document token with ignored targets. */
    void fill(TokenSplit split, int[] inputs, int[] targets, int row, int columns) {
        int at = row * columns;
        split.copy(start - 1, length, inputs, at);
        System.arraycopy(inputs, at + 1, targets, at, length - 1);
        targets[at + length - 1] = split.token(start + length - 1);
        if (length < columns) {
            Arrays.fill(inputs, at + length, at + columns, split.endOfDocument());
            Arrays.fill(targets, at + length, at + columns, Batch.IGNORED);
        }
    }
}
