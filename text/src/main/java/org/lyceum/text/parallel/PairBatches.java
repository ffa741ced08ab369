package org.lyceum.text.parallel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;

/**
 * Training batches of pairs alike in length, as many as a budget of tokens holds (Vaswani et al. 2017, section 5.1): a pure function of the
 * pairs, the budget, the seed and the batch's number, so that a resumed run has nothing to restore. Each epoch takes every pair once. Pairs
 * are put in the order of their length with up to {@value #JITTER} tokens added at random, which mixes the batches from epoch to epoch, cut
 * where the budget is full, and the batches are taken in random order. Safe for several threads.
 */
public final class PairBatches {
    private static final double JITTER = 2;

    private final EncodedPairs pairs;
    private final int budget;
    private final long seed;
    private final List<Epoch> epochs = new ArrayList<>();

    /**
     * One way through all the pairs: batch b of it is {@code order[borders[b] … borders[b + 1])}.
     *
     * @param first the number of its first batch
     */
    private record Epoch(long first, int[] order, int[] borders, int[] turns) {
        int batches() {
            return turns.length;
        }
    }

    /**
     * @param budget the tokens of a batch, padding included, on its longer side
     * @throws UserError when a pair does not fit into the budget
     */
    public PairBatches(EncodedPairs pairs, int budget, long seed) {
        this.pairs = pairs;
        this.budget = budget;
        this.seed = seed;
        for (int i = 0; i < pairs.size(); i++) {
            if (length(i) > budget) {
                throw UserError.usage("A pair of sentences of " + length(i) + " tokens does not fit into a batch of " + budget
                        + "; raise batch_tokens or lower the context.");
            }
        }
    }

    /** The batch of a number, counted from 0. */
    public PairBatch batch(long number) {
        var epoch = epochOf(number);
        int turn = epoch.turns()[(int) (number - epoch.first())];
        return pairs.batch(epoch.order(), epoch.borders()[turn], epoch.borders()[turn + 1]);
    }

    /** The number of batches in the first {@code count} epochs. */
    public synchronized long inEpochs(int count) {
        while (epochs.size() < count) {
            plan();
        }
        return count == 0 ? 0 : epochs.get(count - 1).first() + epochs.get(count - 1).batches();
    }

    private synchronized Epoch epochOf(long number) {
        while (epochs.isEmpty() || epochs.getLast().first() + epochs.getLast().batches() <= number) {
            plan();
        }
        int at = epochs.size() - 1;
        while (epochs.get(at).first() > number) {
            at--;
        }
        return epochs.get(at);
    }

    private void plan() {
        int number = epochs.size();
        var random = Seeds.generator(seed, "pairs", number);
        int n = pairs.size();
        var keys = new double[n];
        var boxed = new Integer[n];
        for (int i = 0; i < n; i++) {
            keys[i] = length(i) + JITTER * random.nextDouble();
            boxed[i] = i;
        }
        Arrays.sort(boxed, (a, b) -> Double.compare(keys[a], keys[b]));
        var order = new int[n];
        var borders = new ArrayList<Integer>();
        int longest = 0;
        for (int i = 0; i < n; i++) {
            order[i] = boxed[i];
            longest = Math.max(longest, length(order[i]));
            int rows = borders.isEmpty() ? 1 : i - borders.getLast() + 1;
            if (borders.isEmpty() || (long) rows * longest > budget) {
                borders.add(i);
                longest = length(order[i]);
            }
        }
        var turns = new int[borders.size()];
        for (int i = 0; i < turns.length; i++) { // Fisher and Yates, inside out
            int j = random.nextInt(i + 1);
            turns[i] = turns[j];
            turns[j] = i;
        }
        borders.add(n);
        long first = number == 0 ? 0 : epochs.getLast().first() + epochs.getLast().batches();
        epochs.add(new Epoch(first, order, borders.stream().mapToInt(Integer::intValue).toArray(), turns));
    }

    /** Tokens of the pair's longer side, its mark included. */
    private int length(int pair) {
        return Math.max(pairs.sources()[pair].length, pairs.targets()[pair].length) + 1;
    }
}
