package org.lyceum.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Gradients;
import org.lyceum.models.SlowLayers;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** The value and every gradient of every layer against its slow oracle. */
class LayerGradientTest {
    private static final int T = 5;
    private static final int W = 8;
    private Scope scope;
    private Parameters parameters;

    @BeforeEach
    void open() {
        scope = Scope.open();
        parameters = new Parameters(DType.F32);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void linear() {
        var layer = new Linear(parameters, Parameter.Role.MATRIX, W, List.of(3L, 4L), true);
        Gradients.check(parameters, Gradients.input(T, W), layer::forward, (x, p) -> SlowLayers.linear(x, p.get(0), p.get(1)));
    }

    @Test
    void linearWithoutBias() {
        var layer = new Linear(parameters, Parameter.Role.MATRIX, W, 6, false);
        Gradients.check(parameters, Gradients.input(T, W), layer::forward, (x, p) -> SlowLayers.linear(x, p.get(0), null));
    }

    @Test
    void layerNorm() {
        var layer = new Norm(parameters, Norm.Kind.LAYER, W, 1e-2);
        Gradients.check(parameters, Gradients.input(T, W), layer::forward, (x, p) -> SlowLayers.layerNorm(x, p.get(0), p.get(1), 1e-2));
    }

    @Test
    void rmsNorm() {
        var layer = new Norm(parameters, Norm.Kind.RMS, W, 1e-2);
        Gradients.check(parameters, Gradients.input(T, W), layer::forward, (x, p) -> SlowLayers.rmsNorm(x, p.get(0), 1e-2));
    }

    @ParameterizedTest
    @CsvSource({"0", "11"})
    void rotaryPositions(int offset) {
        int heads = 2;
        var rotary = new RotaryPositions(T + offset, W / heads, Rope.of(100));
        Gradients.check(parameters, Gradients.input(1, T, W), x -> rotary.rotate(x.reshape(1, T, heads, W / heads), offset), (x, _) -> {
            var y = new double[T * heads][];
            for (int t = 0; t < T; t++) {
                for (int h = 0; h < heads; h++) {
                    y[t * heads + h] = SlowLayers.rotated(SlowLayers.slice(x[t], h, W / heads), offset + t, 100);
                }
            }
            return y;
        });
    }

    @ParameterizedTest(name = "{0} heads over {1}, QK-norm {2}, rotary {3}, ALiBi {4}, bias {5}")
    @CsvSource({"2,2,false,false,false,true", "4,2,false,false,false,false", "4,1,false,true,false,false", "2,2,true,false,false,true",
            "4,2,true,true,false,false", "2,2,false,false,true,false", "3,3,false,false,true,true", "4,2,true,true,true,true"})
    void attention(int heads, int keyValueHeads, boolean qkNorm, boolean rotary, boolean alibi, boolean bias) {
        int width = 6; // of a head, and not W / heads
        double epsilon = 1e-3;
        var layer = new Attention(parameters, 0, W, heads, keyValueHeads, width, bias, qkNorm ? epsilon : null,
                rotary ? new RotaryPositions(T, width, Rope.of(100)) : null);
        var mask = alibi ? new LinearBiases(heads).mask(T, 0) : null;
        var names = parameters.all().stream().map(Parameter::name).toList();
        Gradients.check(parameters, Gradients.input(1, T, W), x -> layer.forward(x, mask, null), (x, p) -> {
            var all = SlowLayers.linear(x, p.get(0), named(names, p, "qkv.bias"));
            var queryGain = named(names, p, "query_norm.weight");
            var keyGain = named(names, p, "key_norm.weight");
            var q = SlowLayers.columns(all, 0, heads * width);
            var k = SlowLayers.columns(all, heads * width, keyValueHeads * width);
            var v = SlowLayers.columns(all, (heads + keyValueHeads) * width, keyValueHeads * width);
            var mixed = SlowLayers.attention(q, k, v, heads, keyValueHeads, (h, t, s, query, key) -> {
                var a = queryGain == null ? query : SlowLayers.rmsNorm(new double[][]{query}, queryGain, epsilon)[0];
                var b = keyGain == null ? key : SlowLayers.rmsNorm(new double[][]{key}, keyGain, epsilon)[0];
                return SlowLayers.dot(rotary ? SlowLayers.rotated(a, t, 100) : a, rotary ? SlowLayers.rotated(b, s, 100) : b)
                        / Math.sqrt(width)
                        - (alibi ? SlowLayers.slope(h, heads) * (t - s) : 0);
            });
            return SlowLayers.linear(mixed, named(names, p, "output.weight"), named(names, p, "output.bias"));
        });
    }

    @ParameterizedTest
    @CsvSource({"GELU,true", "GELU,false", "SWIGLU,true", "SWIGLU,false"})
    void feedForward(FeedForward.Kind kind, boolean bias) {
        var layer = new FeedForward(parameters, kind, W, 12, bias);
        Gradients.check(parameters, Gradients.input(T, W), layer::forward, (x, p) -> {
            var up = p.get(0);
            var upBias = bias ? p.get(1) : null;
            var down = p.get(bias ? 2 : 1);
            var downBias = bias ? p.get(3) : null;
            return kind == FeedForward.Kind.GELU
                    ? SlowLayers.geluNetwork(x, up, upBias, down, downBias)
                    : SlowLayers.swigluNetwork(x, up, upBias, down, downBias);
        });
    }

    @Test
    void embeddingWithTiedHeadAndCrossEntropy() {
        int[] ids = {3, 0, 3, 5, 1};
        int[] targets = {0, 3, 5, 1, 6};
        var table = Tensor.normal(3, 1, 7, W).requireGradient();
        var head = new Linear(table, DType.F32);
        var loss = head.forward(Tensor.ofIds(ids, T).embedding(table)).crossEntropy(Tensor.ofIds(targets, T));
        Gradients.check(List.of(table), loss, values -> {
            var x = new double[T][];
            for (int t = 0; t < T; t++) {
                x[t] = SlowLayers.slice(values.getFirst(), ids[t], W);
            }
            return SlowLayers.crossEntropy(SlowLayers.linear(x, values.getFirst(), null), targets);
        });
    }

    /** More rows than one chunk holds, some without a target, and a factor on the loss. */
    @Test
    void linearCrossEntropy() {
        int n = 600;
        var hidden = Tensor.normal(1, 1, n, 4).requireGradient();
        var weight = Tensor.normal(2, 1, 9, 4).requireGradient();
        var targets = new int[n];
        for (int i = 0; i < n; i++) {
            targets[i] = i % 7 == 0 ? -100 : (i * 5) % 9;
        }
        var index = Tensor.ofIds(targets, n);
        var plain = new Linear(weight, DType.F32).forward(hidden).crossEntropy(index);
        plain.times(3).backward();
        var wanted = List.of(hidden.gradient().floats(), weight.gradient().floats());
        hidden.clearGradient();
        weight.clearGradient();
        var loss = LinearCrossEntropy.loss(hidden, weight, index, DType.F32);
        assertThat(loss.item()).isCloseTo(plain.item(), within(1e-5));
        loss.times(3).backward();
        assertThat(hidden.gradient().floats()).containsExactly(wanted.get(0), within(1e-6f));
        assertThat(weight.gradient().floats()).containsExactly(wanted.get(1), within(1e-5f));
    }

    /** The loss holds the graph of the whole step: were it not freed with the step's scope, every step would leave its graph behind. */
    @Test
    void theLossDiesWithTheScopeOfItsCaller() {
        var hidden = Tensor.normal(1, 1, 3, 4).requireGradient();
        var weight = Tensor.normal(2, 1, 9, 4).requireGradient();
        Tensor loss;
        try (var _ = Scope.open()) {
            loss = LinearCrossEntropy.loss(hidden, weight, Tensor.ofIds(new int[]{1, 8, 0}, 3), DType.F32);
            assertThat(loss.item()).isPositive();
        }
        assertThatThrownBy(loss::item).isInstanceOf(NullPointerException.class);
    }

    @Test
    void slopesOfLinearBiases() {
        double[] paper = {0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625}; // section 3
        assertThat(LinearBiases.slopes(8)).containsExactly(paper);
        for (int heads : new int[]{1, 2, 3, 6, 12, 16}) {
            for (int h = 0; h < heads; h++) {
                assertThat(LinearBiases.slopes(heads)[h]).isCloseTo(SlowLayers.slope(h, heads), within(1e-12));
            }
        }
    }

    @Test
    void aMaskOfLinearBiasesThatNoArrayHoldsIsRefused() {
        assertThatThrownBy(() -> new LinearBiases(32).mask(8192, 0)).isInstanceOf(UserError.class).hasMessageContaining("32 heads")
                .hasMessageContaining("8192 positions");
    }

    @Test
    void sinusoidalTable() {
        for (int width : new int[]{6, 7}) {
            var table = SinusoidalPositions.table(50, width).doubles();
            for (int t = 0; t < 50; t++) {
                for (int d = 0; d < width; d++) {
                    assertThat(table[t * width + d]).isCloseTo(SlowLayers.sinusoid(t, d, width), within(1e-6));
                }
            }
        }
    }

    /** The frequencies that transformers 5.23 computes, to the last bit: 1.0 / base ** (torch.arange(0, D, 2).float() / D). */
    @Test
    void rotaryFrequenciesEqualThoseOfTransformers() {
        int[] dimensions = {0, 1, 5, 9, 13, 17, 21, 25, 31};
        double[] base10000 = {1.0, 0.7498942017555237, 0.23713736236095428, 0.07498941570520401, 0.0237137358635664, 0.007498942315578461,
                0.0023713738191872835, 0.0007498941849917173, 0.0001333521504420787};
        double[] base500000 = {1.0, 0.8146172165870667, 0.3587302267551422, 0.1579728126525879, 0.06956595182418823, 0.030634520575404167,
                0.013490419834852219, 0.005940730683505535, 0.0017360467463731766};
        for (int i = 0; i < dimensions.length; i++) {
            assertThat((double) Rope.of(10_000).frequencies(64)[dimensions[i]]).isEqualTo(base10000[i]);
            assertThat((double) Rope.of(500_000).frequencies(128)[dimensions[i]]).isEqualTo(base500000[i]);
        }
    }

    @Test
    void rotaryScoresDependOnTheDistanceAlone() {
        var rotary = new RotaryPositions(200, 16, Rope.of(10_000));
        var q = Tensor.normal(1, 1, 1, 1, 1, 16);
        var k = Tensor.normal(2, 1, 1, 1, 1, 16);
        double score = rotary.rotate(q, 9).times(rotary.rotate(k, 4)).sum().item();
        for (int shift : new int[]{1, 50, 190}) {
            assertThat(rotary.rotate(q, 9 + shift).times(rotary.rotate(k, 4 + shift)).sum().item()).isCloseTo(score, within(1e-4));
        }
        assertThat(rotary.rotate(q, 10).times(rotary.rotate(k, 4)).sum().item()).isNotCloseTo(score, within(1e-3));
    }

    private static double @Nullable [] named(List<String> names, List<double[]> values, String name) {
        int at = names.indexOf(name);
        return at < 0 ? null : values.get(at);
    }
}
