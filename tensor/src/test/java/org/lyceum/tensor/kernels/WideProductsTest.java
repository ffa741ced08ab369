package org.lyceum.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.lyceum.tensor.gguf.BlockFormat;

/** Products by blocks against products of the plainly decoded weights, in f64, both sides rounded to bf16 by arithmetic on their bits. */
class WideProductsTest {
    private static final int COLUMNS = 512;
    private static final int X_STRIDE = COLUMNS + 3;

    @ParameterizedTest
    @EnumSource(value = BlockFormat.class, mode = Mode.EXCLUDE, names = {"F32", "F16", "BF16"})
    void productsAreThoseOfTheRoundedNumbers(BlockFormat format) {
        int rows = 37; // no multiple of any panel
        int tokens = WideProducts.BLOCK;
        var blocks = PackedMatrixTest.randomBlocks(format, rows * COLUMNS, new Random(1));
        var weights = new float[rows * COLUMNS];
        format.dequantize(blocks, 0, weights, 0, weights.length);
        var x = gaussian(5 + tokens * X_STRIDE, 2);
        var y = new float[1 + tokens * (rows + 2)];
        Arrays.fill(y, -1234);
        try (var arena = Arena.ofShared(); var team = new ThreadTeam(2); var wide = new WideProducts(team)) {
            var matrix = GroupedMatrix.pack(format, rows, COLUMNS, blocks, GroupedMatrix.RowOrder.SAME, arena, team);
            wide.multiply(List.of(matrix), x, 5, X_STRIDE, new int[]{tokens}, y, 1, rows + 2);
        }
        for (int t = 0; t < tokens; t++) {
            for (int r = 0; r < rows; r++) {
                double sum = 0;
                double size = 0;
                for (int k = 0; k < COLUMNS; k++) {
                    double term = (double) bf16(weights[r * COLUMNS + k]) * bf16(x[5 + t * X_STRIDE + k]);
                    sum += term;
                    size += term * term;
                }
                // a weight on the edge between two bf16 may be rounded to the other: d·q + m is computed in one step here, in two there
                assertThat((double) y[1 + t * (rows + 2) + r]).as("%s, token %d, row %d", format, t, r)
                        .isCloseTo(sum, within(Math.abs(sum) / 256 + 1e-3 * Math.sqrt(size)));
            }
            assertThat(y[1 + t * (rows + 2) + rows]).as("what lies between the products stays").isEqualTo(-1234);
        }
    }

    @Test
    void aBlockIsTheSameInAnyCompanyAndOnAnyNumberOfThreads() {
        int[] rows = {640, 200, 48}; // of several slices and of one
        int total = Arrays.stream(rows).sum();
        int[] sizes = {WideProducts.BLOCK, WideProducts.LARGE_BLOCK, WideProducts.BLOCK};
        int tokens = Arrays.stream(sizes).sum();
        var x = gaussian(tokens * 1024, 3);
        var together = new float[tokens * total];
        try (var arena = Arena.ofShared(); var team = new ThreadTeam(3); var wide = new WideProducts(team)) {
            wide.multiply(matrices(rows, arena, team), x, 0, 1024, sizes, together, 0, total);
        }
        try (var arena = Arena.ofShared(); var team = new ThreadTeam(1); var wide = new WideProducts(team)) {
            var matrices = matrices(rows, arena, team);
            int token = 0;
            for (int size : sizes) {
                var alone = new float[size * total];
                wide.multiply(matrices, x, token * 1024, 1024, new int[]{size}, alone, 0, total);
                assertThat(alone).isEqualTo(Arrays.copyOfRange(together, token * total, (token + size) * total));
                token += size;
            }
        }
    }

    @Test
    void aLargeBlockIsFourSmallOnes() {
        assumeTrue(WideProducts.pay(), "another processor's products may be summed in another order, and are not used");
        int[] rows = {2048, 640, 16};
        int total = Arrays.stream(rows).sum();
        var x = gaussian(WideProducts.LARGE_BLOCK * 1024, 5);
        var large = new float[WideProducts.LARGE_BLOCK * total];
        var small = new float[large.length];
        try (var arena = Arena.ofShared(); var team = new ThreadTeam(2); var wide = new WideProducts(team)) {
            var matrices = matrices(rows, arena, team);
            wide.multiply(matrices, x, 0, 1024, new int[]{WideProducts.LARGE_BLOCK}, large, 0, total);
            wide.multiply(matrices, x, 0, 1024, new int[]{64, 64, 64, 64}, small, 0, total);
        }
        assertThat(small).isEqualTo(large);
    }

    @Test
    void aNumberThatIsNoneIsNotHidden() {
        var x = gaussian(WideProducts.BLOCK * COLUMNS, 4);
        x[7] = Float.NaN;
        var y = new float[WideProducts.BLOCK * 16];
        try (var arena = Arena.ofShared(); var team = new ThreadTeam(1); var wide = new WideProducts(team)) {
            var blocks = PackedMatrixTest.randomBlocks(BlockFormat.Q4_K, 16 * COLUMNS, new Random(6));
            var matrix = GroupedMatrix.pack(BlockFormat.Q4_K, 16, COLUMNS, blocks, GroupedMatrix.RowOrder.SAME, arena, team);
            wide.multiply(List.of(matrix), x, 0, COLUMNS, new int[]{WideProducts.BLOCK}, y, 0, 16);
        }
        assertThat(Arrays.copyOf(y, 16)).containsOnly(Float.NaN);
        assertThat(Arrays.copyOfRange(y, 16, y.length)).doesNotContain(Float.NaN);
    }

    private static List<GroupedMatrix> matrices(int[] rows, Arena arena, ThreadTeam team) {
        var matrices = new ArrayList<GroupedMatrix>();
        for (int count : rows) {
            MemorySegment blocks = PackedMatrixTest.randomBlocks(BlockFormat.Q6_K, count * 1024, new Random(count));
            matrices.add(GroupedMatrix.pack(BlockFormat.Q6_K, count, 1024, blocks, GroupedMatrix.RowOrder.SAME, arena, team));
        }
        return matrices;
    }

    private static float[] gaussian(int count, long seed) {
        var random = new Random(seed);
        var x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** Round half to even at bit 16. */
    private static float bf16(float x) {
        int bits = Float.floatToRawIntBits(x);
        int low = bits & 0xffff;
        int high = bits & 0xffff0000;
        boolean up = low > 0x8000 || low == 0x8000 && (high & 0x10000) != 0;
        return Float.intBitsToFloat(up ? high + 0x10000 : high);
    }
}
