package org.lyceum.tensor.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * A panel of {@link GroupedMatrix} with numbers of 4 bits, times one vector and times four.
 *
 * <p>Both add in the order of the columns, one sum for each row and vector, so that a vector's product does not depend on its neighbours.
 * Nothing is factored out into small methods, for those would be compiled into calls sooner or later, and a vector that goes through a call
 * goes through the heap.
 */
final class Int4Kernel {
    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final VectorSpecies<Integer> INTS = Lanes.INTS;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int LANES = Lanes.COUNT;
    /** Bytes from one vector to the next. */
    private static final long VECTOR = 4L * LANES;

    private Int4Kernel() {
    }

    /**
     * y = W·x for one vector.
     *
     * @param at the byte where the panel's numbers begin
     * @param words 32-bit words of a group and row
     * @param scales of the panel's groups from byte {@code scalesAt} on, (groups, rows) of f32; {@code minima} the same, null where they
     *     are {@code −offset} times the scales
     * @param sums Σx of each group, from {@code sumsAt} on
     * @param count rows of the panel that are the matrix's
     */
    static void one(MemorySegment quants, long at, int groups, int words, MemorySegment scales, @Nullable MemorySegment minima,
            long scalesAt, float offset, float[] x, int xAt, float[] sums, int sumsAt, float[] y, int yAt, int count) {
        var t = FloatVector.zero(FLOATS); // the first rows' sums
        var u = FloatVector.zero(FLOATS); // and the others'
        int k = xAt;
        for (int g = 0; g < groups; g++, scalesAt += 2 * VECTOR) {
            var a = FloatVector.zero(FLOATS);
            var b = FloatVector.zero(FLOATS);
            for (int w = 0; w < words; w++, at += 2 * VECTOR) {
                var p = IntVector.fromMemorySegment(INTS, quants, at, ORDER);
                var q = IntVector.fromMemorySegment(INTS, quants, at + VECTOR, ORDER);
                for (int i = 0; i < 32; i += 4, k++) {
                    var v = FloatVector.broadcast(FLOATS, x[k]);
                    a = ((FloatVector) p.lanewise(VectorOperators.LSHR, i).and(15).convert(VectorOperators.I2F, 0)).fma(v, a);
                    b = ((FloatVector) q.lanewise(VectorOperators.LSHR, i).and(15).convert(VectorOperators.I2F, 0)).fma(v, b);
                }
            }
            var sum = FloatVector.broadcast(FLOATS, sums[sumsAt + g]);
            var d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt, ORDER);
            var m = minima == null ? d.mul(-offset) : FloatVector.fromMemorySegment(FLOATS, minima, scalesAt, ORDER);
            t = m.fma(sum, a.fma(d, t));
            d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt + VECTOR, ORDER);
            m = minima == null ? d.mul(-offset) : FloatVector.fromMemorySegment(FLOATS, minima, scalesAt + VECTOR, ORDER);
            u = m.fma(sum, b.fma(d, u));
        }
        Lanes.store(t, y, yAt, count);
        Lanes.store(u, y, yAt + LANES, count - LANES);
    }

    /** The same for four vectors, {@code x} (K, 4) and {@code sums} (groups, 4), see {@link Vectors}. */
    static void four(MemorySegment quants, long at, int groups, int words, MemorySegment scales, @Nullable MemorySegment minima,
            long scalesAt, float offset, float[] x, int xAt, float[] sums, int sumsAt, float[] y, int y0, int y1, int y2, int y3,
            int count) {
        var t0 = FloatVector.zero(FLOATS);
        var t1 = FloatVector.zero(FLOATS);
        var t2 = FloatVector.zero(FLOATS);
        var t3 = FloatVector.zero(FLOATS);
        var u0 = FloatVector.zero(FLOATS);
        var u1 = FloatVector.zero(FLOATS);
        var u2 = FloatVector.zero(FLOATS);
        var u3 = FloatVector.zero(FLOATS);
        int k = xAt;
        int s = sumsAt;
        for (int g = 0; g < groups; g++, s += 4, scalesAt += 2 * VECTOR) {
            var a0 = FloatVector.zero(FLOATS);
            var a1 = FloatVector.zero(FLOATS);
            var a2 = FloatVector.zero(FLOATS);
            var a3 = FloatVector.zero(FLOATS);
            var b0 = FloatVector.zero(FLOATS);
            var b1 = FloatVector.zero(FLOATS);
            var b2 = FloatVector.zero(FLOATS);
            var b3 = FloatVector.zero(FLOATS);
            for (int w = 0; w < words; w++, at += 2 * VECTOR) {
                var p = IntVector.fromMemorySegment(INTS, quants, at, ORDER);
                var q = IntVector.fromMemorySegment(INTS, quants, at + VECTOR, ORDER);
                for (int i = 0; i < 32; i += 4, k += 4) {
                    var a = (FloatVector) p.lanewise(VectorOperators.LSHR, i).and(15).convert(VectorOperators.I2F, 0);
                    var b = (FloatVector) q.lanewise(VectorOperators.LSHR, i).and(15).convert(VectorOperators.I2F, 0);
                    var v = FloatVector.broadcast(FLOATS, x[k]);
                    a0 = a.fma(v, a0);
                    b0 = b.fma(v, b0);
                    v = FloatVector.broadcast(FLOATS, x[k + 1]);
                    a1 = a.fma(v, a1);
                    b1 = b.fma(v, b1);
                    v = FloatVector.broadcast(FLOATS, x[k + 2]);
                    a2 = a.fma(v, a2);
                    b2 = b.fma(v, b2);
                    v = FloatVector.broadcast(FLOATS, x[k + 3]);
                    a3 = a.fma(v, a3);
                    b3 = b.fma(v, b3);
                }
            }
            var d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt, ORDER);
            var m = minima == null ? d.mul(-offset) : FloatVector.fromMemorySegment(FLOATS, minima, scalesAt, ORDER);
            t0 = m.fma(FloatVector.broadcast(FLOATS, sums[s]), a0.fma(d, t0));
            t1 = m.fma(FloatVector.broadcast(FLOATS, sums[s + 1]), a1.fma(d, t1));
            t2 = m.fma(FloatVector.broadcast(FLOATS, sums[s + 2]), a2.fma(d, t2));
            t3 = m.fma(FloatVector.broadcast(FLOATS, sums[s + 3]), a3.fma(d, t3));
            d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt + VECTOR, ORDER);
            m = minima == null ? d.mul(-offset) : FloatVector.fromMemorySegment(FLOATS, minima, scalesAt + VECTOR, ORDER);
            u0 = m.fma(FloatVector.broadcast(FLOATS, sums[s]), b0.fma(d, u0));
            u1 = m.fma(FloatVector.broadcast(FLOATS, sums[s + 1]), b1.fma(d, u1));
            u2 = m.fma(FloatVector.broadcast(FLOATS, sums[s + 2]), b2.fma(d, u2));
            u3 = m.fma(FloatVector.broadcast(FLOATS, sums[s + 3]), b3.fma(d, u3));
        }
        Lanes.store(t0, y, y0, count);
        Lanes.store(t1, y, y1, count);
        Lanes.store(t2, y, y2, count);
        Lanes.store(t3, y, y3, count);
        Lanes.store(u0, y, y0 + LANES, count - LANES);
        Lanes.store(u1, y, y1 + LANES, count - LANES);
        Lanes.store(u2, y, y2 + LANES, count - LANES);
        Lanes.store(u3, y, y3 + LANES, count - LANES);
    }
}
