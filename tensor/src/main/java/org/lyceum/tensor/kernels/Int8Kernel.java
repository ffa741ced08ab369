package org.lyceum.tensor.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A panel of {@link GroupedMatrix} with numbers of 8 bits, times one vector and times eight, in f32: sums of products of 8 bits with 8 would not fit
 * in lanes of 16. Written as {@link Int4Kernel} is, for the same reasons.
 */
final class Int8Kernel {
    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final VectorSpecies<Integer> INTS = Lanes.INTS;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /** Bytes from one vector to the next. */
    private static final long VECTOR = 4L * Lanes.COUNT;

    private Int8Kernel() {
    }

    /**
     * y = W·x for one vector.
     *
     * @param at the byte where the panel's numbers begin
     * @param words 32-bit words of a group and row, a power of two
     * @param scales of the panel's groups from byte {@code scalesAt} on, (groups, lanes) of f32
     * @param count rows of the panel that are the matrix's
     */
    static void one(MemorySegment quants, long at, int groups, int words, MemorySegment scales, long scalesAt, float[] x, int xAt,
            float[] y, int yAt, int count) {
        var t = FloatVector.zero(FLOATS); // the sums
        var a = FloatVector.zero(FLOATS); // those within a group
        int last = words - 1;
        int shift = Integer.numberOfTrailingZeros(words);
        for (int w = 0; w < groups * words; w++) {
            var p = IntVector.fromMemorySegment(INTS, quants, at + w * VECTOR, ORDER);
            var q = (FloatVector) p.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
            a = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 4 * w]), a);
            q = (FloatVector) p.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
            a = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 4 * w + 1]), a);
            q = (FloatVector) p.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
            a = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 4 * w + 2]), a);
            q = (FloatVector) p.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
            a = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 4 * w + 3]), a);
            if ((w & last) == last) { // the group ends
                int g = w >>> shift;
                var d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt + g * VECTOR, ORDER);
                t = a.fma(d, t);
                a = FloatVector.zero(FLOATS);
            }
        }
        Lanes.store(t, y, yAt, count);
    }

    /**
     * The same for eight vectors, {@code x} (K, 8), see {@link Vectors}, of which only the first and
     * {@code others} more are different.
     */
    static void eight(MemorySegment quants, long at, int groups, int words, MemorySegment scales, long scalesAt, float[] x, int xAt,
            float[] y, int yAt, int yStride, int others, int count) {
        var t0 = FloatVector.zero(FLOATS);
        var t1 = FloatVector.zero(FLOATS);
        var t2 = FloatVector.zero(FLOATS);
        var t3 = FloatVector.zero(FLOATS);
        var t4 = FloatVector.zero(FLOATS);
        var t5 = FloatVector.zero(FLOATS);
        var t6 = FloatVector.zero(FLOATS);
        var t7 = FloatVector.zero(FLOATS);
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        var a2 = FloatVector.zero(FLOATS);
        var a3 = FloatVector.zero(FLOATS);
        var a4 = FloatVector.zero(FLOATS);
        var a5 = FloatVector.zero(FLOATS);
        var a6 = FloatVector.zero(FLOATS);
        var a7 = FloatVector.zero(FLOATS);
        int last = words - 1;
        int shift = Integer.numberOfTrailingZeros(words);
        for (int w = 0; w < groups * words; w++) {
            var p = IntVector.fromMemorySegment(INTS, quants, at + w * VECTOR, ORDER);
            var q = (FloatVector) p.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
            a0 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w]), a0);
            a1 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 1]), a1);
            a2 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 2]), a2);
            a3 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 3]), a3);
            a4 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 4]), a4);
            a5 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 5]), a5);
            a6 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 6]), a6);
            a7 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 7]), a7);
            q = (FloatVector) p.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
            a0 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 8]), a0);
            a1 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 9]), a1);
            a2 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 10]), a2);
            a3 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 11]), a3);
            a4 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 12]), a4);
            a5 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 13]), a5);
            a6 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 14]), a6);
            a7 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 15]), a7);
            q = (FloatVector) p.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
            a0 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 16]), a0);
            a1 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 17]), a1);
            a2 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 18]), a2);
            a3 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 19]), a3);
            a4 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 20]), a4);
            a5 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 21]), a5);
            a6 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 22]), a6);
            a7 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 23]), a7);
            q = (FloatVector) p.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
            a0 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 24]), a0);
            a1 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 25]), a1);
            a2 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 26]), a2);
            a3 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 27]), a3);
            a4 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 28]), a4);
            a5 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 29]), a5);
            a6 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 30]), a6);
            a7 = q.fma(FloatVector.broadcast(FLOATS, x[xAt + 32 * w + 31]), a7);
            if ((w & last) == last) { // the group ends
                int g = w >>> shift;
                var d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt + g * VECTOR, ORDER);
                t0 = a0.fma(d, t0);
                a0 = FloatVector.zero(FLOATS);
                t1 = a1.fma(d, t1);
                a1 = FloatVector.zero(FLOATS);
                t2 = a2.fma(d, t2);
                a2 = FloatVector.zero(FLOATS);
                t3 = a3.fma(d, t3);
                a3 = FloatVector.zero(FLOATS);
                t4 = a4.fma(d, t4);
                a4 = FloatVector.zero(FLOATS);
                t5 = a5.fma(d, t5);
                a5 = FloatVector.zero(FLOATS);
                t6 = a6.fma(d, t6);
                a6 = FloatVector.zero(FLOATS);
                t7 = a7.fma(d, t7);
                a7 = FloatVector.zero(FLOATS);
            }
        }
        Lanes.store(t0, y, yAt, count);
        Lanes.store(t1, y, yAt + Math.min(1, others) * yStride, count);
        Lanes.store(t2, y, yAt + Math.min(2, others) * yStride, count);
        Lanes.store(t3, y, yAt + Math.min(3, others) * yStride, count);
        Lanes.store(t4, y, yAt + Math.min(4, others) * yStride, count);
        Lanes.store(t5, y, yAt + Math.min(5, others) * yStride, count);
        Lanes.store(t6, y, yAt + Math.min(6, others) * yStride, count);
        Lanes.store(t7, y, yAt + Math.min(7, others) * yStride, count);
    }
}
