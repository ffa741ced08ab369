package org.lyceum.tensor.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Vectors as whole numbers of 8 bits, x ≈ s·q with q from −127 to 127 and a scale s for each group of neighbours, as {@code quantize_row_q8_1}
 * of llama.cpp has them: {@code s = max|x| / 127}. Each vector by itself, so that what a vector becomes does not depend on its neighbours.
 */
final class QuantizedVectors {
    private static final int LANES = Lanes.COUNT;
    private static final VectorOperators.Conversion<Float, Integer> TO_INT = VectorOperators.F2I;
    /** Adding it to a small number and taking it away again rounds to the nearest whole number, to the even one of two. */
    private static final float ROUND = 0x1.8p23f;

    private final int length;
    private int[] pairs = {};
    private float[] scales = {};
    private float[] sums = {};
    private int[] pairEights = {};
    private float[] scaleEights = {};
    private float[] sumEights = {};

    /** Groups of {@code length} elements, 16 or 32. */
    QuantizedVectors(int length) {
        this.length = length;
    }

    /** Fills it from vectors of {@code columns} elements, the first at {@code at}, {@code stride} apart. */
    void fill(float[] x, int at, int stride, int tokens, int columns, ThreadTeam team) {
        int groups = columns / length;
        int count = TokenBlocks.eights(tokens);
        if (pairs.length < tokens * columns / 2) {
            pairs = new int[tokens * columns / 2];
            scales = new float[tokens * groups];
            sums = new float[tokens * groups];
        }
        if (pairEights.length < 4 * count * columns) {
            pairEights = new int[4 * count * columns];
            scaleEights = new float[8 * count * groups];
            sumEights = new float[8 * count * groups];
        }
        team.split(tokens, (from, to) -> {
            var numbers = new int[length];
            for (int t = from; t < to; t++) {
                for (int g = 0; g < groups; g++) {
                    quantize(x, at + t * stride + g * length, t * groups + g, numbers);
                }
            }
        });
        team.split(count, (from, to) -> {
            for (int eight = from; eight < to; eight++) {
                for (int i = 0; i < 8; i++) {
                    int token = Math.min(8 * eight + i, tokens - 1); // the last eight are filled up with the last vector
                    spread(pairs, token, pairEights, eight, i, columns / 2);
                    spread(scales, token, scaleEights, eight, i, groups);
                    spread(sums, token, sumEights, eight, i, groups);
                }
            }
        });
    }

    private void quantize(float[] x, int at, int group, int[] numbers) {
        var largest = FloatVector.zero(Lanes.FLOATS);
        for (int k = 0; k < length; k += LANES) {
            largest = largest.max(FloatVector.fromArray(Lanes.FLOATS, x, at + k).abs());
        }
        float max = largest.reduceLanes(VectorOperators.MAX);
        float inverse = max == 0 ? 0 : 127 / max;
        var total = IntVector.zero(Lanes.INTS);
        for (int k = 0; k < length; k += LANES) {
            var q = (IntVector) FloatVector.fromArray(Lanes.FLOATS, x, at + k).mul(inverse).add(ROUND).sub(ROUND).convert(TO_INT, 0);
            total = total.add(q);
            q.intoArray(numbers, k);
        }
        for (int k = 0; k < length; k += 2) {
            pairs[(group * length + k) / 2] = numbers[k] & 0xffff | numbers[k + 1] << 16;
        }
        scales[group] = max / 127;
        sums[group] = max / 127 * total.reduceLanes(VectorOperators.ADD);
    }

    private static void spread(int[] from, int row, int[] to, int eight, int place, int length) {
        for (int k = 0; k < length; k++) {
            to[8 * (eight * length + k) + place] = from[row * length + k];
        }
    }

    private static void spread(float[] from, int row, float[] to, int eight, int place, int length) {
        for (int k = 0; k < length; k++) {
            to[8 * (eight * length + k) + place] = from[row * length + k];
        }
    }

    /** (tokens, columns / 2): elements 2k and 2k + 1 in the low and the high half of an int. */
    int[] pairs() {
        return pairs;
    }

    /** s, (tokens, groups). */
    float[] scales() {
        return scales;
    }

    /** s·Σq, (tokens, groups). */
    float[] sums() {
        return sums;
    }

    /** (eights, columns / 2, 8). */
    int[] pairEights() {
        return pairEights;
    }

    /** (eights, groups, 8). */
    float[] scaleEights() {
        return scaleEights;
    }

    /** (eights, groups, 8). */
    float[] sumEights() {
        return sumEights;
    }
}
