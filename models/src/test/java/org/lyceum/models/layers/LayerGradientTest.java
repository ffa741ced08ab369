package org.lyceum.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Gradients;
import org.lyceum.models.SlowEncoderDecoder;
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
                    y[t * heads + h] = SlowLayers.rotated(SlowLayers.slice(x[t], h, W / heads), offset + t, Rope.of(100));
                }
            }
            return y;
        });
    }

    @ParameterizedTest(name = "{0} heads over {1}, QK-norm {2}, rotary {3}, ALiBi {4}, biases {5} {6}, scale {7}, reach {8}")
    @CsvSource({"2,2,,false,false,true,true,0.4,9", "4,2,,false,false,false,false,0.4,9", "4,1,,false,true,false,false,0.4,9",
            "2,2,HEAD,false,false,true,true,0.4,9", "4,2,HEAD,true,false,false,false,0.4,9", "2,2,,false,false,true,false,1.1,9",
            "3,3,,false,true,true,true,0.4,9", "4,2,HEAD,true,true,true,true,0.4,9", "4,2,FULL,true,false,false,false,0.4,9",
            "2,2,FULL,false,false,true,false,0.4,3", "4,2,,true,false,false,false,0.4,2", "3,1,,true,false,false,false,0.7,1"})
    void attention(int heads, int keyValueHeads, @Nullable String qkNorm, boolean rotary, boolean alibi, boolean qkvBias,
            boolean outputBias, double scale, int reach) {
        int width = 6; // of a head, and not W / heads
        double epsilon = 1e-3;
        var rope = Rope.of(100);
        boolean whole = "FULL".equals(qkNorm);
        var shape = new Attention.Shape(W, heads, keyValueHeads, width, qkvBias, outputBias, qkNorm == null ? null : epsilon, whole, scale,
                reach);
        var layer = new Attention(parameters, 0, shape, rotary ? new RotaryPositions(T, width, rope) : null);
        var mask = alibi ? new LinearBiases(heads).mask(T, 0) : reach < T ? CausalMask.of(T, 0, reach) : null;
        var names = parameters.all().stream().map(Parameter::name).toList();
        Gradients.check(parameters, Gradients.input(1, T, W), x -> layer.forward(x, mask, null), (x, p) -> {
            var all = SlowLayers.linear(x, p.get(0), named(names, p, "qkv.bias"));
            var queryGain = named(names, p, "query_norm.weight");
            var keyGain = named(names, p, "key_norm.weight");
            var q = normed(SlowLayers.columns(all, 0, heads * width), queryGain, whole);
            var k = normed(SlowLayers.columns(all, heads * width, keyValueHeads * width), keyGain, whole);
            var v = SlowLayers.columns(all, (heads + keyValueHeads) * width, keyValueHeads * width);
            var mixed = SlowLayers.attention(q, k, v, heads, keyValueHeads, (h, t, s, query, key) -> {
                var a = normed(new double[][]{query}, queryGain, !whole)[0];
                var b = normed(new double[][]{key}, keyGain, !whole)[0];
                double score = SlowLayers.dot(rotary ? SlowLayers.rotated(a, t, rope) : a, rotary ? SlowLayers.rotated(b, s, rope) : b);
                return t - s < reach ? score * scale - (alibi ? SlowLayers.slope(h, heads) * (t - s) : 0) : Double.NEGATIVE_INFINITY;
            });
            return SlowLayers.linear(mixed, named(names, p, "output.weight"), named(names, p, "output.bias"));
        });
    }

    private static double[][] normed(double[][] x, double @Nullable [] gain, boolean here) {
        return gain == null || !here ? x : SlowLayers.rmsNorm(x, gain, 1e-3);
    }

    /** Every query sees what lies behind it and no farther than its window, and keys that none of them sees are left out. */
    @ParameterizedTest
    @CsvSource({"4,0,9", "4,0,2", "3,5,9", "3,5,4", "1,5,4", "3,5,1", "2,7,3"})
    void causalMask(int length, int offset, int reach) {
        var mask = CausalMask.of(length, offset, reach);
        int keys = (int) mask.size(1);
        assertThat(keys).isEqualTo(Math.min(offset + length, reach + length - 1));
        var values = mask.floats();
        for (int t = 0; t < length; t++) {
            for (int s = 0; s < keys; s++) {
                int distance = offset + t - (offset + length - keys + s);
                assertThat(values[t * keys + s]).isEqualTo(distance >= 0 && distance < reach ? 0 : Float.NEGATIVE_INFINITY);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"GELU,true", "GELU,false", "RELU,true", "RELU,false", "SWIGLU,true", "SWIGLU,false", "GEGLU,true", "GEGLU,false"})
    void feedForward(FeedForward.Kind kind, boolean bias) {
        var layer = new FeedForward(parameters, kind, W, 12, bias);
        Gradients.check(parameters, Gradients.input(T, W), layer::forward, (x, p) -> {
            var up = p.get(0);
            var upBias = bias ? p.get(1) : null;
            var down = p.get(bias ? 2 : 1);
            var downBias = bias ? p.get(3) : null;
            return switch (kind) {
                case GELU -> SlowLayers.geluNetwork(x, up, upBias, down, downBias);
                case RELU -> SlowLayers.reluNetwork(x, up, upBias, down, downBias);
                case SWIGLU -> SlowLayers.gatedNetwork(SlowLayers::silu, x, up, upBias, down, downBias);
                case GEGLU -> SlowLayers.gatedNetwork(SlowLayers::gelu, x, up, upBias, down, downBias);
            };
        });
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "7"})
    void convolution(int reach) {
        int filters = 4;
        var layer = new Convolution(parameters, reach, W, filters);
        Gradients.check(parameters, Gradients.input(1, T, W), layer::forward, (x, p) -> {
            var y = new double[T + reach - 1][filters];
            for (int window = 0; window < y.length; window++) {
                for (int o = 0; o < filters; o++) {
                    y[window][o] = p.get(1)[o];
                    for (int k = 0; k < reach; k++) {
                        int t = window - reach + 1 + k;
                        for (int d = 0; d < W && t >= 0 && t < T; d++) {
                            y[window][o] += x[t][d] * p.get(0)[(o * W + d) * reach + k];
                        }
                    }
                }
            }
            return y;
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

    /** Smoothed targets, one without any, and every gradient. */
    @Test
    void smoothedLinearCrossEntropy() {
        int[] targets = {0, 3, -100, 1, 6};
        var hidden = Tensor.normal(1, 1, T, W).requireGradient();
        var weight = Tensor.normal(3, 1, 7, W).requireGradient();
        var loss = LinearCrossEntropy.loss(hidden, weight, Tensor.ofIds(targets, T), 0.2, DType.F32);
        Gradients.check(List.of(hidden, weight), loss, values -> SlowLayers.smoothedCrossEntropy(
                SlowLayers.linear(Gradients.rows(values.get(0), W), values.get(1), null), targets, 0.2));
    }

    /** Both what is written and what is read, some of it padding, get their gradients. */
    @ParameterizedTest
    @CsvSource({"2,false", "4,true"})
    void crossAttention(int heads, boolean padded) {
        int read = 4;
        var layer = new CrossAttention(parameters, 0, W, heads);
        var memory = Tensor.normal(9, 1, 1, read, W).requireGradient();
        var x = Gradients.input(1, T, W);
        Gradients.randomise(parameters.all(), 0.5);
        var mask = padded ? Tensor.of(new float[]{0, 0, 0, Float.NEGATIVE_INFINITY}, 1, 1, 1, read) : null;
        var weights = Tensor.normal(8, 1, 1, T, W);
        var flat = weights.doubles();
        var leaves = new ArrayList<>(List.of(x, memory));
        parameters.all().forEach(parameter -> leaves.add(parameter.value()));
        Gradients.check(leaves, layer.forward(x, layer.read(memory), mask).times(weights).sum(), values -> {
            var seen = Arrays.copyOf(Gradients.rows(values.get(1), W), padded ? read - 1 : read);
            var q = SlowLayers.linear(Gradients.rows(values.get(0), W), values.get(2), values.get(3));
            var both = SlowLayers.linear(seen, values.get(4), values.get(5));
            var mixed = SlowEncoderDecoder.attention(q, SlowLayers.columns(both, 0, W), SlowLayers.columns(both, W, W), heads, false);
            var y = SlowLayers.linear(mixed, values.get(6), values.get(7));
            double sum = 0;
            for (int t = 0; t < T; t++) {
                for (int d = 0; d < W; d++) {
                    sum += y[t][d] * flat[t * W + d];
                }
            }
            return sum;
        });
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void residual(boolean normFirst) {
        var around = new Residual(parameters.in("norm"), W, 1e-2, normFirst, 0.3);
        var layer = new Linear(parameters, Parameter.Role.MATRIX, W, W, true);
        Gradients.check(parameters, Gradients.input(T, W), x -> around.around(x, false, layer::forward), (x, p) -> {
            var in = normFirst ? SlowLayers.layerNorm(x, p.get(0), p.get(1), 1e-2) : x;
            var y = SlowLayers.linear(in, p.get(2), p.get(3));
            for (int t = 0; t < T; t++) {
                for (int d = 0; d < W; d++) {
                    y[t][d] += x[t][d];
                }
            }
            return normFirst ? y : SlowLayers.layerNorm(y, p.get(0), p.get(1), 1e-2);
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

    /** Those of transformers' "llama3" and "linear", D = 64 and θ = 500,000 as in Llama 3.2, to the last bit. */
    @Test
    void scaledFrequenciesEqualThoseOfTransformers() {
        int[] dimensions = {0, 5, 12, 13, 14, 15, 16, 17, 18, 25, 31};
        double[] llama3 = {1.0, 0.12868738174438477, 0.00729266507551074, 0.00483942124992609, 0.0032114461064338684, 0.0012905480107292533,
                0.000429556705057621, 9.708286233944818e-05, 1.9461638657958247e-05, 1.1028836297555245e-06, 9.418306490260875e-08};
        double[] linear = {0.125, 0.07286769151687622, 0.034230247139930725, 0.0307280495762825, 0.027584174647927284, 0.02476195991039276,
                0.02222849242389202, 0.01995423249900341, 0.01791265793144703, 0.008414629846811295, 0.004403368104249239};
        var ours = new Rope(500_000, new Rope.Llama3(32, 1, 4, 8192)).frequencies(64);
        var straight = new Rope(1_000_000, new Rope.Linear(8)).frequencies(256);
        for (int i = 0; i < dimensions.length; i++) {
            assertThat((double) ours[dimensions[i]]).isEqualTo(llama3[i]);
            assertThat((double) straight[dimensions[i]]).isEqualTo(linear[i]);
        }
    }

    @Test
    void impossibleScalingsAreUserErrors() {
        assertThatThrownBy(() -> new Rope.Linear(0)).isInstanceOf(UserError.class).hasMessageContaining("factor=0");
        assertThatThrownBy(() -> new Rope.Llama3(8, 4, 4, 8192)).isInstanceOf(UserError.class).hasMessageContaining("high_freq_factor=4");
        assertThatThrownBy(() -> new Rope.Llama3(8, 1, 4, 0)).isInstanceOf(UserError.class).hasMessageContaining("original_max_position");
        assertThatThrownBy(() -> Rope.of(Double.NaN)).isInstanceOf(UserError.class).hasMessageContaining("rope_theta=NaN");
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
