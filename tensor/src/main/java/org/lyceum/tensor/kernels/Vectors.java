package org.lyceum.tensor.kernels;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Vectors that matrices of the same columns are multiplied with, prepared for the kernels: by fours, interleaved, so that a kernel finds what it
 * needs next to each other, and with the sums of their groups. Made once and filled anew for each product, since what it holds is as large
 * as a pass's activations. Not for several threads at once, but for many readers when it is filled.
 */
public final class Vectors {
    private float[] values = {};
    private int at;
    private int stride;
    private int tokens;
    private int columns;
    private float[] quads = {};
    private final Map<Integer, Sums> sums = new HashMap<>(); // by the length of a group

    /**
     * Σx of groups of neighbours.
     *
     * @param each (tokens, groups)
     * @param quads (⌈tokens / 4⌉, groups, 4)
     */
    private record Sums(float[] each, float[] quads) {
    }

    /**
     * Fills it.
     *
     * @param x vectors of {@code columns} elements, the first at {@code at}, {@code stride} apart
     * @param tokens how many
     * @param matrices what they are to be multiplied with
     */
    public Vectors fill(float[] x, int at, int stride, int tokens, int columns, List<? extends PackedMatrix> matrices, ThreadTeam team) {
        values = x;
        this.at = at;
        this.stride = stride;
        this.tokens = tokens;
        this.columns = columns;
        int fours = tokens == 1 ? 0 : (tokens + 3) / 4;
        quads = room(quads, 4 * fours * columns);
        team.split(fours, (from, to) -> interleave(x, at, stride, columns, quads, from, to));
        for (var matrix : matrices) {
            if (matrix instanceof GroupedMatrix grouped && grouped.needsSums()) {
                sums.compute(grouped.groupLength(), (length, old) -> summed(length, old, fours, team));
            }
        }
        return this;
    }

    private Sums summed(int length, @Nullable Sums old, int fours, ThreadTeam team) {
        int groups = columns / length;
        var each = room(old == null ? new float[0] : old.each, tokens * groups);
        var byFours = room(old == null ? new float[0] : old.quads, 4 * fours * groups);
        team.split(tokens, (from, to) -> {
            for (int t = from; t < to; t++) {
                for (int g = 0; g < groups; g++) {
                    float sum = 0;
                    for (int k = at + t * stride + g * length; k < at + t * stride + (g + 1) * length; k++) {
                        sum += values[k];
                    }
                    each[t * groups + g] = sum;
                }
            }
        });
        interleave(each, 0, groups, groups, byFours, 0, fours);
        return new Sums(each, byFours);
    }

    private static float[] room(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }

    /** The last four are filled up with the last vector. */
    private void interleave(float[] x, int at, int stride, int length, float[] out, int from, int to) {
        for (int quad = from; quad < to; quad++) {
            int x0 = at + 4 * quad * stride;
            int x1 = at + Math.min(4 * quad + 1, tokens - 1) * stride;
            int x2 = at + Math.min(4 * quad + 2, tokens - 1) * stride;
            int x3 = at + Math.min(4 * quad + 3, tokens - 1) * stride;
            int o = 4 * quad * length;
            for (int k = 0; k < length; k++, o += 4) {
                out[o] = x[x0 + k];
                out[o + 1] = x[x1 + k];
                out[o + 2] = x[x2 + k];
                out[o + 3] = x[x3 + k];
            }
        }
    }

    int tokens() {
        return tokens;
    }

    int columns() {
        return columns;
    }

    float[] values() {
        return values;
    }

    /** Where a vector begins in {@link #values}. */
    int start(int token) {
        return at + token * stride;
    }

    /** (⌈tokens / 4⌉, columns, 4). */
    float[] quads() {
        return quads;
    }

    /** Σx of groups, (tokens, groups). */
    float[] sums(int length) {
        return Objects.requireNonNull(sums.get(length)).each;
    }

    /** The same by fours, (⌈tokens / 4⌉, groups, 4). */
    float[] quadSums(int length) {
        return Objects.requireNonNull(sums.get(length)).quads;
    }
}
