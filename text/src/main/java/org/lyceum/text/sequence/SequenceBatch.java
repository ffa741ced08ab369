package org.lyceum.text.sequence;

import java.util.Arrays;
import java.util.List;
import org.lyceum.text.shard.Batch;

/**
 * Sequences side by side, row-major, padded to the longest.
 *
 * @param ids (B, T)
 * @param types (B, T)
 * @param lengths (B) the tokens of each before padding begins
 * @param targets (B) where each sequence has one; (B, T) where it has one for each token, {@link Batch#IGNORED} for padding; (2, B) where it
 *     has a first and a last token
 * @param rows B
 * @param columns T
 */
public record SequenceBatch(int[] ids, int[] types, int[] lengths, int[] targets, int rows, int columns) {
    /** What a sequence has to learn: nothing, a label, a label a token, or a beginning and an end. */
    public enum Targets {
        NONE, SEQUENCE, TOKEN, SPAN
    }

    /** Puts {@code sequences}, at least one, side by side; {@code padding} is the token behind the short ones. */
    public static SequenceBatch of(List<Sequence> sequences, int padding, Targets kind) {
        int rows = sequences.size();
        int columns = sequences.stream().mapToInt(Sequence::length).max().orElseThrow();
        var ids = new int[rows * columns];
        var types = new int[rows * columns];
        var lengths = new int[rows];
        var targets = new int[switch (kind) {
            case NONE -> 0;
            case SEQUENCE -> rows;
            case TOKEN -> rows * columns;
            case SPAN -> 2 * rows;
        }];
        Arrays.fill(ids, padding);
        Arrays.fill(targets, Batch.IGNORED);
        for (int row = 0; row < rows; row++) {
            var sequence = sequences.get(row);
            lengths[row] = sequence.length();
            System.arraycopy(sequence.ids(), 0, ids, row * columns, sequence.length());
            System.arraycopy(sequence.types(), 0, types, row * columns, sequence.length());
            switch (kind) {
                case NONE -> {
                    continue;
                }
                case SEQUENCE -> targets[row] = sequence.targets()[0];
                case TOKEN -> System.arraycopy(sequence.targets(), 0, targets, row * columns, sequence.length());
                case SPAN -> {
                    targets[row] = sequence.targets()[0];
                    targets[rows + row] = sequence.targets()[1];
                }
            }
        }
        return new SequenceBatch(ids, types, lengths, targets, rows, columns);
    }
}
