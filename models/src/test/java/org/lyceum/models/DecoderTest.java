package org.lyceum.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.KeyValueCache;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

class DecoderTest {
    private static final int[] IDS = {3, 9, 9, 0, 4, 10, 1};
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    /** Every choice of positions, norm, activation, bias, QK-norm and tying. */
    static Stream<DecoderConfig> everyChoice() {
        var configs = new ArrayList<DecoderConfig>();
        for (var positions : Positions.values()) {
            for (int bits = 0; bits < 32; bits++) {
                var config = config(positions, (bits & 1) == 0 ? Norm.Kind.LAYER : Norm.Kind.RMS,
                        (bits & 2) == 0 ? FeedForward.Kind.GELU : FeedForward.Kind.SWIGLU, (bits & 4) == 0, (bits & 8) == 0,
                        (bits & 16) == 0, 0);
                configs.add(config);
            }
        }
        configs.addAll(others().toList());
        return configs.stream();
    }

    /** What Llama 3, Qwen2, Gemma 3, OLMo-2 and Mistral add, and a window with the other positions. */
    static Stream<DecoderConfig> others() {
        var llama = config(Positions.ROPE, Norm.Kind.RMS, FeedForward.Kind.SWIGLU, false, false, false, 0);
        return Stream.of(
                llama.with(c -> c.rope = new Rope(100, new Rope.Llama3(8, 1, 4, 16))),
                llama.with(c -> c.biases = DecoderConfig.Biases.QKV),
                llama.with(c -> {
                    c.rope = new Rope(100, new Rope.Linear(8));
                    c.window = new DecoderConfig.Window(3, 2, Rope.of(10));
                    c.normPlacement = DecoderConfig.NormPlacement.BOTH;
                    c.activation = FeedForward.Kind.GEGLU;
                    c.qkNorm = DecoderConfig.QkNorm.HEAD;
                    c.attentionScale = 0.2;
                    c.embeddingScale = Math.sqrt(8);
                    c.tiedEmbeddings = true;
                }),
                llama.with(c -> {
                    c.normPlacement = DecoderConfig.NormPlacement.POST;
                    c.qkNorm = DecoderConfig.QkNorm.FULL;
                }),
                llama.with(c -> c.window = new DecoderConfig.Window(4, 0, c.rope)),
                llama.with(c -> {
                    c.positions = Positions.ALIBI;
                    c.window = new DecoderConfig.Window(2, 2, c.rope);
                }),
                config(Positions.LEARNED, Norm.Kind.LAYER, FeedForward.Kind.GELU, true, false, true, 0).with(c -> {
                    c.window = new DecoderConfig.Window(3, 0, c.rope);
                    c.normPlacement = DecoderConfig.NormPlacement.BOTH;
                }));
    }

    static DecoderConfig config(Positions positions, Norm.Kind norm, FeedForward.Kind activation, boolean bias, boolean qkNorm,
            boolean tied,
            double dropout) {
        return DecoderConfig.llama(11, 16, 8, 2, 4, 2).with(c -> {
            c.headWidth = 6;
            c.hiddenWidth = 12;
            c.norm = norm;
            c.normEpsilon = 1e-3;
            c.positions = positions;
            c.rope = Rope.of(100);
            c.activation = activation;
            c.biases = bias ? DecoderConfig.Biases.ALL : DecoderConfig.Biases.NONE;
            c.qkNorm = qkNorm ? DecoderConfig.QkNorm.HEAD : DecoderConfig.QkNorm.NONE;
            c.tiedEmbeddings = tied;
            c.dropout = dropout;
        });
    }

    static Decoder random(DecoderConfig config) {
        var model = new Decoder(config, DType.F32);
        Gradients.randomise(model.parameters(), 0.4);
        return model;
    }

    @ParameterizedTest
    @MethodSource("everyChoice")
    void parameterCountEqualsTheParameters(DecoderConfig config) {
        var model = new Decoder(config, DType.F32);
        assertThat(config.parameterCount()).isEqualTo(model.parameters().stream().mapToLong(p -> p.value().numel()).sum());
        assertThat(model.parameters()).extracting(Parameter::name).doesNotHaveDuplicates();
        assertThat(model.parameters())
                .allSatisfy(p -> assertThat(p.rowParts().stream().mapToLong(Long::longValue).sum()).isEqualTo(p.value().size(0)));
    }

    @ParameterizedTest
    @MethodSource("everyChoice")
    void logitsEqualTheOracles(DecoderConfig config) {
        var model = random(config);
        var slow = SlowDecoder.of(model);
        int[] other = {1, 1, 2, 3, 5, 8, 0};
        var both = new int[2 * IDS.length];
        System.arraycopy(IDS, 0, both, 0, IDS.length);
        System.arraycopy(other, 0, both, IDS.length, IDS.length);
        var got = model.logits(Tensor.ofIds(both, 2, IDS.length)).doubles();
        for (int b = 0; b < 2; b++) {
            var wanted = slow.logits(b == 0 ? IDS : other);
            for (int t = 0; t < IDS.length; t++) {
                for (int v = 0; v < 11; v++) {
                    assertThat(got[(b * IDS.length + t) * 11 + v]).isCloseTo(wanted[t][v], within(1e-4));
                }
            }
        }
    }

    static Stream<DecoderConfig> families() {
        return Stream.concat(others(), Stream.of(
                config(Positions.LEARNED, Norm.Kind.LAYER, FeedForward.Kind.GELU, true, false, true, 0),
                config(Positions.ROPE, Norm.Kind.RMS, FeedForward.Kind.SWIGLU, false, true, false, 0),
                config(Positions.ALIBI, Norm.Kind.RMS, FeedForward.Kind.GELU, false, false, true, 0),
                config(Positions.SINUSOIDAL, Norm.Kind.LAYER, FeedForward.Kind.SWIGLU, true, true, false, 0)));
    }

    @ParameterizedTest
    @MethodSource("families")
    void everyGradientEqualsItsDifferenceQuotient(DecoderConfig config) {
        var model = random(config);
        int[] ids = {3, 9, 9, 0};
        int[] targets = {9, 9, 0, 4};
        var loss = model.logits(Tensor.ofIds(ids, 1, 4)).reshape(4, 11).crossEntropy(Tensor.ofIds(targets, 4));
        var names = model.parameters().stream().map(Parameter::name).toList();
        Gradients.check(model.parameters().stream().map(Parameter::value).toList(), loss, values -> {
            var weights = new HashMap<String, double[]>();
            for (int i = 0; i < names.size(); i++) {
                weights.put(names.get(i), values.get(i));
            }
            return SlowLayers.crossEntropy(new SlowDecoder(config, weights).logits(ids), targets);
        });
    }

    @ParameterizedTest
    @EnumSource(Positions.class)
    void aTokenChangesNothingBeforeIt(Positions positions) {
        var model = random(config(positions, Norm.Kind.RMS, FeedForward.Kind.SWIGLU, false, true, true, 0));
        var before = model.logits(Tensor.ofIds(IDS, 1, 7)).floats();
        for (int changed = 1; changed < 7; changed++) {
            var ids = IDS.clone();
            ids[changed] = (ids[changed] + 5) % 11;
            var after = model.logits(Tensor.ofIds(ids, 1, 7)).floats();
            for (int i = 0; i < changed * 11; i++) {
                assertThat(after[i]).isCloseTo(before[i], within(1e-6f));
            }
            assertThat(after[changed * 11]).isNotCloseTo(before[changed * 11], within(1e-4f));
        }
    }

    /** The obvious cache: one tensor a layer, grown by concatenation. */
    private static final class GrowingCache implements KeyValueCache {
        private final List<KeyValues> layers = new ArrayList<>();
        private int length;

        @Override
        public int length() {
            return length;
        }

        @Override
        public KeyValues append(int layer, Tensor keys, Tensor values) {
            if (layer == layers.size()) {
                layers.add(kept(keys, values));
            } else {
                var old = layers.get(layer);
                layers.set(layer, kept(Tensor.cat(List.of(old.keys(), keys), 2), Tensor.cat(List.of(old.values(), values), 2)));
            }
            return layers.get(layer);
        }

        private static KeyValues kept(Tensor keys, Tensor values) { // until the garbage collector comes
            try (var inner = Scope.open()) {
                return new KeyValues(inner.keep(keys), inner.keep(values));
            }
        }
    }

    static Stream<DecoderConfig> everyCache() {
        return Stream.concat(others(), Arrays.stream(Positions.values())
                .map(positions -> config(positions, Norm.Kind.RMS, FeedForward.Kind.SWIGLU, true, true, false, 0)));
    }

    @ParameterizedTest
    @MethodSource("everyCache")
    void cachedLogitsEqualUncached(DecoderConfig config) {
        var model = random(config);
        var ids = Tensor.ofIds(new int[]{3, 9, 9, 0, 4, 10, 1, 1, 2, 3, 5, 8, 0, 7}, 2, 7);
        var whole = model.logits(ids);
        for (var chunks : List.of(List.of(1, 1, 1, 1, 1, 1, 1), List.of(3, 1, 3), List.of(5, 2), List.of(1, 6), List.of(7))) {
            var cache = new GrowingCache();
            int at = 0;
            for (int chunk : chunks) {
                var got = model.head(model.hidden(ids.narrow(1, at, chunk), cache, Pass.EVALUATION));
                cache.length += chunk;
                assertThat(got.minus(whole.narrow(1, at, chunk)).abs().max().item()).as("%s at %d", chunks, at).isLessThan(2e-5);
                at += chunk;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void bf16ProductsStayCloseToF32(DecoderConfig config) {
        var f32 = new Decoder(config, DType.F32);
        var bf16 = new Decoder(config, DType.BF16);
        Gradients.randomise(f32.parameters(), 0.2);
        Gradients.randomise(bf16.parameters(), 0.2);
        var ids = Tensor.ofIds(IDS, 1, 7);
        var wanted = f32.logits(ids);
        var got = bf16.logits(ids);
        assertThat(got.dtype()).isEqualTo(DType.F32);
        double difference = got.minus(wanted).norm().item() / wanted.norm().item();
        assertThat(difference).isBetween(1e-6, 0.02); // bf16 keeps 8 bits: 0.4% a rounding, and it must really have been used
        var targets = Tensor.ofIds(new int[]{9, 9, 0, 4, 10, 1, 2}, 7);
        wanted.reshape(7, 11).crossEntropy(targets).backward();
        got.reshape(7, 11).crossEntropy(targets).backward();
        for (int i = 0; i < f32.parameters().size(); i++) {
            var a = f32.parameters().get(i).value().gradient();
            var b = bf16.parameters().get(i).value().gradient();
            assertThat(b.dtype()).isEqualTo(DType.F32);
            if (a.norm().item() > 1e-3) { // below that, what cancels in f32 does not in bf16: a key's offset has no gradient at all
                assertThat(b.minus(a).norm().item() / a.norm().item()).as(f32.parameters().get(i).name()).isLessThan(0.1);
            }
        }
    }

    /** A model for inference with the weights of {@code model}. */
    static Decoder held(Decoder model, DType matmulType) {
        var held = Decoder.forInference(model.config(), matmulType);
        for (int i = 0; i < held.parameters().size(); i++) {
            held.parameters().get(i).value().copyFrom(model.parameters().get(i).value().detached());
        }
        return held;
    }

    @ParameterizedTest
    @MethodSource("everyChoice")
    void weightsHeldInBf16GiveTheLogitsOfRoundingThemEachTime(DecoderConfig config) {
        var masters = new Decoder(config, DType.BF16);
        Gradients.randomise(masters.parameters(), 0.4);
        var held = held(masters, DType.BF16);
        if (config.tiedEmbeddings()) { // the one difference: token vectors are rounded too
            var embedding = masters.parameters().getFirst().value().detached();
            embedding.copyFrom(embedding.to(DType.BF16));
        }
        var ids = Tensor.ofIds(IDS, 1, IDS.length);
        assertThat(held.logits(ids).floats()).isEqualTo(masters.logits(ids).floats());
        var first = new GrowingCache();
        var second = new GrowingCache();
        for (int t = 0; t < IDS.length; t++) {
            var id = ids.narrow(1, t, 1);
            assertThat(held.head(held.hidden(id, first, Pass.EVALUATION)).floats())
                    .isEqualTo(masters.head(masters.hidden(id, second, Pass.EVALUATION)).floats());
            first.length++;
            second.length++;
        }
    }

    @ParameterizedTest
    @MethodSource("everyChoice")
    void weightsHeldInF32GiveTheOraclesLogits(DecoderConfig config) {
        var masters = random(config);
        var got = held(masters, DType.F32).logits(Tensor.ofIds(IDS, 1, IDS.length)).doubles();
        var wanted = SlowDecoder.of(masters).logits(IDS);
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isCloseTo(wanted[i / 11][i % 11], within(1e-4));
        }
    }

    @ParameterizedTest
    @MethodSource("everyChoice")
    void whatIsHeldIsHeldInBf16AndNeedsNoGradient(DecoderConfig config) {
        for (var parameter : Decoder.forInference(config, DType.BF16).parameters()) {
            boolean inProduct = switch (parameter.role()) {
                case MATRIX, RESIDUAL_MATRIX, HEAD -> true;
                case EMBEDDING -> config.tiedEmbeddings();
                case BIAS -> !parameter.name().contains("norm");
                case POSITION, NORM, RECURRENT_MATRIX, LSTM_BIAS, FILTER -> false;
            };
            assertThat(parameter.value().dtype()).as(parameter.name()).isEqualTo(inProduct ? DType.BF16 : DType.F32);
            assertThat(parameter.value().requiresGradient()).isFalse();
        }
    }

    @Test
    void dropoutIsOnInTrainingAlone() {
        var model = random(config(Positions.LEARNED, Norm.Kind.LAYER, FeedForward.Kind.GELU, true, false, true, 0.5));
        var ids = Tensor.ofIds(IDS, 1, 7);
        var evaluated = model.hidden(ids, null, Pass.EVALUATION).floats();
        assertThat(model.hidden(ids, null, Pass.EVALUATION).floats()).isEqualTo(evaluated);
        assertThat(model.hidden(ids, null, Pass.TRAINING).floats()).isNotEqualTo(evaluated);
    }

    @Test
    void initialisationFollowsItsTable() {
        var config = DecoderConfig.gpt2(500, 100, 64, 3, 4);
        var model = new Decoder(config, DType.F32);
        Initialisation.of(model, 5);
        assertThat(model.parameters()).extracting(Parameter::role).contains(Parameter.Role.EMBEDDING, Parameter.Role.RESIDUAL_MATRIX,
                Parameter.Role.MATRIX, Parameter.Role.POSITION, Parameter.Role.NORM, Parameter.Role.BIAS);
        for (var parameter : model.parameters()) {
            var values = parameter.value().doubles();
            double std = switch (parameter.role()) {
                case EMBEDDING, POSITION, HEAD, MATRIX -> 0.02;
                case RESIDUAL_MATRIX -> 0.02 / Math.sqrt(6);
                case NORM, BIAS -> 0;
                case RECURRENT_MATRIX, LSTM_BIAS, FILTER -> throw new AssertionError("a decoder has none");
            };
            if (std == 0) {
                assertThat(values).containsOnly(parameter.role() == Parameter.Role.NORM ? 1 : 0);
            } else {
                double mean = 0;
                double square = 0;
                for (double v : values) {
                    mean += v / values.length;
                    square += v * v / values.length;
                }
                assertThat(mean).as(parameter.name()).isCloseTo(0, within(4 * std / Math.sqrt(values.length)));
                assertThat(Math.sqrt(square)).as(parameter.name()).isCloseTo(std, within(4 * std / Math.sqrt(2.0 * values.length)));
            }
        }
        var wide = new Decoder(DecoderConfig.llama(8, 4, 3200, 1, 2, 1), DType.F32);
        Initialisation.of(wide, 5);
        var matrix = wide.parameters().stream().filter(p -> p.role() == Parameter.Role.MATRIX).findFirst().orElseThrow();
        assertThat(matrix.value().norm().item() / Math.sqrt(matrix.value().numel())).isCloseTo(1 / Math.sqrt(3200), within(1e-4));
    }

    @Test
    void initialisationIsAFunctionOfItsSeed() {
        var config = DecoderConfig.llama(50, 16, 16, 2, 4, 2);
        var models = Stream.of(1L, 1L, 2L).map(seed -> {
            var model = new Decoder(config, DType.F32);
            Initialisation.of(model, seed);
            return model;
        }).toList();
        for (int i = 0; i < models.getFirst().parameters().size(); i++) {
            var first = models.get(0).parameters().get(i);
            assertThat(models.get(1).parameters().get(i).value().floats()).isEqualTo(first.value().floats());
            if (first.role() != Parameter.Role.NORM) {
                assertThat(models.get(2).parameters().get(i).value().floats()).isNotEqualTo(first.value().floats());
            }
        }
        var matrices = models.getFirst().parameters().stream().filter(p -> p.name().endsWith("qkv.weight")).toList();
        assertThat(matrices.get(0).value().floats()).isNotEqualTo(matrices.get(1).value().floats());
    }

    /** A window halves what attention costs where it holds half of the context, and says which layers it is for. */
    @Test
    void slidingLayersCountWhatTheySee() {
        var whole = DecoderConfig.llama(50, 16, 16, 6, 4, 2);
        var sliding = whole.with(c -> c.window = new DecoderConfig.Window(8, 3, Rope.of(10)));
        assertThat(IntStream.range(0, 6).mapToObj(sliding::slides)).containsExactly(true, true, false, true, true, false);
        assertThat(sliding.rope(0)).isEqualTo(Rope.of(10));
        assertThat(sliding.rope(2)).isEqualTo(Rope.of(10_000));
        assertThat(whole.trainingFlopsPerToken() - sliding.trainingFlopsPerToken()).isEqualTo(4 * 12.0 * 16 * 8);
        assertThat(whole.trainingFlopsPerToken()).isEqualTo(6.0 * whole.parameterCount() + 6 * 12.0 * 16 * 16);
        assertThat(sliding.with(c -> c.window = new DecoderConfig.Window(1000, 0, c.rope)).trainingFlopsPerToken())
                .isEqualTo(whole.trainingFlopsPerToken());
    }

    @Test
    void impossibleShapesAreUserErrors() {
        var llama = DecoderConfig.llama(10, 10, 64, 1, 4, 2);
        assertThatThrownBy(() -> llama.with(c -> c.window = new DecoderConfig.Window(0, 0, c.rope))).isInstanceOf(UserError.class)
                .hasMessageContaining("window.length=0");
        assertThatThrownBy(() -> llama.with(c -> c.window = new DecoderConfig.Window(4, -1, c.rope))).isInstanceOf(UserError.class)
                .hasMessageContaining("global_every=-1");
        assertThatThrownBy(() -> llama.with(c -> c.attentionScale = 0.0)).isInstanceOf(UserError.class)
                .hasMessageContaining("attention_scale=0");
        assertThatThrownBy(() -> llama.with(c -> c.embeddingScale = Double.NaN)).isInstanceOf(UserError.class)
                .hasMessageContaining("embedding_scale=NaN");
        assertThatThrownBy(() -> DecoderConfig.gpt2(10, 10, 64, 1, 5)).isInstanceOf(UserError.class).hasMessageContaining("try heads=4");
        assertThatThrownBy(() -> DecoderConfig.llama(10, 10, 64, 1, 4, 3)).isInstanceOf(UserError.class)
                .hasMessageContaining("try key_value_heads=2");
        assertThatThrownBy(() -> DecoderConfig.llama(10, 10, 12, 1, 4, 2)).isInstanceOf(UserError.class)
                .hasMessageContaining("must be even");
        assertThatThrownBy(() -> DecoderConfig.llama(0, 10, 64, 1, 4, 2)).isInstanceOf(UserError.class)
                .hasMessageContaining("vocabulary_size=0");
        assertThatThrownBy(() -> DecoderConfig.llama(10, 1 << 30, 64, 1, 4, 2)).isInstanceOf(UserError.class)
                .hasMessageContaining("context");
        assertThatThrownBy(() -> config(Positions.NONE, Norm.Kind.RMS, FeedForward.Kind.GELU, false, false, true, Double.NaN))
                .isInstanceOf(UserError.class).hasMessageContaining("dropout");
    }
}
