package org.lyceum.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderDecoderConfig.Sharing;
import org.lyceum.models.layers.AttentionProbe;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.KeyValueCache;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** The encoder–decoder against plain loops over doubles. */
class EncoderDecoderTest {
    private static final int[] SOURCE = {3, 1, 4, 1, 5};
    private static final int[] TARGET = {2, 7, 1, 8};

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static EncoderDecoderConfig config(FeedForward.Kind activation, boolean normFirst, Sharing sharing) {
        return new EncoderDecoderConfig(11, 12, 8, 2, 3, 2, 12, activation, normFirst, 1e-5, sharing, 0.3);
    }

    private static EncoderDecoder model(FeedForward.Kind activation, boolean normFirst, Sharing sharing) {
        var model = new EncoderDecoder(config(activation, normFirst, sharing), DType.F32);
        Gradients.randomise(model.parameters(), 0.3);
        return model;
    }

    private static Tensor logits(EncoderDecoder model, int[] source, int[] target) {
        var read = model.read(Tensor.ofIds(source, 1, source.length), new int[]{source.length}, Pass.EVALUATION);
        return model.head(model.hidden(Tensor.ofIds(target, 1, target.length), read, Pass.EVALUATION));
    }

    @ParameterizedTest
    @CsvSource({"RELU,false,ALL", "RELU,true,ALL", "GELU,false,TARGET", "SWIGLU,true,NONE", "GEGLU,false,NONE"})
    void logitsEqualThoseOfPlainLoops(FeedForward.Kind activation, boolean normFirst, Sharing sharing) {
        var model = model(activation, normFirst, sharing);
        var wanted = flat(SlowEncoderDecoder.of(model).logits(SOURCE, TARGET));
        assertThat(logits(model, SOURCE, TARGET).doubles()).containsExactly(wanted, within(1e-4));
        assertThat(model.parameters().stream().mapToLong(p -> p.value().numel()).sum()).isEqualTo(model.config().parameterCount());
        var copy = EncoderDecoder.forInference(model.config(), DType.F32);
        for (int i = 0; i < copy.parameters().size(); i++) {
            copy.parameters().get(i).value().copyFrom(model.parameters().get(i).value());
        }
        assertThat(logits(copy, SOURCE, TARGET).doubles()).containsExactly(wanted, within(1e-4));
    }

    /** What stands in the places behind a shorter sentence, on either side, changes nothing. */
    @Test
    void paddingIsNotSeen() {
        var model = model(FeedForward.Kind.RELU, false, Sharing.ALL);
        int[] shorter = {9, 6};
        var sources = new int[]{3, 1, 4, 1, 5, 9, 6, 10, 10, 10};
        var targets = new int[]{2, 7, 1, 8, 2, 5, 0, 0};
        var read = model.read(Tensor.ofIds(sources, 2, 5), new int[]{5, 2}, Pass.EVALUATION);
        var both = model.head(model.hidden(Tensor.ofIds(targets, 2, 4), read, Pass.EVALUATION));
        assertThat(both.select(0, 0).doubles()).containsExactly(logits(model, SOURCE, TARGET).doubles(), within(1e-5));
        assertThat(both.select(0, 1).narrow(0, 0, 2).doubles())
                .containsExactly(logits(model, shorter, new int[]{2, 5}).doubles(), within(1e-5));
    }

    /** Token by token with a cache, two continuations of each of two sentences at once, as all at once. */
    @Test
    void writingTokenByTokenIsTheSame() {
        var model = model(FeedForward.Kind.RELU, true, Sharing.ALL);
        var sources = new int[]{3, 1, 4, 1, 5, 9, 6, 0, 0, 0};
        var targets = new int[][]{{2, 7, 1}, {2, 4, 4}, {2, 1, 10}, {2, 9, 3}};
        var memory = model.memory(model.read(Tensor.ofIds(sources, 2, 5), new int[]{5, 2}, Pass.EVALUATION));
        var cache = new GrowingCache();
        for (int t = 0; t < 3; t++) {
            var ids = new int[4];
            for (int row = 0; row < 4; row++) {
                ids[row] = targets[row][t];
            }
            var got = model.head(model.next(Tensor.ofIds(ids, 4, 1), memory, cache));
            cache.length++;
            for (int row = 0; row < 4; row++) {
                var whole = logits(model, row < 2 ? SOURCE : new int[]{9, 6}, targets[row]);
                assertThat(got.select(0, row).doubles()).containsExactly(whole.select(1, t).doubles(), within(1e-5));
            }
        }
    }

    /** Every gradient of the smoothed loss, at a size at which differences of the oracle are quick. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void gradients(boolean normFirst) {
        var config = new EncoderDecoderConfig(5, 6, 4, 1, 1, 2, 6, FeedForward.Kind.GELU, normFirst, 1e-2, Sharing.ALL, 0.3);
        var model = new EncoderDecoder(config, DType.F32);
        Gradients.randomise(model.parameters(), 0.5);
        int[] source = {3, 1, 4};
        int[] inputs = {0, 2, 4};
        int[] targets = {2, 4, 1};
        var names = model.parameters().stream().map(p -> p.name()).toList();
        // A key's offset moves all scores of a query alike, so that no loss depends on it: those have no gradient to speak of.
        var leaves = new ArrayList<Tensor>();
        var leafNames = new ArrayList<String>();
        for (var parameter : model.parameters()) {
            if (!parameter.name().endsWith("qkv.bias") && !parameter.name().endsWith("key_value.bias")) {
                leaves.add(parameter.value());
                leafNames.add(parameter.name());
            }
        }
        var read = model.read(Tensor.ofIds(source, 1, 3), new int[]{3}, Pass.EVALUATION);
        var loss = model.loss(model.hidden(Tensor.ofIds(inputs, 1, 3), read, Pass.EVALUATION), Tensor.ofIds(targets, 3), 0.1);
        var slow = SlowEncoderDecoder.of(model);
        assertThat(slow.weights().keySet()).containsExactlyInAnyOrderElementsOf(names);
        Gradients.check(leaves, loss, values -> {
            for (int i = 0; i < leafNames.size(); i++) {
                slow.weights().put(leafNames.get(i), values.get(i));
            }
            return SlowLayers.smoothedCrossEntropy(slow.logits(source, inputs), targets, 0.1);
        });
    }

    @Test
    void dropoutIsForTrainingAlone() {
        var model = model(FeedForward.Kind.RELU, false, Sharing.ALL);
        assertThat(logits(model, SOURCE, TARGET).floats()).isEqualTo(logits(model, SOURCE, TARGET).floats());
        var read = model.read(Tensor.ofIds(SOURCE, 1, 5), new int[]{5}, Pass.TRAINING);
        var again = model.read(Tensor.ofIds(SOURCE, 1, 5), new int[]{5}, Pass.TRAINING);
        assertThat(read.hidden().floats()).isNotEqualTo(again.hidden().floats());
    }

    @Test
    void aProbeSeesTheWeightsOfCrossAttention() {
        var model = model(FeedForward.Kind.RELU, false, Sharing.ALL);
        var seen = new ArrayList<Integer>();
        AttentionProbe probe = (layer, queries, keys, _, _) -> {
            seen.add(layer);
            assertThat(queries.shape()).containsExactly(1, 2, 4, 4);
            assertThat(keys.shape()).containsExactly(1, 2, 5, 4);
        };
        ScopedValue.where(AttentionProbe.CROSS, probe).run(() -> logits(model, SOURCE, TARGET));
        assertThat(seen).containsExactly(0, 1, 2);
    }

    @Test
    void firstValuesDependOnTheSeedAndTheNameAlone() {
        var a = model(FeedForward.Kind.RELU, false, Sharing.ALL);
        Initialisation.of(a, 5);
        var qkv = a.parameters().stream().filter(p -> p.name().equals("encoder.0.attention.qkv.weight")).findFirst().orElseThrow();
        double largest = qkv.value().abs().max().item();
        assertThat(largest).isBetween(0.5 * Math.sqrt(6.0 / 16), Math.sqrt(6.0 / 16)); // part by part: (8, 8) and not (24, 8)
        var before = qkv.value().floats();
        Initialisation.of(a, 6);
        assertThat(qkv.value().floats()).isNotEqualTo(before);
        Initialisation.of(a, 5);
        assertThat(qkv.value().floats()).isEqualTo(before);
    }

    @Test
    void impossibleShapesAreUserErrors() {
        assertThatThrownBy(() -> new EncoderDecoderConfig(11, 12, 8, 2, 2, 3, 12, FeedForward.Kind.RELU, false, 1e-5, Sharing.ALL, 0))
                .isInstanceOf(UserError.class).hasMessageContaining("model.width=8").hasMessageContaining("model.heads=3");
        assertThatThrownBy(() -> new EncoderDecoderConfig(11, 12, 8, 2, 2, 2, 12, FeedForward.Kind.RELU, false, 1e-5, Sharing.ALL, 1))
                .isInstanceOf(UserError.class).hasMessageContaining("model.dropout=1");
        assertThatThrownBy(() -> new EncoderDecoderConfig(11, 0, 8, 2, 2, 2, 12, FeedForward.Kind.RELU, false, 1e-5, Sharing.ALL, 0))
                .isInstanceOf(UserError.class).hasMessageContaining("model.context=0");
    }

    private static double[] flat(double[][] rows) {
        return Stream.of(rows).flatMapToDouble(java.util.Arrays::stream).toArray();
    }

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
                layers.add(new KeyValues(scopeless(keys), scopeless(values)));
            } else {
                var old = layers.get(layer);
                layers.set(layer,
                        new KeyValues(scopeless(Tensor.cat(List.of(old.keys(), keys), 2)),
                                scopeless(Tensor.cat(List.of(old.values(), values), 2))));
            }
            return layers.get(layer);
        }

        private static Tensor scopeless(Tensor x) {
            try (var scope = Scope.open()) {
                return scope.keep(x.copy());
            }
        }
    }
}
