package org.lyceum.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.lyceum.tensor.gguf.BlockFormat;

/** Packed products against products of the plainly decoded weights with the plainly rounded vectors, in f64. */
class PackedMatrixTest {
    private static final int ROWS = 37; // no multiple of any panel
    private static final int COLUMNS = 512;

    @ParameterizedTest
    @EnumSource(value = BlockFormat.class, mode = Mode.EXCLUDE, names = {"F32", "F16", "BF16"})
    void quantizedRowsAndProductsAreThoseOfTheDecodedWeights(BlockFormat format) {
        var blocks = randomBlocks(format, ROWS * COLUMNS, new Random(1));
        var weights = new float[ROWS * COLUMNS];
        format.dequantize(blocks, 0, weights, 0, weights.length);
        try (var arena = Arena.ofConfined(); var team = new ThreadTeam(1)) {
            check(GroupedMatrix.pack(format, ROWS, COLUMNS, blocks, GroupedMatrix.RowOrder.SAME, arena, team), weights, team);
        }
    }

    @ParameterizedTest
    @EnumSource(value = BlockFormat.class, mode = Mode.EXCLUDE, names = {"F32", "F16", "BF16"})
    void sumsOfTheLargestNumbersDoNotOverflow(BlockFormat format) {
        for (int filler : new int[]{0, 0xff, 0x88, 0x77}) {
            var blocks = randomBlocks(format, ROWS * COLUMNS, new Random(5), filler);
            var weights = new float[ROWS * COLUMNS];
            format.dequantize(blocks, 0, weights, 0, weights.length);
            try (var arena = Arena.ofConfined(); var team = new ThreadTeam(1)) {
                var matrix = GroupedMatrix.pack(format, ROWS, COLUMNS, blocks, GroupedMatrix.RowOrder.SAME, arena, team);
                for (float value : new float[]{1, -1}) {
                    var x = new float[2 * COLUMNS];
                    Arrays.fill(x, value);
                    x[3] = 0; // and one that is not the largest
                    var y = new float[2 * ROWS];
                    matrix.multiply(new Vectors().fill(x, 0, COLUMNS, 2, COLUMNS, List.of(matrix), team), y, 0, ROWS, 0, matrix.panels());
                    for (int r = 0; r < ROWS; r++) {
                        double sum = 0;
                        double size = 0;
                        for (int k = 0; k < COLUMNS; k++) {
                            sum += weights[r * COLUMNS + k] * x[k];
                            size += Math.abs(weights[r * COLUMNS + k]);
                        }
                        assertThat((double) y[r]).as("%s, bytes %x, row %d", format, filler, r).isCloseTo(sum, within(1e-5 * size + 1e-4));
                    }
                }
            }
        }
    }

    @Test
    void aNumberThatIsNoneIsNotHidden() {
        var blocks = randomBlocks(BlockFormat.Q4_1, ROWS * COLUMNS, new Random(6));
        try (var arena = Arena.ofConfined(); var team = new ThreadTeam(1)) {
            var matrix = GroupedMatrix.pack(BlockFormat.Q4_1, ROWS, COLUMNS, blocks, GroupedMatrix.RowOrder.SAME, arena, team);
            for (float odd : new float[]{Float.NaN, Float.POSITIVE_INFINITY}) {
                var x = new float[COLUMNS];
                x[100] = odd;
                var y = new float[ROWS];
                matrix.multiply(new Vectors().fill(x, 0, COLUMNS, 1, COLUMNS, List.of(matrix), team), y, 0, ROWS, 0, matrix.panels());
                assertThat(y).as("%s", odd).containsOnly(Float.NaN);
            }
        }
    }

    @Test
    void rowsMayBeTakenInAnotherOrder() {
        var blocks = randomBlocks(BlockFormat.Q4_1, ROWS * COLUMNS, new Random(2));
        var last = new float[COLUMNS];
        BlockFormat.Q4_1.dequantize(blocks, (ROWS - 1L) * COLUMNS, last, 0, COLUMNS);
        try (var arena = Arena.ofShared(); var team = new ThreadTeam(2)) {
            var matrix = GroupedMatrix.pack(BlockFormat.Q4_1, ROWS, COLUMNS, blocks, row -> ROWS - 1 - row, arena, team);
            var first = new float[COLUMNS];
            matrix.row(0, first, 0);
            assertThat(first).isEqualTo(last);
        }
    }

    @Test
    void plainRowsAndProductsAreThoseOfTheWeights() {
        var random = new Random(3);
        var weights = new float[ROWS * COLUMNS];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        try (var arena = Arena.ofConfined(); var team = new ThreadTeam(1)) {
            var matrix = FloatMatrix.pack(ROWS, COLUMNS, (row, out) -> System.arraycopy(weights, row * COLUMNS, out, 0, COLUMNS), arena,
                    team);
            check(matrix, weights, team);
        }
    }

    private static void check(PackedMatrix matrix, float[] weights, ThreadTeam team) {
        var row = new float[COLUMNS + 3];
        for (int r = 0; r < ROWS; r++) {
            matrix.row(r, row, 3);
            for (int k = 0; k < COLUMNS; k++) {
                assertThat(row[3 + k]).as("row %d, column %d", r, k).isCloseTo(weights[r * COLUMNS + k], within(1e-5f * scaleOf(weights)));
            }
        }
        var random = new Random(4);
        var vectors = new Vectors();
        for (int tokens = 1; tokens <= 9; tokens++) {
            int xStride = COLUMNS + 5;
            int yStride = ROWS + 2;
            var x = new float[7 + tokens * xStride];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            var y = new float[1 + tokens * yStride];
            Arrays.fill(y, -1234);
            vectors.fill(x, 7, xStride, tokens, COLUMNS, List.of(matrix), team);
            matrix.multiply(vectors, y, 1, yStride, 1, matrix.panels());
            matrix.multiply(vectors, y, 1, yStride, 0, 1);
            for (int t = 0; t < tokens; t++) {
                var alone = new float[ROWS];
                vectors.fill(x, 7 + t * xStride, xStride, 1, COLUMNS, List.of(matrix), team);
                matrix.multiply(vectors, alone, 0, ROWS, 0, matrix.panels());
                assertThat(Arrays.copyOfRange(y, 1 + t * yStride, 1 + t * yStride + ROWS)).as("alone or in company").isEqualTo(alone);
                var rounded = rounded(matrix, Arrays.copyOfRange(x, 7 + t * xStride, 7 + t * xStride + COLUMNS));
                for (int r = 0; r < ROWS; r++) {
                    double sum = 0;
                    double size = 0;
                    for (int k = 0; k < COLUMNS; k++) {
                        double term = weights[r * COLUMNS + k] * rounded[k];
                        sum += term;
                        size += term * term;
                    }
                    assertThat((double) y[1 + t * yStride + r]).as("token %d of %d, row %d", t, tokens, r)
                            .isCloseTo(sum, within(1e-4 * Math.sqrt(size) + 1e-6));
                }
                assertThat(y[t * yStride + ROWS + 1]).as("what lies between the rows stays").isEqualTo(-1234);
            }
        }
    }

    /** The vector as the matrix sees it: in 8 bits and groups where its own numbers have fewer. */
    private static double[] rounded(PackedMatrix matrix, float[] x) {
        var rounded = new double[x.length];
        int length = matrix instanceof GroupedMatrix grouped && grouped.inWholeNumbers() ? grouped.groupLength() : 0;
        for (int k = 0; k < x.length; k++) {
            rounded[k] = x[k];
            if (length > 0) {
                float largest = 0;
                for (int i = k / length * length; i < (k / length + 1) * length; i++) {
                    largest = Math.max(largest, Math.abs(x[i]));
                }
                rounded[k] = largest == 0 ? 0 : Math.rint(x[k] * (127 / largest)) * (largest / 127);
            }
        }
        return rounded;
    }

    private static float scaleOf(float[] weights) {
        float largest = 0;
        for (float w : weights) {
            largest = Math.max(largest, Math.abs(w));
        }
        return largest;
    }

    /** Any bytes are blocks, but for the f16 scales, which are made small and finite. */
    static MemorySegment randomBlocks(BlockFormat format, int elements, Random random) {
        var bytes = new byte[(int) format.byteSize(elements)];
        random.nextBytes(bytes);
        return withScales(format, bytes, random);
    }

    /** Blocks all of whose bytes are {@code filler}, but for the f16 scales. */
    static MemorySegment randomBlocks(BlockFormat format, int elements, Random random, int filler) {
        var bytes = new byte[(int) format.byteSize(elements)];
        Arrays.fill(bytes, (byte) filler);
        return withScales(format, bytes, random);
    }

    private static MemorySegment withScales(BlockFormat format, byte[] bytes, Random random) {
        var segment = MemorySegment.ofArray(bytes);
        int[] halves = switch (format) {
            case Q4_1, Q5_1, Q4_K, Q5_K -> new int[]{0, 2};
            case Q2_K -> new int[]{80, 82};
            case Q3_K -> new int[]{108};
            case Q6_K -> new int[]{208};
            default -> new int[]{0};
        };
        for (int block = 0; block < bytes.length; block += format.blockBytes()) {
            for (int at : halves) {
                short half = Float.floatToFloat16((random.nextFloat() - 0.3f) * (random.nextInt(8) == 0 ? 1e-6f : 0.1f)); // subnormal ones too
                bytes[block + at] = (byte) half;
                bytes[block + at + 1] = (byte) (half >> 8);
            }
        }
        return segment;
    }
}
