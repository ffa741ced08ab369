package org.lyceum.tensor.kernels;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Vectors that matrices of the same columns are multiplied with, prepared for the kernels: by eights, interleaved, so that a kernel finds what it
 * needs next to each other, and in whole numbers for those that ask for it. Made once and filled anew for each product, since what it holds is
 * as large as a pass's activations. Not for several threads at once, but for many readers when it is filled.
 */
public final class Vectors {
    private float[] values = {};
    private int at;
    private int stride;
    private int tokens;
    private int columns;
    private float[] eights = {};
    private final Map<Integer, QuantizedVectors> quantized = new HashMap<>(); // by the length of a group

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
        boolean interleaved = false;
        int filled = 0; // the lengths of groups that are done, as bits
        for (var matrix : matrices) {
            if (matrix instanceof GroupedMatrix grouped && grouped.inWholeNumbers()) {
                int length = grouped.groupLength();
                if ((filled & length) == 0) {
                    filled |= length;
                    quantized.computeIfAbsent(length, QuantizedVectors::new).fill(x, at, stride, tokens, columns, team);
                }
            } else if (!interleaved) {
                interleaved = true;
                int count = TokenBlocks.eights(tokens);
                eights = room(eights, 8 * count * columns);
                team.split(count, this::interleave);
            }
        }
        return this;
    }

    private static float[] room(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }

    /** The last eight are filled up with the last vector. */
    private void interleave(int from, int to) {
        for (int eight = from; eight < to; eight++) {
            for (int i = 0; i < 8; i++) {
                int x = start(Math.min(8 * eight + i, tokens - 1));
                for (int k = 0; k < columns; k++) {
                    eights[8 * (eight * columns + k) + i] = values[x + k];
                }
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

    /** (eights, columns, 8). */
    float[] eights() {
        return eights;
    }

    /** The same in whole numbers, with groups of {@code length}. */
    QuantizedVectors quantized(int length) {
        return Objects.requireNonNull(quantized.get(length));
    }
}
