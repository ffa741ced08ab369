package org.lyceum.text.sequence;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.text.shard.Permutation;

/**
 * Training batches of sequences: a pure function of the sequences, the size of a batch, the seed and the batch's number. Each epoch takes all
 * sequences once in an order of its own; sequences of about the same length come together, so that little is padding.
 */
public final class SequenceSource {
    /** Batches that are filled together, their sequences sorted by length. */
    private static final int POOL = 32;

    private final List<Sequence> sequences;
    private final int rows;
    private final int padding;
    private final SequenceBatch.Targets targets;
    private final long seed;
    private @Nullable Epoch epoch;

    private record Epoch(long number, int[][] batches) {
    }

    /**
     * @param rows sequences of a batch; the last of an epoch may have fewer
     * @param padding the token behind short sequences
     */
    public SequenceSource(List<Sequence> sequences, int rows, int padding, SequenceBatch.Targets targets, long seed) {
        if (rows < 1) {
            throw UserError.usage("A batch needs at least one sequence, not " + rows + ".");
        }
        if (sequences.isEmpty()) {
            throw new UserError("There are no sequences to learn from; name data that hold some.");
        }
        this.sequences = List.copyOf(sequences);
        this.rows = rows;
        this.padding = padding;
        this.targets = targets;
        this.seed = seed;
    }

    /** Batches of an epoch. */
    public int batches() {
        return (sequences.size() + rows - 1) / rows;
    }

    /** Tokens of an average batch, padding not counted. */
    public long tokensPerBatch() {
        return sequences.stream().mapToLong(Sequence::length).sum() / batches();
    }

    /** The batch of a number, from 0. */
    public synchronized SequenceBatch batch(long number) {
        long wanted = number / batches();
        var here = epoch;
        if (here == null || here.number() != wanted) {
            here = new Epoch(wanted, order(wanted));
            epoch = here;
        }
        var rowsOfIt = Arrays.stream(here.batches()[(int) (number % batches())]).mapToObj(sequences::get).toList();
        return SequenceBatch.of(rowsOfIt, padding, targets);
    }

    /** All sequences, in their order, in batches: for a validation. */
    public List<SequenceBatch> inOrder() {
        return IntStream.range(0, batches())
                .mapToObj(b -> SequenceBatch.of(sequences.subList(b * rows, Math.min(sequences.size(), (b + 1) * rows)), padding, targets))
                .toList();
    }

    private int[][] order(long number) {
        int n = sequences.size();
        var permutation = new Permutation(n, Seeds.derive(seed, "sequences", number));
        var order = IntStream.range(0, n).map(i -> (int) permutation.apply(i)).toArray();
        var batches = new int[batches()][];
        int filled = 0;
        for (int from = 0; from < n; from += POOL * rows) {
            var pool = Arrays.stream(order, from, Math.min(n, from + POOL * rows)).boxed()
                    .sorted(Comparator.comparingInt(i -> sequences.get(i).length())).mapToInt(Integer::intValue).toArray();
            for (int at = 0; at < pool.length; at += rows) {
                batches[filled++] = Arrays.copyOfRange(pool, at, Math.min(pool.length, at + rows));
            }
        }
        var shuffled = new Permutation(batches.length, Seeds.derive(seed, "batches", number));
        return IntStream.range(0, batches.length).mapToObj(b -> batches[(int) shuffled.apply(b)]).toArray(int[][]::new);
    }
}
