package org.lyceum.text.sequence;

import java.util.Arrays;

/**
 * A text, or a pair, as an encoder reads it, frame included. The arrays are not to be changed.
 *
 * @param ids tokens
 * @param types 0 for tokens of the first text, 1 for those of the second
 * @param targets what is to be learned from it: one label, one of each token or the first and last token of an answer, as the objective
 *     has it; {@link org.lyceum.text.shard.Batch#IGNORED} where there is nothing to learn
 */
public record Sequence(int[] ids, int[] types, int[] targets) {
    private static final int[] NOTHING = {};

    /** With nothing to learn from it. */
    public Sequence(int[] ids, int[] types) {
        this(ids, types, NOTHING);
    }

    /** A text alone. */
    public static Sequence of(int[] ids) {
        return new Sequence(ids, new int[ids.length]);
    }

    /** The same with that to learn. */
    public Sequence with(int... wanted) {
        return new Sequence(ids, types, wanted);
    }

    public int length() {
        return ids.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sequence(var i, var t, var w) && Arrays.equals(ids, i) && Arrays.equals(types, t)
                && Arrays.equals(targets, w);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids) + " of the types " + Arrays.toString(types) + " to learn " + Arrays.toString(targets);
    }
}
