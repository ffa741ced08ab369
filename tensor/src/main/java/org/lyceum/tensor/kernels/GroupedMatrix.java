package org.lyceum.tensor.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    private final MemorySegment quants; // (panels, groups, groupInts, panel rows) of i32: 8 or 4 neighbours of a row, the first in the lowest bits
    private final MemorySegment scales; // (panels, groups, panel rows) of f32
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
        int lanes = Lanes.PANEL;
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
        int lanes = Lanes.PANEL;
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
            scales.setAtIndex(ValueLayout.JAVA_FLOAT, at, row.scales()[g]);
            if (minima != null) {
                minima.setAtIndex(ValueLayout.JAVA_FLOAT, at, row.minima()[g]);
            }
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

    /** Whether {@link Vectors} must have the sums of groups: where m is not 0. */
    boolean needsSums() {
        return minima != null || format.offset() != 0;
    }

    /** Elements of a group. */
    int groupLength() {
        return format.length();
    }

    @Override
    public void multiply(Vectors x, float[] y, int yAt, int yStride, int from, int to) {
        TokenBlocks.run(new PanelProducts(x, y, yAt, yStride), x, from, to);
    }

    /** The products of panels, one after the other. */
    private final class PanelProducts implements TokenBlocks.Kernel {
        private final Vectors x;
        private final float[] y;
        private final int yAt;
        private final int yStride;
        private final float[] sums;
        private final float[] quadSums;
        private final int groupSums; // how far it is from one vector's sums to the next one's: nowhere where none are needed

        PanelProducts(Vectors x, float[] y, int yAt, int yStride) {
            this.x = x;
            this.y = y;
            this.yAt = yAt;
            this.yStride = yStride;
            sums = needsSums() ? x.sums(format.length()) : new float[4 * groups];
            quadSums = needsSums() ? x.quadSums(format.length()) : sums;
            groupSums = needsSums() ? groups : 0;
        }

        @Override
        public void one(int panel, int token) {
            long at = 4L * panel * groups * groupInts * Lanes.PANEL;
            long scalesAt = 4L * panel * groups * Lanes.PANEL;
            int out = yAt + panel * Lanes.PANEL + token * yStride;
            int count = rows - panel * Lanes.PANEL;
            if (format.bits() == 4) {
                Int4Kernel.one(quants, at, groups, groupInts, scales, minima, scalesAt, format.offset(), x.values(), x.start(token), sums,
                        token * groupSums, y, out, count);
            } else {
                Int8Kernel.one(quants, at, groups, groupInts, scales, minima, scalesAt, format.offset(), x.values(), x.start(token), sums,
                        token * groupSums, y, out, count);
            }
        }

        @Override
        public void four(int panel, int quad, int t0, int t1, int t2, int t3) {
            long at = 4L * panel * groups * groupInts * Lanes.PANEL;
            long scalesAt = 4L * panel * groups * Lanes.PANEL;
            int out = yAt + panel * Lanes.PANEL;
            int count = rows - panel * Lanes.PANEL;
            if (format.bits() == 4) {
                Int4Kernel.four(quants, at, groups, groupInts, scales, minima, scalesAt, format.offset(), x.quads(), 4 * columns * quad,
                        quadSums, 4 * groupSums * quad, y, out + t0 * yStride, out + t1 * yStride, out + t2 * yStride,
                        out + t3 * yStride, count);
            } else {
                Int8Kernel.four(quants, at, groups, groupInts, scales, minima, scalesAt, format.offset(), x.quads(), 4 * columns * quad,
                        quadSums, 4 * groupSums * quad, y, out + t0 * yStride, out + t1 * yStride, out + t2 * yStride,
                        out + t3 * yStride, count);
            }
        }
    }

    @Override
    public void row(int row, float[] out, int at) {
        int bits = format.bits();
        int perInt = 32 / bits;
        long panel = row / Lanes.PANEL;
        int lane = row % Lanes.PANEL;
        for (int k = 0; k < columns; k++) {
            int word = quants.getAtIndex(ValueLayout.JAVA_INT, (panel * (columns / perInt) + k / perInt) * Lanes.PANEL + lane);
            int q = bits == 4 ? word >>> 4 * (k % 8) & 15 : word << 24 - 8 * (k % 4) >> 24;
            long index = (panel * groups + k / format.length()) * Lanes.PANEL + lane;
            float d = scales.getAtIndex(ValueLayout.JAVA_FLOAT, index);
            out[at + k] = d * q + (minima == null ? -format.offset() * d : minima.getAtIndex(ValueLayout.JAVA_FLOAT, index));
        }
    }
}
