package org.lyceum.tensor.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * A panel of {@link GroupedMatrix} with numbers of 5 or 6 bits, a byte each, times one vector and times eight in numbers of 8 bits. Products and
 * the sums of a group's are made in lanes of 16 bits, two columns to a row: 16 of at most 16·127, or 8 of at most 32·127, do not overflow.
 * Written as {@link Int4Kernel} is, for the same reasons.
 */
final class Int6Kernel {
    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final VectorSpecies<Integer> INTS = Lanes.INTS;
    private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /** Bytes from one vector to the next. */
    private static final long VECTOR = 4L * Lanes.COUNT;

    private Int6Kernel() {
    }

    /**
     * y = W·x for one vector.
     *
     * @param at the byte where the panel's numbers begin
     * @param words 32-bit words of a group and row, a power of two
     * @param scales of the panel's groups from byte {@code scalesAt} on, (groups, lanes) of f32; {@code minima} the same, null where they
     *     are {@code −offset} times the scales
     * @param x whole numbers, two to an int, see {@link QuantizedVectors}; {@code xScales} and {@code xSums} of its groups, from
     *     {@code groupAt} on
     * @param count rows of the panel that are the matrix's
     */
    static void one(MemorySegment quants, long at, int groups, int words, MemorySegment scales, @Nullable MemorySegment minima,
            long scalesAt, float offset, int[] x, int xAt, float[] xScales, float[] xSums, int groupAt, float[] y, int yAt, int count) {
        var t = FloatVector.zero(FLOATS); // the sums
        var a = ShortVector.zero(SHORTS); // those within a group
        int last = words - 1;
        int shift = Integer.numberOfTrailingZeros(words);
        for (int w = 0; w < groups * words; w++) {
            var p = IntVector.fromMemorySegment(INTS, quants, at + w * VECTOR, ORDER);
            var q = p.reinterpretAsShorts().lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 8);
            a = a.add(q.mul(IntVector.broadcast(INTS, x[xAt + 2 * w]).reinterpretAsShorts()));
            q = p.reinterpretAsShorts().lanewise(VectorOperators.ASHR, 8);
            a = a.add(q.mul(IntVector.broadcast(INTS, x[xAt + 2 * w + 1]).reinterpretAsShorts()));
            if ((w & last) == last) { // the group ends
                int g = w >>> shift;
                var d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt + g * VECTOR, ORDER);
                var m = minima == null ? d.mul(-offset) : FloatVector.fromMemorySegment(FLOATS, minima, scalesAt + g * VECTOR, ORDER);
                var sum = a.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[groupAt + g]), t);
                t = m.fma(FloatVector.broadcast(FLOATS, xSums[groupAt + g]), t);
                a = ShortVector.zero(SHORTS);
            }
        }
        Lanes.store(t, y, yAt, count);
    }

    /**
     * The same for eight vectors, {@code x} (K/2, 8), {@code xScales} and {@code xSums} (groups, 8), of
     * which only the first and {@code others} more are different.
     */
    static void eight(MemorySegment quants, long at, int groups, int words, MemorySegment scales, @Nullable MemorySegment minima,
            long scalesAt, float offset, int[] x, int xAt, float[] xScales, float[] xSums, int groupAt, float[] y, int yAt, int yStride,
            int others, int count) {
        var t0 = FloatVector.zero(FLOATS);
        var t1 = FloatVector.zero(FLOATS);
        var t2 = FloatVector.zero(FLOATS);
        var t3 = FloatVector.zero(FLOATS);
        var t4 = FloatVector.zero(FLOATS);
        var t5 = FloatVector.zero(FLOATS);
        var t6 = FloatVector.zero(FLOATS);
        var t7 = FloatVector.zero(FLOATS);
        var a0 = ShortVector.zero(SHORTS);
        var a1 = ShortVector.zero(SHORTS);
        var a2 = ShortVector.zero(SHORTS);
        var a3 = ShortVector.zero(SHORTS);
        var a4 = ShortVector.zero(SHORTS);
        var a5 = ShortVector.zero(SHORTS);
        var a6 = ShortVector.zero(SHORTS);
        var a7 = ShortVector.zero(SHORTS);
        int last = words - 1;
        int shift = Integer.numberOfTrailingZeros(words);
        for (int w = 0; w < groups * words; w++) {
            var p = IntVector.fromMemorySegment(INTS, quants, at + w * VECTOR, ORDER);
            var q = p.reinterpretAsShorts().lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 8);
            a0 = a0.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w]).reinterpretAsShorts()));
            a1 = a1.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 1]).reinterpretAsShorts()));
            a2 = a2.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 2]).reinterpretAsShorts()));
            a3 = a3.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 3]).reinterpretAsShorts()));
            a4 = a4.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 4]).reinterpretAsShorts()));
            a5 = a5.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 5]).reinterpretAsShorts()));
            a6 = a6.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 6]).reinterpretAsShorts()));
            a7 = a7.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 7]).reinterpretAsShorts()));
            q = p.reinterpretAsShorts().lanewise(VectorOperators.ASHR, 8);
            a0 = a0.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 8]).reinterpretAsShorts()));
            a1 = a1.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 9]).reinterpretAsShorts()));
            a2 = a2.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 10]).reinterpretAsShorts()));
            a3 = a3.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 11]).reinterpretAsShorts()));
            a4 = a4.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 12]).reinterpretAsShorts()));
            a5 = a5.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 13]).reinterpretAsShorts()));
            a6 = a6.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 14]).reinterpretAsShorts()));
            a7 = a7.add(q.mul(IntVector.broadcast(INTS, x[xAt + 16 * w + 15]).reinterpretAsShorts()));
            if ((w & last) == last) { // the group ends
                int g = w >>> shift;
                int s = groupAt + 8 * g;
                var d = FloatVector.fromMemorySegment(FLOATS, scales, scalesAt + g * VECTOR, ORDER);
                var m = minima == null ? d.mul(-offset) : FloatVector.fromMemorySegment(FLOATS, minima, scalesAt + g * VECTOR, ORDER);
                var sum = a0.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t0 = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[s]), t0);
                t0 = m.fma(FloatVector.broadcast(FLOATS, xSums[s]), t0);
                a0 = ShortVector.zero(SHORTS);
                sum = a1.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t1 = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[s + 1]), t1);
                t1 = m.fma(FloatVector.broadcast(FLOATS, xSums[s + 1]), t1);
                a1 = ShortVector.zero(SHORTS);
                sum = a2.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t2 = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[s + 2]), t2);
                t2 = m.fma(FloatVector.broadcast(FLOATS, xSums[s + 2]), t2);
                a2 = ShortVector.zero(SHORTS);
                sum = a3.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t3 = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[s + 3]), t3);
                t3 = m.fma(FloatVector.broadcast(FLOATS, xSums[s + 3]), t3);
                a3 = ShortVector.zero(SHORTS);
                sum = a4.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t4 = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[s + 4]), t4);
                t4 = m.fma(FloatVector.broadcast(FLOATS, xSums[s + 4]), t4);
                a4 = ShortVector.zero(SHORTS);
                sum = a5.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t5 = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[s + 5]), t5);
                t5 = m.fma(FloatVector.broadcast(FLOATS, xSums[s + 5]), t5);
                a5 = ShortVector.zero(SHORTS);
                sum = a6.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t6 = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[s + 6]), t6);
                t6 = m.fma(FloatVector.broadcast(FLOATS, xSums[s + 6]), t6);
                a6 = ShortVector.zero(SHORTS);
                sum = a7.reinterpretAsInts();
                sum = sum.lanewise(VectorOperators.ASHR, 16).add(sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
                t7 = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(d.mul(xScales[s + 7]), t7);
                t7 = m.fma(FloatVector.broadcast(FLOATS, xSums[s + 7]), t7);
                a7 = ShortVector.zero(SHORTS);
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
