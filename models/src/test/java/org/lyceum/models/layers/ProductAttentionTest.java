package org.lyceum.models.layers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** The products in bf16 against libtorch's fused attention in f32, forward and backward. */
class ProductAttentionTest {
    @Test
    void equalsFusedAttentionWithinTheRoundingOfBf16() {
        compare(4, 4, 33);
    }

    @Test
    void equalsFusedAttentionInSeveralBlocksOfQueries() {
        compare(2, 2, 2 * ProductAttention.BLOCK + 5);
        compare(2, 1, 2 * ProductAttention.BLOCK);
    }

    @Test
    void aMaskForEachHeadIsAddedInEachBlock() {
        try (var _ = Scope.open()) {
            int length = ProductAttention.BLOCK + 3;
            var q = Tensor.normal(1, 1, 2, 2, length, 16);
            var k = Tensor.normal(2, 1, 2, 2, length, 16);
            var v = Tensor.normal(3, 1, 2, 2, length, 16);
            var mask = new LinearBiases(2).mask(length, 0);
            var fast = ProductAttention.attend(q, k, v, mask.to(DType.BF16), 0.25).to(DType.F32);
            assertThat(relativeDifference(fast, q.attention(k, v, mask, false, 0.25, false))).isLessThan(0.02);
        }
    }

    @Test
    void equalsFusedAttentionWithGroupedQueries() {
        compare(4, 2, 33);
    }

    private static void compare(int heads, int keyValueHeads, int length) {
        try (var _ = Scope.open()) {
            var q = Tensor.normal(1, 1, 2, heads, length, 16).requireGradient();
            var k = Tensor.normal(2, 1, 2, keyValueHeads, length, 16).requireGradient();
            var v = Tensor.normal(3, 1, 2, keyValueHeads, length, 16).requireGradient();
            var weights = Tensor.normal(4, 1, 2, heads, length, 16);
            var values = new float[length * length];
            for (int t = 0; t < length; t++) {
                for (int s = t + 1; s < length; s++) {
                    values[t * length + s] = Float.NEGATIVE_INFINITY;
                }
            }
            var mask = Tensor.of(values, length, length).to(DType.BF16);

            var fast = ProductAttention.attend(q, k, v, mask, 0.25).to(DType.F32);
            fast.times(weights).sum().backward();
            var fastGradients = new Tensor[]{q.gradient().copy(), k.gradient().copy(), v.gradient().copy()};
            for (var x : new Tensor[]{q, k, v}) {
                x.clearGradient();
            }
            var slow = q.attention(k, v, null, true, 0.25, heads != keyValueHeads);
            slow.times(weights).sum().backward();

            assertThat(relativeDifference(fast, slow)).isLessThan(0.01);
            assertThat(relativeDifference(fastGradients[0], q.gradient())).isLessThan(0.015);
            assertThat(relativeDifference(fastGradients[1], k.gradient())).isLessThan(0.015);
            assertThat(relativeDifference(fastGradients[2], v.gradient())).isLessThan(0.015);
        }
    }

    /** ‖a − b‖ / ‖b‖. */
    private static double relativeDifference(Tensor a, Tensor b) {
        return a.minus(b).norm().item() / b.norm().item();
    }
}
