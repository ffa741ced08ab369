package org.lyceum.bench.micro;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.lyceum.tensor.gguf.BlockFormat;
import org.lyceum.tensor.kernels.GroupedMatrix;
import org.lyceum.tensor.kernels.ThreadTeam;
import org.lyceum.tensor.kernels.Vectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Products of a quantized matrix (1536, 576), as SmolLM2 135M has them, with one vector or several; rounding the vectors counts. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Kernels {
    private static final int ROWS = 1536;
    private static final int COLUMNS = 576;
    private static final byte SCALE = 0x20; // as the high byte of an f16: 2⁻⁷

    /** How the weights are quantized. */
    @Param({"Q4_0", "Q4_1", "Q8_0"})
    public String format = "Q4_0";

    /** Vectors multiplied at once. */
    @Param({"1", "8", "64"})
    public int vectors = 1;

    private final Arena arena = Arena.ofShared();
    private final ThreadTeam team = new ThreadTeam(1);
    private final Vectors prepared = new Vectors();
    @SuppressWarnings("NullAway.Init") // pack() sets it
    private GroupedMatrix matrix;
    private float[] x = {};
    private float[] y = {};

    /** Packs made-up weights. */
    @Setup
    public void pack() {
        var blocks = BlockFormat.valueOf(format);
        var random = new Random(1);
        var bytes = new byte[ROWS * COLUMNS / blocks.blockLength() * blocks.blockBytes()];
        random.nextBytes(bytes);
        for (int block = 0; block < bytes.length; block += blocks.blockBytes()) {
            bytes[block + 1] = SCALE;
            if (blocks == BlockFormat.Q4_1) {
                bytes[block + 3] = SCALE;
            }
        }
        var source = arena.allocate(bytes.length, 64);
        MemorySegment.copy(bytes, 0, source, ValueLayout.JAVA_BYTE, 0, bytes.length);
        matrix = GroupedMatrix.pack(blocks, ROWS, COLUMNS, source, GroupedMatrix.RowOrder.SAME, arena, team);
        x = new float[vectors * COLUMNS];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        y = new float[vectors * ROWS];
    }

    /** Frees it. */
    @TearDown
    public void free() {
        team.close();
        arena.close();
    }

    /** All rows. */
    @Benchmark
    public float[] multiply() {
        matrix.multiply(prepared.fill(x, 0, COLUMNS, vectors, COLUMNS, List.of(matrix), team), y, 0, ROWS, 0, matrix.panels());
        return y;
    }
}
