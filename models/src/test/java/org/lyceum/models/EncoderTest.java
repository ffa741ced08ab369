package org.lyceum.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.MaskedLanguageHead;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** The encoder against plain loops over doubles. */
class EncoderTest {
    private static final int[] IDS = {3, 1, 4, 1, 5, 9, 2};
    private static final int[] TYPES = {0, 0, 0, 1, 1, 1, 1};

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static EncoderConfig config(Activation activation) {
        return new EncoderConfig(11, 12, 2, 2, 8, 2, 2, 12, activation, 1e-5, 0.1);
    }

    private static Encoder randomised(Encoder model) {
        try (var _ = NoGradient.open()) {
            int seed = 0;
            for (var parameter : model.parameters()) {
                var drawn = Tensor.normal(seed++, 0.4, parameter.value().shape());
                parameter.value().copyFrom(parameter.role() == Parameter.Role.NORM ? drawn.plus(1) : drawn);
            }
        }
        return model;
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void hiddenStatesEqualThoseOfPlainLoops(Activation activation) {
        var model = randomised(Encoder.forInference(config(activation), DType.F32));
        var got = model.hidden(Tensor.ofIds(IDS, 1, IDS.length), Tensor.ofIds(TYPES, 1, IDS.length), null, Pass.EVALUATION).doubles();
        var wanted = new SlowEncoder(model).hidden(IDS, TYPES);
        for (int t = 0; t < IDS.length; t++) {
            for (int d = 0; d < 8; d++) {
                assertThat(got[t * 8 + d]).isCloseTo(wanted[t][d], within(2e-5));
            }
        }
    }

    @Test
    void paddingChangesNothing() {
        var model = randomised(Encoder.forInference(config(Activation.GELU), DType.F32));
        int[] padded = {3, 1, 4, 1, 5, 9, 2, 7, 7, 8, 0, 0, 0, 0}; // the second row is 7 8 … with rubbish behind
        var together = model.hidden(Tensor.ofIds(padded, 2, 7), null, new int[]{7, 3}, Pass.EVALUATION);
        var first = model.hidden(Tensor.ofIds(IDS, 1, 7), null, null, Pass.EVALUATION).doubles();
        var second = model.hidden(Tensor.ofIds(new int[]{7, 7, 8}, 1, 3), null, null, Pass.EVALUATION).doubles();
        assertThat(together.select(0, 0).doubles()).containsExactly(first, within(1e-5));
        assertThat(together.select(0, 1).narrow(0, 0, 3).contiguous().doubles()).containsExactly(second, within(1e-5));
    }

    @Test
    void everyParameterIsCountedAndGetsAGradient() {
        var model = randomised(new Encoder(config(Activation.GELU), DType.F32));
        assertThat(model.parameters().stream().mapToLong(p -> p.value().numel()).sum()).isEqualTo(model.config().parameterCount());
        var hidden = model.hidden(Tensor.ofIds(IDS, 1, IDS.length), Tensor.ofIds(TYPES, 1, IDS.length), null, Pass.TRAINING);
        hidden.square().sum().backward();
        assertThat(model.parameters()).allSatisfy(p -> assertThat(p.value().gradient()).as(p.name()).isNotNull());
    }

    /** The gradient of every weight, through post-norm blocks, attention without a mask and the tied head, by central differences. */
    @Test
    void everyGradientOfTheMaskedLanguageModelIsThatOfPlainLoops() {
        var config = new EncoderConfig(11, 8, 0, 2, 8, 1, 2, 12, Activation.GELU, 1e-2, 0);
        var encoder = new Encoder(config, DType.F32);
        var model = new HeadedEncoder<>(encoder, new MaskedLanguageHead(encoder));
        Gradients.randomise(model.parameters(), 0.4);
        var hidden = model.hidden(Tensor.ofIds(IDS, 1, IDS.length), Tensor.ofIds(TYPES, 1, IDS.length), null, Pass.TRAINING);
        int[] places = {1, 4};
        int[] targets = {7, 0};
        var loss = model.head().logits(Tensor.ofIds(places, 2).embedding(hidden.reshape(-1, 8))).crossEntropy(Tensor.ofIds(targets, 2));
        Gradients.check(model.parameters().stream().map(Parameter::value).toList(), loss, values -> {
            var slow = new SlowEncoder(config, model.parameters().stream().map(Parameter::name).toList(), values);
            var states = slow.hidden(IDS, TYPES);
            var there = new double[][]{states[places[0]], states[places[1]]};
            var dense = slow.linear(there, "head.dense");
            for (var row : dense) {
                for (int d = 0; d < row.length; d++) {
                    row[d] *= SlowEncoder.normalDistribution(row[d]);
                }
            }
            var normed = slow.norm(dense, "head.norm");
            return SlowLayers.crossEntropy(
                    SlowLayers.linear(normed, slow.weights.get("tokens.weight"), slow.weights.get("head.decoder.bias")),
                    targets);
        });
    }

    @Test
    void impossibleShapesAreRefused() {
        assertThatThrownBy(() -> new EncoderConfig(11, 12, 0, 2, 9, 2, 2, 12, Activation.GELU, 1e-5, 0))
                .isInstanceOf(UserError.class).hasMessageContaining("multiple of its 2 heads");
        assertThatThrownBy(() -> new EncoderConfig(11, 0, 0, 2, 8, 2, 2, 12, Activation.GELU, 1e-5, 0))
                .isInstanceOf(UserError.class).hasMessageContaining("context");
        assertThatThrownBy(() -> new EncoderConfig(11, Integer.MAX_VALUE, 2, 2, 8, 2, 2, 12, Activation.GELU, 1e-5, 0))
                .isInstanceOf(UserError.class).hasMessageContaining("first position");
    }

    /** The oracle: one sequence, in f64. */
    private static final class SlowEncoder {
        private final EncoderConfig config;
        private final Map<String, double[]> weights = new HashMap<>();

        SlowEncoder(Encoder model) {
            config = model.config();
            model.parameters().forEach(p -> weights.put(p.name(), p.value().doubles()));
        }

        SlowEncoder(EncoderConfig config, List<String> names, List<double[]> values) {
            this.config = config;
            for (int i = 0; i < names.size(); i++) {
                weights.put(names.get(i), values.get(i));
            }
        }

        double[][] hidden(int[] ids, int[] types) {
            int w = config.width();
            var x = new double[ids.length][w];
            for (int t = 0; t < ids.length; t++) {
                for (int d = 0; d < w; d++) {
                    x[t][d] = weights.get("tokens.weight")[ids[t] * w + d] + weights.get("types.weight")[types[t] * w + d]
                            + weights.get("positions.weight")[(config.firstPosition() + t) * w + d];
                }
            }
            x = norm(x, "norm");
            for (int i = 0; i < config.depth(); i++) {
                var at = "blocks." + i + ".";
                x = norm(sum(x, linear(attention(linear(x, at + "attention.qkv")), at + "attention.output")), at + "attention_norm");
                var inner = linear(x, at + "feed_forward.up");
                for (var row : inner) {
                    for (int d = 0; d < row.length; d++) {
                        row[d] = switch (config.activation()) {
                            case GELU -> row[d] * normalDistribution(row[d]);
                            case GELU_TANH -> SlowLayers.gelu(row[d]);
                            case RELU -> Math.max(row[d], 0);
                        };
                    }
                }
                x = norm(sum(x, linear(inner, at + "feed_forward.down")), at + "feed_forward_norm");
            }
            return x;
        }

        private double[][] attention(double[][] qkv) {
            int w = config.width();
            int width = config.headWidth();
            var y = new double[qkv.length][w];
            for (int h = 0; h < config.heads(); h++) {
                for (int t = 0; t < qkv.length; t++) {
                    var scores = new double[qkv.length];
                    double total = 0;
                    for (int s = 0; s < qkv.length; s++) {
                        var q = SlowLayers.slice(qkv[t], h, width);
                        var k = SlowLayers.slice(qkv[s], config.heads() + h, width);
                        scores[s] = Math.exp(SlowLayers.dot(q, k) / Math.sqrt(width));
                        total += scores[s];
                    }
                    for (int s = 0; s < qkv.length; s++) {
                        for (int d = 0; d < width; d++) {
                            y[t][h * width + d] += scores[s] / total * qkv[s][2 * w + h * width + d];
                        }
                    }
                }
            }
            return y;
        }

        /** Φ(x) by its Taylor series about 0 (Marsaglia 2004), exact to rounding for the sizes here. */
        private static double normalDistribution(double x) {
            double term = x;
            double sum = x;
            for (int i = 3; Math.abs(term) > 1e-18; i += 2) {
                term *= x * x / i;
                sum += term;
            }
            return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        }

        private double[][] linear(double[][] x, String at) {
            return SlowLayers.linear(x, weights.get(at + ".weight"), weights.get(at + ".bias"));
        }

        private double[][] norm(double[][] x, String at) {
            return SlowLayers.layerNorm(x, weights.get(at + ".weight"), weights.get(at + ".bias"), config.normEpsilon());
        }

        private static double[][] sum(double[][] a, double[][] b) {
            var y = new double[a.length][a[0].length];
            for (int t = 0; t < a.length; t++) {
                for (int d = 0; d < y[t].length; d++) {
                    y[t][d] = a[t][d] + b[t][d];
                }
            }
            return y;
        }
    }
}
