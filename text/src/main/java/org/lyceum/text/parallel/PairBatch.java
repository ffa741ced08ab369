package org.lyceum.text.parallel;

/**
 * Pairs of sentences, row by row: {@code [row × columns + column]}.
 *
 * @param rows B
 * @param sourceColumns S
 * @param sources (B, S) what is read, each sentence with its end, then padding
 * @param sourceLengths (B) tokens of each before padding
 * @param targetColumns T
 * @param inputs (B, T) what is written, behind a start
 * @param targets (B, T) the same one on, with its end; {@link #IGNORED} for padding
 */
public record PairBatch(int rows, int sourceColumns, int[] sources, int[] sourceLengths, int targetColumns, int[] inputs, int[] targets) {
    /** The target of what is not to be predicted. */
    public static final int IGNORED = -100;

    /** Tokens to be predicted. */
    public int targetTokens() {
        int count = 0;
        for (int target : targets) {
            count += target == IGNORED ? 0 : 1;
        }
        return count;
    }
}
