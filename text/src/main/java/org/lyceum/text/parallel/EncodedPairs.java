package org.lyceum.text.parallel;

import java.util.ArrayList;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.ParallelText;

/**
 * Pairs of sentences as ids, without what marks their start and end.
 *
 * @param sources by pair
 * @param targets by pair
 * @param start id that stands before what is written
 * @param end id that stands after every sentence
 * @param skipped pairs left out because a side was blank or too long
 */
public record EncodedPairs(int[][] sources, int[][] targets, int start, int end, int skipped) {
    /**
     * Encodes {@code text}, leaving out pairs with a side that is blank or, with its mark, longer than {@code longest} tokens. Throws
     * {@link UserError} where nothing is left.
     */
    public static EncodedPairs of(ParallelText text, PairTokenizer tokenizer, int longest) {
        var sources = new ArrayList<int[]>();
        var targets = new ArrayList<int[]>();
        for (int i = 0; i < text.size(); i++) {
            var source = tokenizer.encode(text.sources().get(i));
            var target = tokenizer.encode(text.targets().get(i));
            if (source.length > 0 && target.length > 0 && Math.max(source.length, target.length) < longest) {
                sources.add(source);
                targets.add(target);
            }
        }
        if (sources.isEmpty()) {
            throw new UserError("None of the " + text.size() + " pairs of sentences has two sides of 1 to " + (longest - 1)
                    + " tokens; name other files or raise the context.");
        }
        return new EncodedPairs(sources.toArray(int[][]::new), targets.toArray(int[][]::new), tokenizer.start(), tokenizer.end(),
                text.size() - sources.size());
    }

    /** The number of pairs. */
    public int size() {
        return sources.length;
    }

    /** Tokens to be predicted: those of all targets and their ends. */
    public long targetTokens() {
        long sum = size();
        for (var target : targets) {
            sum += target.length;
        }
        return sum;
    }

    /** The pairs {@code order[from…to)} side by side, shorter ones padded. */
    public PairBatch batch(int[] order, int from, int to) {
        int rows = to - from;
        int sourceColumns = 0;
        int targetColumns = 0;
        for (int i = from; i < to; i++) {
            sourceColumns = Math.max(sourceColumns, sources[order[i]].length + 1);
            targetColumns = Math.max(targetColumns, targets[order[i]].length + 1);
        }
        var read = new int[rows * sourceColumns];
        var lengths = new int[rows];
        var inputs = new int[rows * targetColumns];
        var wanted = new int[rows * targetColumns];
        java.util.Arrays.fill(read, end);
        java.util.Arrays.fill(inputs, end);
        java.util.Arrays.fill(wanted, PairBatch.IGNORED);
        for (int row = 0; row < rows; row++) {
            var source = sources[order[from + row]];
            var target = targets[order[from + row]];
            System.arraycopy(source, 0, read, row * sourceColumns, source.length);
            lengths[row] = source.length + 1;
            inputs[row * targetColumns] = start;
            System.arraycopy(target, 0, inputs, row * targetColumns + 1, target.length);
            System.arraycopy(target, 0, wanted, row * targetColumns, target.length);
            wanted[row * targetColumns + target.length] = end;
        }
        return new PairBatch(rows, sourceColumns, read, lengths, targetColumns, inputs, wanted);
    }
}
