package org.lyceum.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bytedeco.pytorch.GeneratorOptional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TensorTest {
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
    void javaCppCountsNoMemory() {
        assertThat(org.bytedeco.javacpp.Pointer.maxBytes()).isZero();
        assertThat(org.bytedeco.javacpp.Pointer.maxPhysicalBytes()).isZero();
    }

    @Test
    void drawsAreThoseOfLibtorchsGeneratorAndLeaveItAlone() {
        Torch.seed(7);
        var normal = Tensor.zeros(DType.F32, 5, 7);
        normal.at.normal_(0, 0.5, new GeneratorOptional());
        Torch.seed(7);
        var uniform = Tensor.zeros(DType.F32, 3);
        uniform.at.uniform_(-1, 2, new GeneratorOptional());
        Torch.seed(8);
        var dropped = Tensor.full(1, DType.F32, 100).dropout(0.5).floats();

        Torch.seed(8);
        assertThat(Tensor.normal(7, 0.5, 5, 7).floats()).isEqualTo(normal.floats());
        assertThat(Tensor.uniform(7, -1, 2, 3).floats()).isEqualTo(uniform.floats());
        assertThat(Tensor.full(1, DType.F32, 100).dropout(0.5).floats()).isEqualTo(dropped);
    }

    @Test
    void matmulEqualsTheTripleLoop() {
        var a = Tensor.normal(1, 1, 3, 4);
        var b = Tensor.normal(2, 1, 4, 5);
        var got = a.matmul(b).floats();
        var x = a.floats();
        var y = b.floats();
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 5; j++) {
                double sum = 0;
                for (int k = 0; k < 4; k++) {
                    sum += (double) x[i * 4 + k] * y[k * 5 + j];
                }
                assertThat((double) got[i * 5 + j]).isCloseTo(sum, within(1e-5));
            }
        }
    }

    @Test
    void gradientOfASquare() {
        var x = Tensor.of(new float[]{1, -2, 3}, 3).requireGradient();
        x.square().sum().backward();
        assertThat(x.gradient().floats()).containsExactly(2, -4, 6);
        x.clearGradient();
        assertThat(x.gradient()).isNull();
        x.times(3).backward(Tensor.of(new float[]{1, 10, 100}, 3));
        assertThat(x.gradient().floats()).containsExactly(3, 30, 300);
    }

    @Test
    void noGradientRecordsNothing() {
        var x = Tensor.of(new float[]{1}, 1).requireGradient();
        try (var _ = NoGradient.open()) {
            assertThat(x.times(2).requiresGradient()).isFalse();
        }
        assertThat(x.times(2).requiresGradient()).isTrue();
    }

    @Test
    void aKeptTensorOutlivesItsScope() {
        Tensor kept;
        try (var inner = Scope.open()) {
            kept = inner.keep(Tensor.full(7, DType.F32, 1000));
        }
        for (int i = 0; i < 100; i++) {
            try (var _ = Scope.open()) {
                Tensor.zeros(DType.F32, 1000);
            }
        }
        assertThat(kept.sum().item()).isEqualTo(7000);
        kept.close();
    }

    @Test
    void scopesFreeTheirMemory() throws Exception {
        long before = 0;
        for (int i = 0; i < 400; i++) {
            try (var _ = Scope.open()) {
                Tensor.zeros(DType.F32, 4 << 20).plusInPlace(Tensor.full(1, DType.F32, 1));
            }
            if (i == 20) {
                before = Memory.residentBytes();
            }
        }
        assertThat(Memory.residentBytes() - before).isLessThan(200L << 20); // 400 × 16 MiB would be 6.4 GiB
    }

    @Test
    void dataIsTheMemoryItself() {
        var x = Tensor.of(new long[]{1, 2, 3}, 3);
        x.data().setAtIndex(java.lang.foreign.ValueLayout.JAVA_LONG, 1, 20);
        assertThat(x.longs()).containsExactly(1, 20, 3);
        assertThatThrownBy(() -> Tensor.normal(1, 1, 2, 3).transpose(0, 1).data()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void normalIsAPureFunctionOfItsSeed() {
        assertThat(Tensor.normal(5, 2, 100).floats()).isEqualTo(Tensor.normal(5, 2, 100).floats());
        assertThat(Tensor.normal(5, 2, 100).floats()).isNotEqualTo(Tensor.normal(6, 2, 100).floats());
    }

    /** The share that is dropped, the scale of the rest, and the gradient, in either number format and for numbers that fill no word. */
    @Test
    void dropout() {
        for (var dtype : new DType[]{DType.F32, DType.BF16}) {
            for (double p : new double[]{0.1, 0.5, 0.9}) {
                Torch.seed(3);
                var x = Tensor.full(2, dtype, 3, 33, 333).requireGradient();
                var dropped = x.dropout(p);
                assertThat(dropped.dtype()).isEqualTo(dtype);
                int zeros = 0;
                for (float value : dropped.floats()) {
                    zeros += value == 0 ? 1 : 0;
                    assertThat(value == 0 || Math.abs(value - 2 / (1 - p)) < 0.01 * value).isTrue();
                }
                assertThat((double) zeros / x.numel()).isCloseTo(p, org.assertj.core.api.Assertions.within(0.01));
                dropped.sum().backward();
                assertThat(java.util.Objects.requireNonNull(x.gradient()).times(2).floats()).isEqualTo(dropped.floats());
                Torch.seed(3);
                assertThat(x.dropout(p).floats()).isEqualTo(dropped.floats());
                assertThat(x.dropout(p).floats()).isNotEqualTo(dropped.floats());
            }
        }
        var kept = Tensor.zeros(DType.F32, 0, 4);
        assertThat(kept.dropout(0.5).shape()).containsExactly(0, 4);
    }

    @Test
    void theLargestAndTheChosen() {
        var x = Tensor.of(new float[]{1, 9, 3, 7, 2, 8}, 2, 3);
        assertThat(x.largest(2).values().floats()).containsExactly(9, 3, 8, 7);
        assertThat(x.largest(2).indices().longs()).containsExactly(1, 2, 2, 0);
        assertThat(x.chosen(0, Tensor.of(new long[]{1, 1, 0}, 3)).floats()).containsExactly(7, 2, 8, 7, 2, 8, 1, 9, 3);
        assertThat(Tensor.of(new float[]{-1, 0, 2}, 3).relu().floats()).containsExactly(0, 0, 2);
    }

    @Test
    void everyNumberFormatRoundTrips() {
        for (var dtype : DType.values()) {
            var x = Tensor.of(new float[]{0, 1}, 2).to(dtype);
            assertThat(x.dtype()).isEqualTo(dtype);
            assertThat(x.data().byteSize()).isEqualTo(2L * dtype.bytes());
            assertThat(x.floats()).containsExactly(0, 1);
        }
    }

    @Test
    void crossEntropyEqualsItsDefinition() {
        var logits = Tensor.normal(3, 2, 4, 6);
        var targets = Tensor.of(new long[]{0, 5, -100, 2}, 4);
        var x = logits.doubles();
        double sum = 0;
        var each = logits.crossEntropyEach(targets).doubles();
        for (int row : new int[]{0, 1, 3}) {
            double z = 0;
            for (int v = 0; v < 6; v++) {
                z += Math.exp(x[row * 6 + v]);
            }
            double loss = Math.log(z) - x[row * 6 + (int) targets.longs()[row]];
            assertThat(each[row]).isCloseTo(loss, within(1e-5));
            sum += loss;
        }
        assertThat(each[2]).isZero();
        assertThat(logits.crossEntropy(targets).item()).isCloseTo(sum / 3, within(1e-5));
    }

    /** Loshchilov and Hutter 2019, algorithm 2, written out. */
    @Test
    void fusedAdamWEqualsItsDefinition() {
        var p = Tensor.normal(1, 1, 7);
        var m = Tensor.zeros(DType.F32, 7);
        var v = Tensor.zeros(DType.F32, 7);
        var steps = Tensor.zeros(DType.F32);
        var w = p.doubles();
        var m1 = new double[7];
        var v1 = new double[7];
        for (int t = 1; t <= 5; t++) {
            var g = Tensor.normal(10 + t, 1, 7);
            steps.plusInPlace(Tensor.full(1, DType.F32));
            Operators.fusedAdamW(List.of(p), List.of(g), List.of(m), List.of(v), List.of(steps), 0.01, 0.9, 0.95, 0.1, 1e-8);
            var gd = g.doubles();
            for (int i = 0; i < 7; i++) {
                w[i] -= 0.01 * 0.1 * w[i];
                m1[i] = 0.9 * m1[i] + 0.1 * gd[i];
                v1[i] = 0.95 * v1[i] + 0.05 * gd[i] * gd[i];
                w[i] -= 0.01 * (m1[i] / (1 - Math.pow(0.9, t))) / (Math.sqrt(v1[i] / (1 - Math.pow(0.95, t))) + 1e-8);
            }
        }
        var got = p.doubles();
        for (int i = 0; i < 7; i++) {
            assertThat(got[i]).isCloseTo(w[i], within(1e-5));
        }
    }

    @Test
    void normsAndScaling() {
        var list = List.of(Tensor.of(new float[]{3, 4}, 2), Tensor.of(new float[]{5, 12}, 2));
        var norms = Operators.norms(list);
        assertThat(norms).extracting(Tensor::item).containsExactly(5.0, 13.0);
        Operators.scaleInPlace(list, Tensor.full(0.5, DType.F32));
        assertThat(list.get(1).floats()).containsExactly(2.5f, 6);
    }
}
