package org.lyceum.tensor.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.gguf.BlockFormat;

/**
 * A quantized matrix: whole numbers q of 4 or 8 bits in groups of 16 or 32 neighbours of a row, w = d·q + m with d and m a group's own.
 * Activations stay in f32, so that the product is that of the dequantized weights but for the order of its sums.
 *
 * <p>A product needs Σ d·q·x + Σ m·x, and takes d and m out of the sums over a group: the numbers are unpacked, multiplied with x and summed,
 * and d and m meet the sum alone.
 */
public final class GroupedMatrix implements PackedMatrix {
    private final int rows;
    private final int columns;
    private final QuantGroups format;
    private final int groups; // of a row
    private final int groupInts; // 32-bit words of a group and row
    private final MemorySegment quants; // (panels, groups, groupInts, lanes) of i32: 8 or 4 neighbours of a row, the first in the lowest bits
    private final MemorySegment scales; // (panels, groups, lanes) of f16 or f32
    private final @Nullable MemorySegment minima; // the same; null where m = −offset·d

    private GroupedMatrix(int rows, int columns, QuantGroups format, MemorySegment quants, MemorySegment scales,
            @Nullable MemorySegment minima) {
        this.rows = rows;
        this.columns = columns;
        this.format = format;
        this.groups = columns / format.length();
        this.groupInts = format.length() * format.bits() / 32;
        this.quants = quants;
        this.scales = scales;
        this.minima = minima;
    }

    /**
     * Packs a tensor of a GGUF file.
     *
     * @param source its blocks, row after row
     * @param order the file's row that becomes row r; for layouts that keep rows in another order than we do
     * @param arena whose memory the matrix is
     */
    public static GroupedMatrix pack(BlockFormat blocks, int rows, int columns, MemorySegment source, RowOrder order, Arena arena,
            ThreadTeam team) {
        var format = QuantGroups.of(blocks);
        int lanes = Lanes.COUNT;
        int panels = (rows + lanes - 1) / lanes;
        int groups = columns / format.length();
        int perInt = 32 / format.bits();
        long scaleBytes = (format.halfScales() ? 2L : 4L) * panels * groups * lanes;
        var quants = arena.allocate(4L * panels * (columns / perInt) * lanes, 64);
        var scales = arena.allocate(scaleBytes, 64);
        var minima = format.ownMinima() ? arena.allocate(scaleBytes, 64) : null;
        var matrix = new GroupedMatrix(rows, columns, format, quants, scales, minima);
        team.split(panels, (from, to) -> {
            var row = new QuantGroups.Row(columns, groups);
            for (int r = from * lanes; r < Math.min(rows, to * lanes); r++) {
                format.read(source, order.source(r), row);
                matrix.put(r, row);
            }
        });
        return matrix;
    }

    /** Which row of a file becomes row {@code row} of a matrix. */
    @FunctionalInterface
    public interface RowOrder {
        /** As they are. */
        RowOrder SAME = row -> row;

        /** The file's row. */
        int source(int row);
    }

    private void put(int r, QuantGroups.Row row) {
        int lanes = Lanes.COUNT;
        int bits = format.bits();
        int perInt = 32 / bits;
        long panel = r / lanes;
        int lane = r % lanes;
        int words = columns / perInt;
        for (int word = 0; word < words; word++) {
            int packed = 0;
            for (int i = perInt - 1; i >= 0; i--) {
                packed = packed << bits | row.quants()[word * perInt + i] & (1 << bits) - 1;
            }
            quants.setAtIndex(ValueLayout.JAVA_INT, (panel * words + word) * lanes + lane, packed);
        }
        for (int g = 0; g < groups; g++) {
            long at = (panel * groups + g) * lanes + lane;
            putScale(scales, at, row.scales()[g]);
            if (minima != null) {
                putScale(minima, at, row.minima()[g]);
            }
        }
    }

    private void putScale(MemorySegment memory, long at, float value) {
        if (format.halfScales()) {
            memory.setAtIndex(ValueLayout.JAVA_SHORT, at, Float.floatToFloat16(value)); // it was one
        } else {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, at, value);
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public long bytes() {
        return quants.byteSize() + scales.byteSize() + (minima == null ? 0 : minima.byteSize());
    }

    @Override
    public void multiply(float[] x, int xAt, int xStride, int tokens, float[] y, int yAt, int yStride, int from, int to) {
        var sums = format.hasMinima() ? groupSums(x, xAt, xStride, tokens) : new float[0];
        TokenBlocks.run(new TokenBlocks.Kernel() {
            @Override
            public void one(int panel, int token) {
                int at = xAt + token * xStride;
                var product = format.bits() == 4
                        ? product4(panel, x, at, sums, token * groups)
                        : product8(panel, x, at, sums,
                                token * groups);
                Lanes.store(product, y, yAt + token * yStride + panel * Lanes.COUNT, rows - panel * Lanes.COUNT);
            }

            @Override
            public void four(int panel, int t0, int t1, int t2, int t3) {
                int out = yAt + panel * Lanes.COUNT;
                if (format.bits() == 4) {
                    products4(panel, x, xAt + t0 * xStride, xAt + t1 * xStride, xAt + t2 * xStride, xAt + t3 * xStride, sums, t0 * groups,
                            t1 * groups, t2 * groups, t3 * groups, y, out + t0 * yStride, out + t1 * yStride, out + t2 * yStride,
                            out + t3 * yStride);
                } else {
                    products8(panel, x, xAt + t0 * xStride, xAt + t1 * xStride, xAt + t2 * xStride, xAt + t3 * xStride, sums, t0 * groups,
                            t1 * groups, t2 * groups, t3 * groups, y, out + t0 * yStride, out + t1 * yStride, out + t2 * yStride,
                            out + t3 * yStride);
                }
            }
        }, columns, tokens, from, to);
    }

    /** Σx of each group of each vector: (tokens, groups). */
    private float[] groupSums(float[] x, int xAt, int xStride, int tokens) {
        var sums = new float[tokens * groups];
        int length = format.length();
        for (int t = 0; t < tokens; t++) {
            for (int g = 0; g < groups; g++) {
                int at = xAt + t * xStride + g * length;
                float sum = 0;
                for (int i = at; i < at + length; i++) {
                    sum += x[i];
                }
                sums[t * groups + g] = sum;
            }
        }
        return sums;
    }

    private FloatVector scale(long index) {
        return format.halfScales() ? Lanes.halves(scales, 2 * index) : Lanes.floats(scales, 4 * index);
    }

    /** m of the group at {@code index}, whose d is {@code scale}. */
    private FloatVector minimum(long index, FloatVector scale) {
        if (minima == null) {
            return scale.mul(-format.offset());
        }
        return format.halfScales() ? Lanes.halves(minima, 2 * index) : Lanes.floats(minima, 4 * index);
    }

    // one() and four() add in the same order, in two sums for the even and the odd numbers of a word: a vector's product does not depend on
    // its neighbours, and additions need not wait for each other.

    private FloatVector product4(int panel, float[] x, int xAt, float[] sums, int sumsAt) {
        var total = FloatVector.zero(Lanes.FLOATS);
        long at = 4L * panel * groups * groupInts * Lanes.COUNT;
        int k = xAt;
        for (int g = 0; g < groups; g++) {
            var a = FloatVector.zero(Lanes.FLOATS);
            var b = a;
            for (int i = 0; i < groupInts; i++, at += 4L * Lanes.COUNT) {
                var v = Lanes.ints(quants, at);
                for (int shift = 0; shift < 32; shift += 8, k += 2) {
                    a = nibble(v, shift).fma(Lanes.all(x[k]), a);
                    b = nibble(v, shift + 4).fma(Lanes.all(x[k + 1]), b);
                }
            }
            long index = ((long) panel * groups + g) * Lanes.COUNT;
            var d = scale(index);
            total = minimum(index, d).fma(Lanes.all(sums[sumsAt + g]), a.add(b).fma(d, total));
        }
        return total;
    }

    private void products4(int panel, float[] x, int x0, int x1, int x2, int x3, float[] sums, int s0, int s1, int s2, int s3, float[] y,
            int y0, int y1, int y2, int y3) {
        var t0 = FloatVector.zero(Lanes.FLOATS);
        var t1 = t0;
        var t2 = t0;
        var t3 = t0;
        long at = 4L * panel * groups * groupInts * Lanes.COUNT;
        int k = 0;
        for (int g = 0; g < groups; g++) {
            var a0 = FloatVector.zero(Lanes.FLOATS);
            var a1 = a0;
            var a2 = a0;
            var a3 = a0;
            var b0 = a0;
            var b1 = a0;
            var b2 = a0;
            var b3 = a0;
            for (int i = 0; i < groupInts; i++, at += 4L * Lanes.COUNT) {
                var v = Lanes.ints(quants, at);
                for (int shift = 0; shift < 32; shift += 8, k += 2) {
                    var w = nibble(v, shift);
                    a0 = w.fma(Lanes.all(x[x0 + k]), a0);
                    a1 = w.fma(Lanes.all(x[x1 + k]), a1);
                    a2 = w.fma(Lanes.all(x[x2 + k]), a2);
                    a3 = w.fma(Lanes.all(x[x3 + k]), a3);
                    w = nibble(v, shift + 4);
                    b0 = w.fma(Lanes.all(x[x0 + k + 1]), b0);
                    b1 = w.fma(Lanes.all(x[x1 + k + 1]), b1);
                    b2 = w.fma(Lanes.all(x[x2 + k + 1]), b2);
                    b3 = w.fma(Lanes.all(x[x3 + k + 1]), b3);
                }
            }
            long index = ((long) panel * groups + g) * Lanes.COUNT;
            var d = scale(index);
            var m = minimum(index, d);
            t0 = m.fma(Lanes.all(sums[s0 + g]), a0.add(b0).fma(d, t0));
            t1 = m.fma(Lanes.all(sums[s1 + g]), a1.add(b1).fma(d, t1));
            t2 = m.fma(Lanes.all(sums[s2 + g]), a2.add(b2).fma(d, t2));
            t3 = m.fma(Lanes.all(sums[s3 + g]), a3.add(b3).fma(d, t3));
        }
        int count = rows - panel * Lanes.COUNT;
        Lanes.store(t0, y, y0, count);
        Lanes.store(t1, y, y1, count);
        Lanes.store(t2, y, y2, count);
        Lanes.store(t3, y, y3, count);
    }

    private static FloatVector nibble(IntVector v, int shift) {
        return Lanes.toFloats(v.lanewise(VectorOperators.LSHR, shift).and(15));
    }

    private FloatVector product8(int panel, float[] x, int xAt, float[] sums, int sumsAt) {
        var total = FloatVector.zero(Lanes.FLOATS);
        long at = 4L * panel * groups * groupInts * Lanes.COUNT;
        int k = xAt;
        for (int g = 0; g < groups; g++) {
            var a = FloatVector.zero(Lanes.FLOATS);
            var b = a;
            for (int i = 0; i < groupInts; i++, at += 4L * Lanes.COUNT, k += 4) {
                var v = Lanes.ints(quants, at);
                a = signedByte(v, 24).fma(Lanes.all(x[k]), a);
                b = signedByte(v, 16).fma(Lanes.all(x[k + 1]), b);
                a = signedByte(v, 8).fma(Lanes.all(x[k + 2]), a);
                b = signedByte(v, 0).fma(Lanes.all(x[k + 3]), b);
            }
            long index = ((long) panel * groups + g) * Lanes.COUNT;
            var d = scale(index);
            total = a.add(b).fma(d, total);
            if (minima != null) {
                total = minimum(index, d).fma(Lanes.all(sums[sumsAt + g]), total);
            }
        }
        return total;
    }

    private void products8(int panel, float[] x, int x0, int x1, int x2, int x3, float[] sums, int s0, int s1, int s2, int s3, float[] y,
            int y0, int y1, int y2, int y3) {
        var t0 = FloatVector.zero(Lanes.FLOATS);
        var t1 = t0;
        var t2 = t0;
        var t3 = t0;
        long at = 4L * panel * groups * groupInts * Lanes.COUNT;
        int k = 0;
        for (int g = 0; g < groups; g++) {
            var a0 = FloatVector.zero(Lanes.FLOATS);
            var a1 = a0;
            var a2 = a0;
            var a3 = a0;
            var b0 = a0;
            var b1 = a0;
            var b2 = a0;
            var b3 = a0;
            for (int i = 0; i < groupInts; i++, at += 4L * Lanes.COUNT) {
                var v = Lanes.ints(quants, at);
                for (int shift = 24; shift > 0; shift -= 16, k += 2) {
                    var w = signedByte(v, shift);
                    a0 = w.fma(Lanes.all(x[x0 + k]), a0);
                    a1 = w.fma(Lanes.all(x[x1 + k]), a1);
                    a2 = w.fma(Lanes.all(x[x2 + k]), a2);
                    a3 = w.fma(Lanes.all(x[x3 + k]), a3);
                    w = signedByte(v, shift - 8);
                    b0 = w.fma(Lanes.all(x[x0 + k + 1]), b0);
                    b1 = w.fma(Lanes.all(x[x1 + k + 1]), b1);
                    b2 = w.fma(Lanes.all(x[x2 + k + 1]), b2);
                    b3 = w.fma(Lanes.all(x[x3 + k + 1]), b3);
                }
            }
            long index = ((long) panel * groups + g) * Lanes.COUNT;
            var d = scale(index);
            t0 = a0.add(b0).fma(d, t0);
            t1 = a1.add(b1).fma(d, t1);
            t2 = a2.add(b2).fma(d, t2);
            t3 = a3.add(b3).fma(d, t3);
            if (minima != null) {
                var m = minimum(index, d);
                t0 = m.fma(Lanes.all(sums[s0 + g]), t0);
                t1 = m.fma(Lanes.all(sums[s1 + g]), t1);
                t2 = m.fma(Lanes.all(sums[s2 + g]), t2);
                t3 = m.fma(Lanes.all(sums[s3 + g]), t3);
            }
        }
        int count = rows - panel * Lanes.COUNT;
        Lanes.store(t0, y, y0, count);
        Lanes.store(t1, y, y1, count);
        Lanes.store(t2, y, y2, count);
        Lanes.store(t3, y, y3, count);
    }

    /** The byte that has {@code up} bits above it, with its sign. */
    private static FloatVector signedByte(IntVector v, int up) {
        return Lanes.toFloats(v.lanewise(VectorOperators.LSHL, up).lanewise(VectorOperators.ASHR, 24));
    }

    @Override
    public void row(int row, float[] out, int at) {
        int bits = format.bits();
        int perInt = 32 / bits;
        long panel = row / Lanes.COUNT;
        int lane = row % Lanes.COUNT;
        for (int k = 0; k < columns; k++) {
            int word = quants.getAtIndex(ValueLayout.JAVA_INT, (panel * (columns / perInt) + k / perInt) * Lanes.COUNT + lane);
            int q = bits == 4 ? word >>> 4 * (k % 8) & 15 : word << 24 - 8 * (k % 4) >> 24;
            long index = (panel * groups + k / format.length()) * Lanes.COUNT + lane;
            float d = scalar(scales, index);
            out[at + k] = d * q + (minima == null ? -format.offset() * d : scalar(minima, index));
        }
    }

    private float scalar(MemorySegment memory, long index) {
        return format.halfScales()
                ? Float.float16ToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index))
                : memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }
}
