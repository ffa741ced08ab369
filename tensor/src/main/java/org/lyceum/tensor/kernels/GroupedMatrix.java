package org.lyceum.tensor.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.gguf.BlockFormat;
import org.lyceum.tensor.kernels.QuantGroups.Numbers;

/**
 * A quantized matrix: whole numbers q of 4 or 8 bits in groups of 16 or 32 neighbours of a row, w = d·q + m with d and m a group's own. A
 * product needs Σ d·q·x + Σ m·x, and takes d and m out of the sums over a group: the numbers are unpacked, multiplied with x and summed, and d
 * and m meet the sum alone.
 *
 * <p>Numbers of up to 6 bits meet x in whole numbers of 8 bits ({@link QuantizedVectors}), as llama.cpp does it: their products fit in 16 bits, of
 * which a vector holds twice as many as of floats. Those of 8 bits would not, and meet x in f32.
 */
public final class GroupedMatrix implements PackedMatrix {
    private final int rows;
    private final int columns;
    private final QuantGroups format;
    private final int groups; // of a row
    private final int groupInts; // 32-bit words of a group and row
    private final MemorySegment quants; // (panels, groups, groupInts, lanes) of i32: 8 or 4 neighbours of a row, see shift()
    private final MemorySegment scales; // (panels, groups, lanes) of f32
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
        long scaleBytes = 4L * panels * groups * lanes;
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
        int bits = format.bits();
        int perInt = 32 / bits;
        long panel = r / Lanes.COUNT;
        int lane = r % Lanes.COUNT;
        int words = columns / perInt;
        for (int word = 0; word < words; word++) {
            int packed = 0;
            for (int i = 0; i < perInt; i++) {
                packed |= (row.quants()[word * perInt + i] & (1 << bits) - 1) << shift(i);
            }
            quants.setAtIndex(ValueLayout.JAVA_INT, (panel * words + word) * Lanes.COUNT + lane, packed);
        }
        for (int g = 0; g < groups; g++) {
            long at = (panel * groups + g) * Lanes.COUNT + lane;
            scales.setAtIndex(ValueLayout.JAVA_FLOAT, at, row.scales()[g]);
            if (minima != null) {
                minima.setAtIndex(ValueLayout.JAVA_FLOAT, at, row.minima()[g]);
            }
        }
    }

    /** Where neighbour {@code i} lies in its word: one after the other, or those that are 2i-th in the low half and the others in the high one. */
    private int shift(int i) {
        return format.numbers() == Numbers.SIGNED_8 ? 8 * i : i % 2 * 16 + i / 2 * format.bits();
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

    /** Whether it meets vectors in whole numbers of 8 bits. */
    boolean inWholeNumbers() {
        return format.numbers() != Numbers.SIGNED_8;
    }

    /** Elements of a group. */
    int groupLength() {
        return format.length();
    }

    @Override
    public void multiply(Vectors x, float[] y, int yAt, int yStride, int from, int to) {
        TokenBlocks.run(inWholeNumbers() ? new WholeProducts(x, y, yAt, yStride) : new FloatProducts(x, y, yAt, yStride), x, from, to);
    }

    private long quantsAt(int panel) {
        return 4L * panel * groups * groupInts * Lanes.COUNT;
    }

    private long scalesAt(int panel) {
        return 4L * panel * groups * Lanes.COUNT;
    }

    /** The products of panels with vectors in whole numbers. */
    private final class WholeProducts implements TokenBlocks.Kernel {
        private final QuantizedVectors x;
        private final float[] y;
        private final int yAt;
        private final int yStride;

        WholeProducts(Vectors x, float[] y, int yAt, int yStride) {
            this.x = x.quantized(format.length());
            this.y = y;
            this.yAt = yAt;
            this.yStride = yStride;
        }

        @Override
        public void one(int panel, int token) {
            int out = yAt + panel * Lanes.COUNT + token * yStride;
            int count = rows - panel * Lanes.COUNT;
            if (format.numbers() == Numbers.UNSIGNED_4) {
                Int4Kernel.one(quants, quantsAt(panel), groups, groupInts, scales, minima, scalesAt(panel), format.offset(), x.pairs(),
                        token * columns / 2, x.scales(), x.sums(), token * groups, y, out, count);
            } else {
                Int6Kernel.one(quants, quantsAt(panel), groups, groupInts, scales, minima, scalesAt(panel), format.offset(), x.pairs(),
                        token * columns / 2, x.scales(), x.sums(), token * groups, y, out, count);
            }
        }

        @Override
        public void eight(int panel, int eight, int token, int others) {
            int out = yAt + panel * Lanes.COUNT + token * yStride;
            int count = rows - panel * Lanes.COUNT;
            if (format.numbers() == Numbers.UNSIGNED_4) {
                Int4Kernel.eight(quants, quantsAt(panel), groups, groupInts, scales, minima, scalesAt(panel), format.offset(),
                        x.pairEights(), 4 * columns * eight, x.scaleEights(), x.sumEights(), 8 * groups * eight, y, out, yStride, others,
                        count);
            } else {
                Int6Kernel.eight(quants, quantsAt(panel), groups, groupInts, scales, minima, scalesAt(panel), format.offset(),
                        x.pairEights(), 4 * columns * eight, x.scaleEights(), x.sumEights(), 8 * groups * eight, y, out, yStride, others,
                        count);
            }
        }
    }

    /** The products of panels with vectors of f32. */
    private final class FloatProducts implements TokenBlocks.Kernel {
        private final Vectors x;
        private final float[] y;
        private final int yAt;
        private final int yStride;

        FloatProducts(Vectors x, float[] y, int yAt, int yStride) {
            this.x = x;
            this.y = y;
            this.yAt = yAt;
            this.yStride = yStride;
        }

        @Override
        public void one(int panel, int token) {
            Int8Kernel.one(quants, quantsAt(panel), groups, groupInts, scales, scalesAt(panel), x.values(), x.start(token), y,
                    yAt + panel * Lanes.COUNT + token * yStride, rows - panel * Lanes.COUNT);
        }

        @Override
        public void eight(int panel, int eight, int token, int others) {
            Int8Kernel.eight(quants, quantsAt(panel), groups, groupInts, scales, scalesAt(panel), x.eights(), 8 * columns * eight, y,
                    yAt + panel * Lanes.COUNT + token * yStride, yStride, others, rows - panel * Lanes.COUNT);
        }
    }

    /**
     * The weights of some panels in bf16.
     *
     * @param out (K, rows of the panels)
     */
    void unpack(int from, int to, MemorySegment out) {
        int bits = format.bits();
        int perInt = 32 / bits;
        var shifts = new int[perInt]; // what brings neighbour i to the top of its word
        for (int i = 0; i < perInt; i++) {
            shifts[i] = 32 - bits - shift(i);
        }
        int sign = format.numbers() == Numbers.UNSIGNED_4 ? 0 : 1 << bits - 1;
        long stride = 2L * (to - from) * Lanes.COUNT;
        for (int panel = from; panel < to; panel++) {
            long at = 2L * (panel - from) * Lanes.COUNT;
            Unpacking.panel(quants, quantsAt(panel), groups, groupInts, bits, shifts, sign, scales, minima, scalesAt(panel),
                    format.offset(), out,
                    at, stride);
        }
    }

    @Override
    public void row(int row, float[] out, int at) {
        int bits = format.bits();
        int perInt = 32 / bits;
        long panel = row / Lanes.COUNT;
        int lane = row % Lanes.COUNT;
        for (int k = 0; k < columns; k++) {
            int word = quants.getAtIndex(ValueLayout.JAVA_INT, (panel * (columns / perInt) + k / perInt) * Lanes.COUNT + lane);
            int q = bits == 4 ? word >>> shift(k % 8) & 15 : word << 24 - shift(k % 4) >> 24;
            long index = (panel * groups + k / format.length()) * Lanes.COUNT + lane;
            float d = scales.getAtIndex(ValueLayout.JAVA_FLOAT, index);
            out[at + k] = d * q + (minima == null ? -format.offset() * d : minima.getAtIndex(ValueLayout.JAVA_FLOAT, index));
        }
    }
}
