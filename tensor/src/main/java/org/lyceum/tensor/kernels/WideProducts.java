package org.lyceum.tensor.kernels;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;

/**
 * Products of quantized matrices with many vectors at once: weights and vectors are rounded to bf16, a slice of the matrix at a time, and
 * multiplied by libtorch's oneDNN, which has the processor's instructions for products of bf16, and its matrix unit where it has one, as the
 * Vector API has not. Unpacking a weight costs as much as some ten products with it, so this is for prompts, not for decoding.
 *
 * <p>How a matrix is cut depends on its shape alone, and vectors come in blocks of two sizes: a product is the same bit for bit whatever
 * other blocks are computed with it, and on however many threads.
 */
public final class WideProducts implements AutoCloseable {
    /** Vectors of a small block. */
    public static final int BLOCK = 64;
    /** Vectors of a large block, which is faster. oneDNN's sums in it are those of four small ones, bit for bit, wherever this was run. */
    public static final int LARGE_BLOCK = 256;

    /** Weights of a slice, few enough that in bf16 they stay in the second-level cache while all vectors meet them. */
    private static final int SLICE = 320 << 10;
    private static final ByteOrder ORDER = Lanes.ORDER;
    private static final int LANES = Lanes.COUNT;
    /** As many numbers of 16 bits as {@link Lanes#FLOATS} has of 32. */
    private static final VectorSpecies<Short> HALVES = VectorSpecies.of(short.class,
            VectorShape.forBitSize(Lanes.FLOATS.vectorBitSize() / 2));

    private final ThreadTeam team;
    private final List<Room> rooms = new ArrayList<>(); // one for each thread
    private final Buffer vectors = new Buffer(); // (tokens, K)

    /** What a thread works in. */
    private static final class Room {
        final Buffer weights = new Buffer(); // (K, rows of a slice)
        final Buffer products = new Buffer(); // (tokens of a block, rows of a slice)
    }

    /** Memory for matrices of bf16, which grows as it must. */
    private static final class Buffer {
        private Tensor all = allocate(1);
        private MemorySegment data = all.data();

        MemorySegment hold(long elements) {
            if (all.size(0) < elements) {
                all.close();
                all = allocate(elements);
                data = all.data();
            }
            return data;
        }

        private static Tensor allocate(long elements) {
            try (var scope = Scope.open()) {
                return scope.keep(Tensor.emptyOnCpu(DType.BF16, elements));
            }
        }

        Tensor matrix(long at, long rows, long columns) {
            return all.narrow(0, at, rows * columns).reshape(rows, columns);
        }
    }

    /** Neighbouring panels of a matrix whose first row's product is element {@code row} of a vector of y. */
    private record Slice(GroupedMatrix matrix, int row, int from, int to) {
        int rows() {
            return (to - from) * LANES;
        }

        /** Cuts a matrix into slices, an even number of them or one, so that two threads have the same to do. */
        static void cut(GroupedMatrix matrix, int row, List<Slice> slices) {
            int panels = matrix.panels();
            int count = (int) (((long) panels * LANES * matrix.columns() + SLICE - 1) / SLICE);
            count = Math.min(panels, count == 1 ? 1 : count + count % 2);
            for (int i = 0; i < count; i++) {
                int from = (int) ((long) panels * i / count);
                slices.add(new Slice(matrix, row + from * LANES, from, (int) ((long) panels * (i + 1) / count)));
            }
        }
    }

    /** Whether the processor has a matrix unit for bf16, with which this is several times as fast as {@link GroupedMatrix} by itself; with
     * vector instructions for bf16 alone (an Intel Xeon, its matrix unit switched off) it is slower. */
    public static boolean pay() {
        if (!Torch.canLimitThreads()) {
            return false;
        }
        try {
            return Files.readString(Path.of("/proc/cpuinfo")).contains("amx_bf16");
        } catch (IOException _) {
            return false; // no Linux
        }
    }

    /** Products on the threads of {@code team}. */
    public WideProducts(ThreadTeam team) {
        this.team = team;
        for (int i = 0; i < team.size(); i++) {
            rooms.add(new Room());
        }
    }

    /**
     * y = W·x for each of the matrices, one below the other, and all vectors.
     *
     * @param x vectors, the first at {@code xAt}, {@code xStride} apart
     * @param blocks how many vectors each block has, {@link #BLOCK} or {@link #LARGE_BLOCK}, one block after the other
     * @param y where the products go, the first vector's at {@code yAt}, those of another {@code yStride} further
     */
    public void multiply(List<GroupedMatrix> matrices, float[] x, int xAt, int xStride, int[] blocks, float[] y, int yAt, int yStride) {
        int columns = matrices.getFirst().columns();
        int tokens = Arrays.stream(blocks).sum();
        var rounded = vectors.hold((long) tokens * columns);
        team.split(tokens, (from, to) -> {
            for (int t = from; t < to; t++) {
                round(x, xAt + t * xStride, columns, rounded, 2L * t * columns);
            }
        });
        var slices = new ArrayList<Slice>();
        int row = 0;
        for (var matrix : matrices) {
            Slice.cut(matrix, row, slices);
            row += matrix.rows();
        }
        slices.sort(Comparator.comparingInt(Slice::rows).reversed()); // the largest first, so that no thread begins one when the others are done
        var next = new AtomicInteger();
        team.split(rooms.size(), (member, _) -> Torch.onOneThread(() -> {
            for (int i = next.getAndIncrement(); i < slices.size(); i = next.getAndIncrement()) {
                multiply(slices.get(i), rooms.get(member), blocks, y, yAt, yStride);
            }
        }));
    }

    private void multiply(Slice slice, Room room, int[] blocks, float[] y, int yAt, int yStride) {
        int columns = slice.matrix.columns();
        int width = slice.rows();
        int count = Math.min(width, slice.matrix.rows() - slice.from * LANES); // that are the matrix's
        slice.matrix.unpack(slice.from, slice.to, room.weights.hold((long) columns * width));
        var products = room.products.hold((long) LARGE_BLOCK * width);
        try (var _ = Scope.open()) {
            var weights = room.weights.matrix(0, columns, width);
            int token = 0;
            for (int block : blocks) {
                vectors.matrix((long) token * columns, block, columns).matmulInto(weights, room.products.matrix(0, block, width));
                for (int t = 0; t < block; t++) {
                    widen(products, 2L * t * width, y, yAt + (token + t) * yStride + slice.row, count);
                }
                token += block;
            }
        }
    }

    /** To the nearest bf16, to the even one of two. */
    static ShortVector round(FloatVector x) {
        var bits = x.reinterpretAsInts();
        var odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
        return (ShortVector) bits.add(odd).add(0x7fff).lanewise(VectorOperators.LSHR, 16).convertShape(VectorOperators.I2S, HALVES, 0);
    }

    private static void round(float[] x, int at, int length, MemorySegment out, long to) {
        for (int k = 0; k < length; k += LANES) {
            round(FloatVector.fromArray(Lanes.FLOATS, x, at + k)).intoMemorySegment(out, to + 2L * k, ORDER);
        }
    }

    private static void widen(MemorySegment from, long at, float[] out, int to, int length) {
        for (int k = 0; k < length; k += LANES) {
            var bits = (IntVector) ShortVector.fromMemorySegment(HALVES, from, at + 2L * k, ORDER).convertShape(VectorOperators.S2I,
                    Lanes.INTS, 0);
            Lanes.store(bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), out, to + k, length - k);
        }
    }

    /** Frees the memory. */
    @Override
    public void close() {
        vectors.all.close();
        for (var room : rooms) {
            room.weights.all.close();
            room.products.all.close();
        }
    }
}
