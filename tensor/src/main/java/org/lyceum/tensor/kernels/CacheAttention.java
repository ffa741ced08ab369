package org.lyceum.tensor.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention of queries, four at a time, to keys and values that lie in pages of {@value #PAGE} positions. A head's keys in a page are stored (page / P,
 * D, P) with P the lanes of two vectors, so that scores of neighbouring positions come out beside each other and no sum runs across lanes; its
 * values (D / P, page, P) for the same reason. Either is read from the first byte to the last.
 */
public final class CacheAttention {
    /** Positions of a page; a multiple of the lanes of every machine. */
    public static final int PAGE = 64;

    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final int PANEL = 2 * Lanes.COUNT;

    private CacheAttention() {
    }

    /** Writes the key k[at … at + D) of position {@code slot} of a page whose keys of this head begin at byte {@code base}. */
    public static void putKey(float[] k, int at, int headWidth, MemorySegment page, long base, int slot) {
        for (int d = 0; d < headWidth; d++) {
            page.set(ValueLayout.JAVA_FLOAT, base + 4L * ((slot / PANEL * headWidth + d) * PANEL + slot % PANEL),
                    k[at + d]);
        }
    }

    /** The same for a value. */
    public static void putValue(float[] v, int at, int headWidth, MemorySegment page, long base, int slot) {
        for (int d = 0; d < headWidth; d += PANEL) {
            int width = Math.min(PANEL, headWidth - d);
            MemorySegment.copy(v, at + d, page, ValueLayout.JAVA_FLOAT, base + 4L * (d * PAGE + slot * width), width);
        }
    }

    /**
     * scores[to … to + page) = scale · q·k for every position of the page, those not written yet too: for four queries at {@code q0} to
     * {@code q3}, which share the keys, their scores {@code stride} apart. The same query may come twice.
     */
    public static void scores(float[] q, int q0, int q1, int q2, int q3, int headWidth, float scale, MemorySegment page, long base,
            float[] scores, int to, int stride) {
        for (int slot = 0; slot < PAGE; slot += 2 * Lanes.COUNT) {
            var a0 = FloatVector.zero(FLOATS);
            var a1 = FloatVector.zero(FLOATS);
            var a2 = FloatVector.zero(FLOATS);
            var a3 = FloatVector.zero(FLOATS);
            var b0 = FloatVector.zero(FLOATS);
            var b1 = FloatVector.zero(FLOATS);
            var b2 = FloatVector.zero(FLOATS);
            var b3 = FloatVector.zero(FLOATS);
            long key = base + 4L * slot * headWidth;
            for (int d = 0; d < headWidth; d++, key += 4L * PANEL) {
                var a = FloatVector.fromMemorySegment(FLOATS, page, key, Lanes.ORDER);
                var b = FloatVector.fromMemorySegment(FLOATS, page, key + 4L * Lanes.COUNT, Lanes.ORDER);
                var x = FloatVector.broadcast(FLOATS, q[q0 + d]);
                a0 = a.fma(x, a0);
                b0 = b.fma(x, b0);
                x = FloatVector.broadcast(FLOATS, q[q1 + d]);
                a1 = a.fma(x, a1);
                b1 = b.fma(x, b1);
                x = FloatVector.broadcast(FLOATS, q[q2 + d]);
                a2 = a.fma(x, a2);
                b2 = b.fma(x, b2);
                x = FloatVector.broadcast(FLOATS, q[q3 + d]);
                a3 = a.fma(x, a3);
                b3 = b.fma(x, b3);
            }
            int out = to + slot;
            a0.mul(scale).intoArray(scores, out);
            b0.mul(scale).intoArray(scores, out + Lanes.COUNT);
            a1.mul(scale).intoArray(scores, out + stride);
            b1.mul(scale).intoArray(scores, out + stride + Lanes.COUNT);
            a2.mul(scale).intoArray(scores, out + 2 * stride);
            b2.mul(scale).intoArray(scores, out + 2 * stride + Lanes.COUNT);
            a3.mul(scale).intoArray(scores, out + 3 * stride);
            b3.mul(scale).intoArray(scores, out + 3 * stride + Lanes.COUNT);
        }
    }

    /**
     * out[to … to + D) += Σ weight · value over the positions from {@code first} to {@code end} of the page: for four queries, which share the
     * values, their weights {@code stride} and their outputs D apart.
     */
    public static void mix(float[] weights, int at, int stride, int first, int end, int headWidth, MemorySegment page, long base,
            float[] out, int to) {
        int d = 0;
        for (; d + 2 * Lanes.COUNT <= headWidth; d += 2 * Lanes.COUNT) {
            int o = to + d;
            var a0 = FloatVector.fromArray(FLOATS, out, o);
            var b0 = FloatVector.fromArray(FLOATS, out, o + Lanes.COUNT);
            var a1 = FloatVector.fromArray(FLOATS, out, o + headWidth);
            var b1 = FloatVector.fromArray(FLOATS, out, o + headWidth + Lanes.COUNT);
            var a2 = FloatVector.fromArray(FLOATS, out, o + 2 * headWidth);
            var b2 = FloatVector.fromArray(FLOATS, out, o + 2 * headWidth + Lanes.COUNT);
            var a3 = FloatVector.fromArray(FLOATS, out, o + 3 * headWidth);
            var b3 = FloatVector.fromArray(FLOATS, out, o + 3 * headWidth + Lanes.COUNT);
            long value = base + 4L * (d * PAGE + first * PANEL);
            for (int w = at + first; w < at + end; w++, value += 4L * PANEL) {
                var a = FloatVector.fromMemorySegment(FLOATS, page, value, Lanes.ORDER);
                var b = FloatVector.fromMemorySegment(FLOATS, page, value + 4L * Lanes.COUNT, Lanes.ORDER);
                var x = FloatVector.broadcast(FLOATS, weights[w]);
                a0 = a.fma(x, a0);
                b0 = b.fma(x, b0);
                x = FloatVector.broadcast(FLOATS, weights[w + stride]);
                a1 = a.fma(x, a1);
                b1 = b.fma(x, b1);
                x = FloatVector.broadcast(FLOATS, weights[w + 2 * stride]);
                a2 = a.fma(x, a2);
                b2 = b.fma(x, b2);
                x = FloatVector.broadcast(FLOATS, weights[w + 3 * stride]);
                a3 = a.fma(x, a3);
                b3 = b.fma(x, b3);
            }
            a0.intoArray(out, o);
            b0.intoArray(out, o + Lanes.COUNT);
            a1.intoArray(out, o + headWidth);
            b1.intoArray(out, o + headWidth + Lanes.COUNT);
            a2.intoArray(out, o + 2 * headWidth);
            b2.intoArray(out, o + 2 * headWidth + Lanes.COUNT);
            a3.intoArray(out, o + 3 * headWidth);
            b3.intoArray(out, o + 3 * headWidth + Lanes.COUNT);
        }
        int tail = d; // fewer than P columns
        for (; d < headWidth; d++) {
            for (int query = 0; query < 4; query++) {
                float sum = out[to + query * headWidth + d];
                for (int slot = first; slot < end; slot++) {
                    sum = Math.fma(weights[at + query * stride + slot],
                            page.get(ValueLayout.JAVA_FLOAT, base + 4L * (tail * PAGE + slot * (headWidth - tail) + d - tail)),
                            sum);
                }
                out[to + query * headWidth + d] = sum;
            }
        }
    }
}
