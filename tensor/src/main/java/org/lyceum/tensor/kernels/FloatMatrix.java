package org.lyceum.tensor.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/** A matrix in f32, panel by panel, column by column. */
public final class FloatMatrix implements PackedMatrix {
    private final int rows;
    private final int columns;
    private final MemorySegment weights; // (panels, K, lanes)

    private FloatMatrix(int rows, int columns, MemorySegment weights) {
        this.rows = rows;
        this.columns = columns;
        this.weights = weights;
    }

    /** Packs the rows that {@code source} gives; the memory is the arena's. */
    public static FloatMatrix pack(int rows, int columns, RowSource source, Arena arena, ThreadTeam team) {
        int lanes = Lanes.COUNT;
        int panels = (rows + lanes - 1) / lanes;
        var weights = arena.allocate(4L * panels * columns * lanes, 64);
        team.split(panels, (from, to) -> {
            var row = new float[columns];
            for (int r = from * lanes; r < Math.min(rows, to * lanes); r++) {
                source.read(r, row);
                long at = (long) (r / lanes) * columns * lanes + r % lanes;
                for (int k = 0; k < columns; k++) {
                    weights.setAtIndex(ValueLayout.JAVA_FLOAT, at + (long) k * lanes, row[k]);
                }
            }
        });
        return new FloatMatrix(rows, columns, weights);
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
        return weights.byteSize();
    }

    @Override
    public void multiply(float[] x, int xAt, int xStride, int tokens, float[] y, int yAt, int yStride, int from, int to) {
        TokenBlocks.run(new TokenBlocks.Kernel() {
            @Override
            public void one(int panel, int token) {
                var sum = product(weights, panel, columns, x, xAt + token * xStride);
                Lanes.store(sum, y, yAt + token * yStride + panel * Lanes.COUNT, rows - panel * Lanes.COUNT);
            }

            @Override
            public void four(int panel, int t0, int t1, int t2, int t3) {
                int out = yAt + panel * Lanes.COUNT;
                products(weights, panel, columns, x, xAt + t0 * xStride, xAt + t1 * xStride, xAt + t2 * xStride, xAt + t3 * xStride, y,
                        out + t0 * yStride, out + t1 * yStride, out + t2 * yStride, out + t3 * yStride, rows - panel * Lanes.COUNT);
            }
        }, columns, tokens, from, to);
    }

    private static FloatVector product(MemorySegment weights, int panel, int columns, float[] x, int xAt) {
        var sum = FloatVector.zero(Lanes.FLOATS);
        long at = 4L * panel * columns * Lanes.COUNT;
        for (int k = 0; k < columns; k++, at += 4L * Lanes.COUNT) {
            sum = Lanes.floats(weights, at).fma(Lanes.all(x[xAt + k]), sum);
        }
        return sum;
    }

    private static void products(MemorySegment weights, int panel, int columns, float[] x, int x0, int x1, int x2, int x3, float[] y,
            int y0, int y1, int y2, int y3, int count) {
        var s0 = FloatVector.zero(Lanes.FLOATS);
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        long at = 4L * panel * columns * Lanes.COUNT;
        for (int k = 0; k < columns; k++, at += 4L * Lanes.COUNT) {
            var w = Lanes.floats(weights, at);
            s0 = w.fma(Lanes.all(x[x0 + k]), s0);
            s1 = w.fma(Lanes.all(x[x1 + k]), s1);
            s2 = w.fma(Lanes.all(x[x2 + k]), s2);
            s3 = w.fma(Lanes.all(x[x3 + k]), s3);
        }
        Lanes.store(s0, y, y0, count);
        Lanes.store(s1, y, y1, count);
        Lanes.store(s2, y, y2, count);
        Lanes.store(s3, y, y3, count);
    }

    @Override
    public void row(int row, float[] out, int at) {
        long first = (long) (row / Lanes.COUNT) * columns * Lanes.COUNT + row % Lanes.COUNT;
        for (int k = 0; k < columns; k++) {
            out[at + k] = weights.getAtIndex(ValueLayout.JAVA_FLOAT, first + (long) k * Lanes.COUNT);
        }
    }
}
