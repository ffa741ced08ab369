package org.lyceum.tensor.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** A matrix in f32, panel by panel, column by column. */
public final class FloatMatrix implements PackedMatrix {
    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /** Bytes from one vector to the next. */
    private static final long VECTOR = 4L * Lanes.COUNT;

    private final int rows;
    private final int columns;
    private final MemorySegment weights; // (panels, K, panel rows)

    private FloatMatrix(int rows, int columns, MemorySegment weights) {
        this.rows = rows;
        this.columns = columns;
        this.weights = weights;
    }

    /** Packs the rows that {@code source} gives; the memory is the arena's. */
    public static FloatMatrix pack(int rows, int columns, RowSource source, Arena arena, ThreadTeam team) {
        int lanes = Lanes.PANEL;
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
    public void multiply(Vectors x, float[] y, int yAt, int yStride, int from, int to) {
        TokenBlocks.run(new TokenBlocks.Kernel() {
            @Override
            public void one(int panel, int token) {
                product(weights, panel, columns, x.values(), x.start(token), y, yAt + token * yStride + panel * Lanes.PANEL,
                        rows - panel * Lanes.PANEL);
            }

            @Override
            public void four(int panel, int quad, int t0, int t1, int t2, int t3) {
                int out = yAt + panel * Lanes.PANEL;
                products(weights, panel, columns, x.quads(), 4 * columns * quad, y, out + t0 * yStride, out + t1 * yStride,
                        out + t2 * yStride, out + t3 * yStride, rows - panel * Lanes.PANEL);
            }
        }, x, from, to);
    }

    // Both add in the order of the columns, in one sum.

    private static void product(MemorySegment weights, int panel, int columns, float[] x, int xAt, float[] y, int yAt, int count) {
        var t = FloatVector.zero(FLOATS); // the first rows' sums
        var u = FloatVector.zero(FLOATS); // and the others'
        long at = 2 * VECTOR * panel * columns;
        for (int k = 0; k < columns; k++, at += 2 * VECTOR) {
            var v = FloatVector.broadcast(FLOATS, x[xAt + k]);
            t = FloatVector.fromMemorySegment(FLOATS, weights, at, ORDER).fma(v, t);
            u = FloatVector.fromMemorySegment(FLOATS, weights, at + VECTOR, ORDER).fma(v, u);
        }
        Lanes.store(t, y, yAt, count);
        Lanes.store(u, y, yAt + Lanes.COUNT, count - Lanes.COUNT);
    }

    private static void products(MemorySegment weights, int panel, int columns, float[] x, int xAt, float[] y, int y0, int y1, int y2,
            int y3, int count) {
        var t0 = FloatVector.zero(FLOATS);
        var t1 = FloatVector.zero(FLOATS);
        var t2 = FloatVector.zero(FLOATS);
        var t3 = FloatVector.zero(FLOATS);
        var u0 = FloatVector.zero(FLOATS);
        var u1 = FloatVector.zero(FLOATS);
        var u2 = FloatVector.zero(FLOATS);
        var u3 = FloatVector.zero(FLOATS);
        long at = 2 * VECTOR * panel * columns;
        for (int k = xAt; k < xAt + 4 * columns; k += 4, at += 2 * VECTOR) {
            var a = FloatVector.fromMemorySegment(FLOATS, weights, at, ORDER);
            var b = FloatVector.fromMemorySegment(FLOATS, weights, at + VECTOR, ORDER);
            var v = FloatVector.broadcast(FLOATS, x[k]);
            t0 = a.fma(v, t0);
            u0 = b.fma(v, u0);
            v = FloatVector.broadcast(FLOATS, x[k + 1]);
            t1 = a.fma(v, t1);
            u1 = b.fma(v, u1);
            v = FloatVector.broadcast(FLOATS, x[k + 2]);
            t2 = a.fma(v, t2);
            u2 = b.fma(v, u2);
            v = FloatVector.broadcast(FLOATS, x[k + 3]);
            t3 = a.fma(v, t3);
            u3 = b.fma(v, u3);
        }
        Lanes.store(t0, y, y0, count);
        Lanes.store(t1, y, y1, count);
        Lanes.store(t2, y, y2, count);
        Lanes.store(t3, y, y3, count);
        Lanes.store(u0, y, y0 + Lanes.COUNT, count - Lanes.COUNT);
        Lanes.store(u1, y, y1 + Lanes.COUNT, count - Lanes.COUNT);
        Lanes.store(u2, y, y2 + Lanes.COUNT, count - Lanes.COUNT);
        Lanes.store(u3, y, y3 + Lanes.COUNT, count - Lanes.COUNT);
    }

    @Override
    public void row(int row, float[] out, int at) {
        long first = (long) (row / Lanes.PANEL) * columns * Lanes.PANEL + row % Lanes.PANEL;
        for (int k = 0; k < columns; k++) {
            out[at + k] = weights.getAtIndex(ValueLayout.JAVA_FLOAT, first + (long) k * Lanes.PANEL);
        }
    }
}
