package org.lyceum.study.sentiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.lyceum.foundation.Seeds;

/**
 * Sentences as batches, epoch after epoch in another order: shuffled, then sorted by length within stretches of a few batches, so that little is
 * padding. Batch n is a pure function of the seed and n.
 */
final class SentenceBatches {
    /** Batches of a stretch. */
    private static final int STRETCH = 20;

    private final List<int[]> sentences;
    private final int[] labels;
    private final int rows;
    private final long seed;
    private long epoch = -1;
    private List<int[]> order = List.of();

    /** Batches of {@code rows} sentences, an epoch's last one of what is left; sentences are ids, each at least one. */
    SentenceBatches(List<int[]> sentences, int[] labels, int rows, long seed) {
        this.sentences = sentences;
        this.labels = labels;
        this.rows = rows;
        this.seed = seed;
    }

    /** Batches of an epoch. */
    int perEpoch() {
        return (sentences.size() + rows - 1) / rows;
    }

    /** Tokens of a batch, on average. */
    long tokensPerBatch() {
        return sentences.stream().mapToLong(sentence -> sentence.length).sum() / perEpoch();
    }

    /** Batch {@code number}, from 0. */
    SentenceBatch batch(long number) {
        if (number / perEpoch() != epoch) {
            epoch = number / perEpoch();
            order = order(epoch);
        }
        return batch(order.get((int) (number % perEpoch())));
    }

    /** Every sentence once, long ones with long ones; and which they are, batch by batch. */
    List<int[]> once() {
        var byLength = IntStream.range(0, sentences.size()).boxed().sorted(Comparator.comparingInt(i -> sentences.get(i).length)).toList();
        return cut(byLength);
    }

    SentenceBatch batch(int[] members) {
        return SentenceBatch.of(IntStream.of(members).mapToObj(sentences::get).toList(),
                IntStream.of(members).map(i -> labels[i]).toArray());
    }

    private List<int[]> order(long which) {
        var random = Seeds.generator(seed, "order", which);
        var shuffled = new ArrayList<>(IntStream.range(0, sentences.size()).boxed().toList());
        for (int i = shuffled.size() - 1; i > 0; i--) {
            Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        int stretch = rows * STRETCH;
        for (int from = 0; from < shuffled.size(); from += stretch) {
            shuffled.subList(from, Math.min(shuffled.size(), from + stretch)).sort(Comparator.comparingInt(i -> sentences.get(i).length));
        }
        var batches = cut(shuffled);
        for (int i = batches.size() - 1; i > 0; i--) {
            Collections.swap(batches, i, random.nextInt(i + 1));
        }
        return batches;
    }

    private List<int[]> cut(List<Integer> members) {
        var batches = new ArrayList<int[]>();
        for (int from = 0; from < members.size(); from += rows) {
            batches.add(members.subList(from, Math.min(members.size(), from + rows)).stream().mapToInt(Integer::intValue).toArray());
        }
        return batches;
    }
}
