package org.lyceum.tensor.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A step of stochastic gradient descent of n logistic regressions on c inputs at once: what negative sampling and hierarchical softmax come
 * down to (Mikolov et al. 2013, equations 4 and 3). With inputs x (c, D), rows w (n, D) and labels y (n): for each pair
 * g = rate · (y − σ(x·w)), w += Σ g·x, and Σ g·w is handed back for each input, which its caller adds where the input came from. All
 * products are of the values before the step, so that rows and inputs are read and written once for n · c pairs (Ji et al. 2016,
 * "Parallelizing Word2Vec in Shared and Distributed Memory", section 3): with c = 1 it is the step as published, but that the n outputs see
 * the same input. Not for several threads at once; tables may be shared by threads with a step each.
 *
 * <p>Rows are worked on by sixes, kept in registers: six sums, six rows and an input are what 16 registers hold. Sums are added up in one
 * order whether they are compiled or not, so that the same seed gives the same vectors.
 */
public final class LogisticStep {
    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final VectorSpecies<Float> QUARTER = FloatVector.SPECIES_128;
    private static final int SIX = 6;

    /** Beyond this, σ is taken for 0 or 1. */
    private static final float LARGEST = 8;
    private static final int CELLS_OF_ONE = 64;
    private static final float[] SIGMOID = new float[2 * (int) LARGEST * CELLS_OF_ONE + 1];
    static {
        for (int i = 0; i < SIGMOID.length; i++) {
            SIGMOID[i] = (float) (1 / (1 + Math.exp(LARGEST - (double) i / CELLS_OF_ONE)));
        }
    }

    private final FloatRows rows;
    private final int[] ats; // where the outputs' rows begin, filled up with the row of zeros to a multiple of six
    private final float[] labels;
    private final float[] weights; // how often each output counts
    private int count;
    private final float[] sums = new float[SIX * Lanes.COUNT];
    private final float[] factors; // (inputs, 6): first the products, then rate · (y − σ)

    /**
     * For outputs among {@code rows}.
     *
     * @param mostInputs c at most
     * @param mostOutputs n at most
     */
    public LogisticStep(FloatRows rows, int mostInputs, int mostOutputs) {
        this.rows = rows;
        int padded = (mostOutputs + SIX - 1) / SIX * SIX;
        ats = new int[padded];
        labels = new float[padded];
        weights = new float[padded];
        factors = new float[mostInputs * SIX];
    }

    /** Takes all outputs away. */
    public void clear() {
        count = 0;
    }

    /** Adds row {@code row} as an output with {@code label} 0 or 1. The same row may not be added twice. */
    public void add(int row, float label) {
        ats[count] = rows.at(row);
        weights[count] = 1;
        labels[count++] = label;
    }

    /**
     * Adds row {@code row} as an output with label 0, as it was drawn: one that is there already counts once more, and one whose label is 1 is
     * left alone, as in word2vec's tool.
     */
    public void addDrawn(int row) {
        int at = rows.at(row);
        for (int i = 0; i < count; i++) {
            if (ats[i] == at) {
                weights[i] += 1 - labels[i];
                return;
            }
        }
        add(row, 0);
    }

    /**
     * The step.
     *
     * @param x where the inputs are
     * @param inputs where each of them begins in {@code x}
     * @param c how many
     * @param rate the learning rate
     * @param gradients (c, stride): takes Σ g·w for each input
     * @param more whether it is added to what {@code gradients} holds
     */
    public void run(float[] x, int[] inputs, int c, float rate, float[] gradients, boolean more) {
        int padded = (count + SIX - 1) / SIX * SIX;
        Arrays.fill(ats, count, padded, rows.at(rows.rows()));
        for (int first = 0; first < padded; first += SIX) {
            for (int i = 0; i < c; i++) {
                products(x, inputs[i], first);
                addUp(i * SIX);
            }
            int real = Math.min(SIX, count - first);
            for (int i = 0; i < c * SIX; i += SIX) {
                for (int j = 0; j < real; j++) {
                    factors[i + j] = rate * weights[first + j] * (labels[first + j] - sigmoid(factors[i + j]));
                }
                for (int j = real; j < SIX; j++) {
                    factors[i + j] = 0;
                }
            }
            update(x, inputs, c, first, gradients, more || first > 0);
        }
    }

    /** −Σ ln P of the labels, of all inputs and outputs together. */
    public double loss(float[] x, int[] inputs, int c) {
        double loss = 0;
        for (int i = 0; i < c; i++) {
            for (int j = 0; j < count; j++) {
                double z = rows.dot(ats[j], x, inputs[i]);
                loss += weights[j] * Math.log1p(Math.exp(labels[j] > 0.5f ? -z : z));
            }
        }
        return loss;
    }

    static float sigmoid(float z) {
        if (z >= LARGEST) {
            return 1;
        }
        if (z <= -LARGEST) {
            return 0;
        }
        return SIGMOID[(int) ((z + LARGEST) * CELLS_OF_ONE + 0.5f)];
    }

    /** The products of the input that begins at {@code at} with six rows, lane by lane, into {@link #sums}. */
    private void products(float[] x, int at, int first) {
        var w = rows.values();
        int r0 = ats[first];
        int r1 = ats[first + 1];
        int r2 = ats[first + 2];
        int r3 = ats[first + 3];
        int r4 = ats[first + 4];
        int r5 = ats[first + 5];
        var s0 = FloatVector.zero(FLOATS);
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        var s4 = s0;
        var s5 = s0;
        int stride = rows.stride();
        for (int k = 0; k < stride; k += Lanes.COUNT) {
            var v = FloatVector.fromArray(FLOATS, x, at + k);
            s0 = v.fma(FloatVector.fromArray(FLOATS, w, r0 + k), s0);
            s1 = v.fma(FloatVector.fromArray(FLOATS, w, r1 + k), s1);
            s2 = v.fma(FloatVector.fromArray(FLOATS, w, r2 + k), s2);
            s3 = v.fma(FloatVector.fromArray(FLOATS, w, r3 + k), s3);
            s4 = v.fma(FloatVector.fromArray(FLOATS, w, r4 + k), s4);
            s5 = v.fma(FloatVector.fromArray(FLOATS, w, r5 + k), s5);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, Lanes.COUNT);
        s2.intoArray(sums, 2 * Lanes.COUNT);
        s3.intoArray(sums, 3 * Lanes.COUNT);
        s4.intoArray(sums, 4 * Lanes.COUNT);
        s5.intoArray(sums, 5 * Lanes.COUNT);
    }

    /** The sums of the lanes, always in the same order, which {@code reduceLanes} does not promise. */
    private void addUp(int to) {
        for (int j = 0; j < SIX; j++) {
            int from = j * Lanes.COUNT;
            var four = FloatVector.fromArray(QUARTER, sums, from);
            for (int k = 4; k < Lanes.COUNT; k += 4) {
                four = four.add(FloatVector.fromArray(QUARTER, sums, from + k));
            }
            four.intoArray(sums, from);
            factors[to + j] = (sums[from] + sums[from + 1]) + (sums[from + 2] + sums[from + 3]);
        }
    }

    private void update(float[] x, int[] inputs, int c, int first, float[] gradients, boolean more) {
        var w = rows.values();
        int stride = rows.stride();
        int r0 = ats[first];
        int r1 = ats[first + 1];
        int r2 = ats[first + 2];
        int r3 = ats[first + 3];
        int r4 = ats[first + 4];
        int r5 = ats[first + 5];
        for (int k = 0; k < stride; k += Lanes.COUNT) {
            var w0 = FloatVector.fromArray(FLOATS, w, r0 + k);
            var w1 = FloatVector.fromArray(FLOATS, w, r1 + k);
            var w2 = FloatVector.fromArray(FLOATS, w, r2 + k);
            var w3 = FloatVector.fromArray(FLOATS, w, r3 + k);
            var w4 = FloatVector.fromArray(FLOATS, w, r4 + k);
            var w5 = FloatVector.fromArray(FLOATS, w, r5 + k);
            var n0 = w0;
            var n1 = w1;
            var n2 = w2;
            var n3 = w3;
            var n4 = w4;
            var n5 = w5;
            for (int i = 0; i < c; i++) {
                var v = FloatVector.fromArray(FLOATS, x, inputs[i] + k);
                int f = i * SIX;
                var g0 = FloatVector.broadcast(FLOATS, factors[f]);
                var g1 = FloatVector.broadcast(FLOATS, factors[f + 1]);
                var g2 = FloatVector.broadcast(FLOATS, factors[f + 2]);
                var g3 = FloatVector.broadcast(FLOATS, factors[f + 3]);
                var g4 = FloatVector.broadcast(FLOATS, factors[f + 4]);
                var g5 = FloatVector.broadcast(FLOATS, factors[f + 5]);
                n0 = v.fma(g0, n0);
                n1 = v.fma(g1, n1);
                n2 = v.fma(g2, n2);
                n3 = v.fma(g3, n3);
                n4 = v.fma(g4, n4);
                n5 = v.fma(g5, n5);
                var even = w4.fma(g4, w2.fma(g2, w0.mul(g0)));
                var odd = w5.fma(g5, w3.fma(g3, w1.mul(g1)));
                var sum = even.add(odd);
                int to = i * stride + k;
                (more ? sum.add(FloatVector.fromArray(FLOATS, gradients, to)) : sum).intoArray(gradients, to);
            }
            n0.intoArray(w, r0 + k);
            n1.intoArray(w, r1 + k);
            n2.intoArray(w, r2 + k);
            n3.intoArray(w, r3 + k);
            n4.intoArray(w, r4 + k);
            n5.intoArray(w, r5 + k);
        }
    }
}
