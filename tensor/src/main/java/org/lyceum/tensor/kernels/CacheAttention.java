package org.lyceum.tensor.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention of one query to keys and values that lie in pages of {@value #PAGE} positions. Within a page a head's keys are stored (D, page), so
 * that scores of neighbouring positions come out beside each other and no sum runs across lanes; its values (page, D), for the same reason.
 */
public final class CacheAttention {
    /** Positions of a page; a multiple of the lanes of every machine. */
    public static final int PAGE = 64;

    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

    private CacheAttention() {
    }

    /** Writes the key k[at … at + D) of position {@code slot} of a page whose keys of this head begin at byte {@code base}. */
    public static void putKey(float[] k, int at, int headWidth, MemorySegment page, long base, int slot) {
        for (int d = 0; d < headWidth; d++) {
            page.set(ValueLayout.JAVA_FLOAT, base + 4L * (d * PAGE + slot), k[at + d]);
        }
    }

    /** The same for a value. */
    public static void putValue(float[] v, int at, int headWidth, MemorySegment page, long base, int slot) {
        MemorySegment.copy(v, at, page, ValueLayout.JAVA_FLOAT, base + 4L * slot * headWidth, headWidth);
    }

    /** scores[to … to + page) = scale · q·k for every position of the page, those not written yet too. */
    public static void scores(float[] q, int at, int headWidth, float scale, MemorySegment page, long base, float[] scores, int to) {
        for (int slot = 0; slot < PAGE; slot += 4 * Lanes.COUNT) {
            var s0 = FloatVector.zero(FLOATS);
            var s1 = s0;
            var s2 = s0;
            var s3 = s0;
            long key = base + 4L * slot;
            for (int d = 0; d < headWidth; d++, key += 4L * PAGE) {
                var x = FloatVector.broadcast(FLOATS, q[at + d]);
                s0 = FloatVector.fromMemorySegment(FLOATS, page, key, Lanes.ORDER).fma(x, s0);
                s1 = FloatVector.fromMemorySegment(FLOATS, page, key + 4L * Lanes.COUNT, Lanes.ORDER).fma(x, s1);
                s2 = FloatVector.fromMemorySegment(FLOATS, page, key + 8L * Lanes.COUNT, Lanes.ORDER).fma(x, s2);
                s3 = FloatVector.fromMemorySegment(FLOATS, page, key + 12L * Lanes.COUNT, Lanes.ORDER).fma(x, s3);
            }
            s0.mul(scale).intoArray(scores, to + slot);
            s1.mul(scale).intoArray(scores, to + slot + Lanes.COUNT);
            s2.mul(scale).intoArray(scores, to + slot + 2 * Lanes.COUNT);
            s3.mul(scale).intoArray(scores, to + slot + 3 * Lanes.COUNT);
        }
    }

    /** out[to … to + D) += Σ weight · value over the positions from {@code first} to {@code end} of the page. */
    public static void mix(float[] weights, int at, int first, int end, int headWidth, MemorySegment page, long base, float[] out, int to) {
        int d = 0;
        for (; d + 4 * Lanes.COUNT <= headWidth; d += 4 * Lanes.COUNT) {
            var o0 = FloatVector.fromArray(FLOATS, out, to + d);
            var o1 = FloatVector.fromArray(FLOATS, out, to + d + Lanes.COUNT);
            var o2 = FloatVector.fromArray(FLOATS, out, to + d + 2 * Lanes.COUNT);
            var o3 = FloatVector.fromArray(FLOATS, out, to + d + 3 * Lanes.COUNT);
            long value = base + 4L * (first * headWidth + d);
            for (int slot = first; slot < end; slot++, value += 4L * headWidth) {
                var w = FloatVector.broadcast(FLOATS, weights[at + slot]);
                o0 = FloatVector.fromMemorySegment(FLOATS, page, value, Lanes.ORDER).fma(w, o0);
                o1 = FloatVector.fromMemorySegment(FLOATS, page, value + 4L * Lanes.COUNT, Lanes.ORDER).fma(w, o1);
                o2 = FloatVector.fromMemorySegment(FLOATS, page, value + 8L * Lanes.COUNT, Lanes.ORDER).fma(w, o2);
                o3 = FloatVector.fromMemorySegment(FLOATS, page, value + 12L * Lanes.COUNT, Lanes.ORDER).fma(w, o3);
            }
            o0.intoArray(out, to + d);
            o1.intoArray(out, to + d + Lanes.COUNT);
            o2.intoArray(out, to + d + 2 * Lanes.COUNT);
            o3.intoArray(out, to + d + 3 * Lanes.COUNT);
        }
        for (; d < headWidth; d++) {
            float sum = out[to + d];
            for (int slot = first; slot < end; slot++) {
                sum += weights[at + slot] * page.get(ValueLayout.JAVA_FLOAT, base + 4L * (slot * headWidth + d));
            }
            out[to + d] = sum;
        }
    }
}
