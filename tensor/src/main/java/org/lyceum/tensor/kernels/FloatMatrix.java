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
    public void multiply(Vectors x, float[] y, int yAt, int yStride, int from, int to) {
        TokenBlocks.run(new TokenBlocks.Kernel() {
            @Override
            public void one(int panel, int token) {
                product(weights, panel, columns, x.values(), x.start(token), y, yAt + token * yStride + panel * Lanes.COUNT,
                        rows - panel * Lanes.COUNT);
            }

            @Override
            public void eight(int panel, int eight, int token, int others) {
                products(weights, panel, columns, x.eights(), 8 * columns * eight, y, yAt + token * yStride + panel * Lanes.COUNT, yStride,
                        others, rows - panel * Lanes.COUNT);
            }
        }, x, from, to);
    }

    // Both add in the order of the columns, in one sum.

    private static void product(MemorySegment weights, int panel, int columns, float[] x, int xAt, float[] y, int yAt, int count) {
        var t = FloatVector.zero(FLOATS);
        long at = VECTOR * panel * columns;
        for (int k = 0; k < columns; k++) {
            t = FloatVector.fromMemorySegment(FLOATS, weights, at + k * VECTOR, ORDER).fma(FloatVector.broadcast(FLOATS, x[xAt + k]), t);
        }
        Lanes.store(t, y, yAt, count);
    }

    private static void products(MemorySegment weights, int panel, int columns, float[] x, int xAt, float[] y, int yAt, int yStride,
            int others, int count) {
        var t0 = FloatVector.zero(FLOATS);
        var t1 = FloatVector.zero(FLOATS);
        var t2 = FloatVector.zero(FLOATS);
        var t3 = FloatVector.zero(FLOATS);
        var t4 = FloatVector.zero(FLOATS);
        var t5 = FloatVector.zero(FLOATS);
        var t6 = FloatVector.zero(FLOATS);
        var t7 = FloatVector.zero(FLOATS);
        long at = VECTOR * panel * columns;
        for (int k = 0; k < columns; k++) {
            var w = FloatVector.fromMemorySegment(FLOATS, weights, at + k * VECTOR, ORDER);
            t0 = w.fma(FloatVector.broadcast(FLOATS, x[xAt + 8 * k]), t0);
            t1 = w.fma(FloatVector.broadcast(FLOATS, x[xAt + 8 * k + 1]), t1);
            t2 = w.fma(FloatVector.broadcast(FLOATS, x[xAt + 8 * k + 2]), t2);
            t3 = w.fma(FloatVector.broadcast(FLOATS, x[xAt + 8 * k + 3]), t3);
            t4 = w.fma(FloatVector.broadcast(FLOATS, x[xAt + 8 * k + 4]), t4);
            t5 = w.fma(FloatVector.broadcast(FLOATS, x[xAt + 8 * k + 5]), t5);
            t6 = w.fma(FloatVector.broadcast(FLOATS, x[xAt + 8 * k + 6]), t6);
            t7 = w.fma(FloatVector.broadcast(FLOATS, x[xAt + 8 * k + 7]), t7);
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

    @Override
    public void row(int row, float[] out, int at) {
        long first = (long) (row / Lanes.COUNT) * columns * Lanes.COUNT + row % Lanes.COUNT;
        for (int k = 0; k < columns; k++) {
            out[at + k] = weights.getAtIndex(ValueLayout.JAVA_FLOAT, first + (long) k * Lanes.COUNT);
        }
    }
}
