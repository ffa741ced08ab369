package org.lyceum.study.recall;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.lyceum.text.shard.Batch;

/**
 * The task: some noise, one cue, k − 1 steps of noise, then the question, whose answer is the cue. Cues, noise and question are different
 * symbols, so that what is to be kept is plain from the symbol itself and the one difficulty is to keep it, as in the tasks of Hochreiter
 * and Schmidhuber (1997, section 5.2). Only the answer is predicted.
 *
 * @param cues symbols 0, 1, …; noise follows them, then the question
 */
record RecallTask(int cues, int noise) {
    /** The most steps of noise before the cue, so that its place in the sequence does not give it away. */
    static final int MOST_BEFORE = 15;

    int vocabularySize() {
        return cues + noise + 1;
    }

    /** The symbol that asks. */
    int question() {
        return cues + noise;
    }

    /** {@code rows} sequences alike in form: one cue each, {@code distance} steps before the question at the end. */
    Batch batch(RandomGenerator random, int rows, int distance) {
        var cue = random.ints(rows, 0, cues).toArray();
        return batch(random, cue, random.nextInt(MOST_BEFORE + 1), distance);
    }

    /** A sequence for each cue of {@code cue}, with {@code before} steps of noise before it. */
    Batch batch(RandomGenerator random, int[] cue, int before, int distance) {
        int length = before + 1 + distance;
        var inputs = random.ints((long) cue.length * length, cues, cues + noise).toArray();
        var targets = new int[inputs.length];
        Arrays.fill(targets, Batch.IGNORED);
        for (int b = 0; b < cue.length; b++) {
            int end = (b + 1) * length - 1;
            inputs[end - distance] = cue[b];
            inputs[end] = question();
            targets[end] = cue[b];
        }
        return new Batch(inputs, targets, cue.length, length);
    }

    /** A batch to learn from, of {@code tokens} or a little fewer, its distance as likely to be in 1…2 as in 256…512. */
    Batch training(RandomGenerator random, int tokens, int longest) {
        int distance = (int) Math.min(longest, Math.exp(random.nextDouble() * Math.log(longest + 1.0)));
        int before = random.nextInt(MOST_BEFORE + 1);
        int rows = Math.max(1, tokens / (before + 1 + distance));
        return batch(random, random.ints(rows, 0, cues).toArray(), before, distance);
    }
}
