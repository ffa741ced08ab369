package org.lyceum.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table against the function that it tabulates, which libtorch computes. */
class TabulatedFunctionTest {
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void valuesAreLibtorchs() {
        for (long size : new long[]{1, 2, 7, 2048, 2049, 300_001}) { // one pair, an odd end, one tile, several threads
            var x = Tensor.normal(size, 3, size).to(DType.BF16);
            var slow = x.geluTanh().floats(); // no gradient wanted: libtorch's own, whose last few elements go through another loop
            var fast = x.copy().requireGradient().geluTanh().floats();
            for (int i = 0; i < slow.length; i++) {
                assertThat(Math.abs(fast[i] - slow[i])).as("element %d of %d", i, size)
                        .isLessThanOrEqualTo(Math.abs(slow[i]) / 256 + 1e-6f);
            }
        }
    }

    @Test
    void gradientIsLibtorchsWithinTheRoundingOfBf16() {
        var x = Tensor.normal(1, 3, 500, 301).to(DType.BF16);
        var weights = Tensor.normal(2, 1, 500, 301).to(DType.BF16);
        var fast = x.copy().requireGradient();
        fast.geluTanh().backward(weights);
        var slow = x.to(DType.F32).requireGradient();
        slow.geluTanh().backward(weights.to(DType.F32));
        var got = fast.gradient().floats();
        var wanted = slow.gradient().floats();
        for (int i = 0; i < got.length; i++) { // the derivative and the product are rounded, each to 8 bits
            assertThat(Math.abs(got[i] - wanted[i])).isLessThanOrEqualTo(Math.abs(wanted[i]) / 128 + 1e-6f);
        }
    }

    @Test
    void nanStaysNan() {
        var x = Tensor.of(new float[]{Float.NaN, 1}, 2).to(DType.BF16).requireGradient();
        var y = x.geluTanh().floats();
        assertThat(y[0]).isNaN();
        assertThat(y[1]).isFinite();
    }

    @Test
    void whatFollowsSeesTheValuesAndNotWhatTheGraphMultiplied() {
        var x = Tensor.of(new float[]{-1, 0, 2}, 3).to(DType.BF16).requireGradient();
        var y = x.geluTanh();
        y.times(y).sum().backward(); // y is kept for this backward, which must find the values
        var values = y.floats();
        var wide = Tensor.of(new float[]{-1, 0, 2}, 3).requireGradient();
        wide.geluTanh().sum().backward();
        var slopes = wide.gradient().floats();
        var gradient = x.gradient().floats();
        for (int i = 0; i < 3; i++) {
            assertThat(gradient[i]).isCloseTo(2 * values[i] * slopes[i], within(0.03f));
        }
    }

    @Test
    void anExpressionsIntermediateValuesAreFreedAndItsResultLivesInTheScopeAround() {
        long before = Memory.heldObjects();
        var kept = Scope.of(() -> Tensor.full(2, DType.F32, 3).times(3).plus(1));
        assertThat(kept.floats()).containsExactly(7, 7, 7);
        kept = Scope.of(() -> Tensor.full(2, DType.F32, 3));
        scope.close();
        assertThat(Memory.heldObjects()).isLessThanOrEqualTo(before);
        scope = Scope.open();
    }
}
