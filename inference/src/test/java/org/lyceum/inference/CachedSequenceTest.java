package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

class CachedSequenceTest {
    static Stream<String> configs() {
        return Toys.CONFIGS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("configs")
    void tokenByTokenEqualsAllAtOnce(String config) {
        var decoder = Toys.decoder(config, 1);
        var ids = Toys.randomIds(Toys.CONTEXT, 2);
        var expected = Toys.logits(decoder, ids);
        try (var cached = new CachedSequence(new TorchEngine(decoder))) {
            for (int t = 0; t < ids.length; t++) {
                assertClose(cached.next(ids, 0, t + 1), expected[t]);
                assertThat(cached.computed()).isOne();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void promptInChunksEqualsAllAtOnce(String config) {
        var decoder = Toys.decoder(config, 1);
        var ids = Toys.randomIds(Toys.CONTEXT, 3);
        var expected = Toys.logits(decoder, ids);
        for (int chunk : new int[]{1, 2, 5, 8, 23, 24, 100}) {
            try (var cached = new CachedSequence(new TorchEngine(decoder, chunk, chunk))) {
                assertClose(cached.next(ids, 0, 20), expected[19]);
                assertClose(cached.next(ids, 0, 24), expected[23]);
                assertThat(cached.computed()).isEqualTo(4);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void inBf16AWholePromptIsComputedAsWithoutACache(String config) {
        var f32 = Toys.decoder(config, 1);
        var decoder = Decoder.forInference(f32.config(), DType.BF16);
        for (int i = 0; i < decoder.parameters().size(); i++) {
            decoder.parameters().get(i).value().copyFrom(f32.parameters().get(i).value().detached());
        }
        var ids = Toys.randomIds(Toys.CONTEXT, 2);
        try (var cached = new CachedSequence(new TorchEngine(decoder))) {
            assertThat(cached.next(ids, 0, 20)).containsExactly(Toys.logits(decoder, ids)[19], within(2e-2f));
        }
    }

    @Test
    void onlyWhatDiffersIsComputedAgain() {
        var decoder = Toys.decoder("llama", 1);
        var first = Toys.randomIds(20, 4);
        var second = first.clone();
        second[13] = (second[13] + 1) % 30;
        try (var cached = new CachedSequence(new TorchEngine(decoder))) {
            cached.next(first, 0, 20);
            assertClose(cached.next(second, 0, 20), Toys.logits(decoder, second)[19]);
            assertThat(cached.computed()).isEqualTo(7);
            assertClose(cached.next(second, 0, 20), Toys.logits(decoder, second)[19]);
            assertThat(cached.computed()).as("the last token's logits are wanted").isOne();
            var window = java.util.Arrays.copyOfRange(second, 7, 20);
            assertClose(cached.next(second, 7, 20), Toys.logits(decoder, window)[12]);
        }
    }

    @Test
    void afterAFailureItStartsAnew() {
        var decoder = Toys.decoder("llama", 1);
        var ids = Toys.randomIds(10, 5);
        var foreign = ids.clone();
        foreign[9] = 99; // no such row in the embedding
        try (var cached = new CachedSequence(new TorchEngine(decoder))) {
            cached.next(ids, 0, 5);
            assertThatThrownBy(() -> cached.next(foreign, 0, 10)).isInstanceOf(RuntimeException.class);
            assertClose(cached.next(ids, 0, 10), Toys.logits(decoder, ids)[9]);
        }
    }

    @Test
    void theCacheGrowsToTheContextAndNoFurther() {
        var config = DecoderConfig.llama(40, 200, 32, 2, 4, 2); // D = 8
        try (var cache = new PreallocatedCache(config, 3)) {
            append(cache, config, 1);
            assertThat(cache.bytes()).isEqualTo(2L * 2 * 3 * 2 * 64 * 8 * 4);
            append(cache, config, 64);
            assertThat(cache.bytes()).isEqualTo(2L * 2 * 3 * 2 * 128 * 8 * 4);
            append(cache, config, 135);
            assertThat(cache.length()).isEqualTo(200);
            assertThat(cache.bytes()).isEqualTo(2L * 2 * 3 * 2 * 200 * 8 * 4);
            assertThatThrownBy(() -> append(cache, config, 1)).isInstanceOf(IllegalArgumentException.class);
            cache.truncate(3);
            assertThat(cache.length()).isEqualTo(3);
            assertThatThrownBy(() -> cache.truncate(4)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void growingKeepsWhatWasThere() {
        var config = DecoderConfig.llama(40, 300, 32, 1, 4, 2);
        try (var cache = new PreallocatedCache(config, 1)) {
            var a = Tensor.normal(1, 1, 1, 2, 40, 8);
            var b = Tensor.normal(2, 1, 1, 2, 100, 8);
            cache.append(0, a, a.times(2));
            var all = cache.append(0, b, b.times(2));
            var expected = Tensor.cat(java.util.List.of(a, b), 2);
            assertThat(all.keys().floats()).isEqualTo(expected.floats());
            assertThat(all.values().floats()).isEqualTo(expected.times(2).floats());
        }
    }

    private static void append(PreallocatedCache cache, DecoderConfig config, int positions) {
        int before = cache.length();
        for (int layer = 0; layer < config.depth(); layer++) {
            assertThat(cache.length()).as("length stands still until the last layer").isEqualTo(before);
            var x = Tensor.zeros(DType.F32, 3, config.keyValueHeads(), positions, config.headWidth());
            assertThat(cache.append(layer, x, x).keys().size(2)).isEqualTo(before + positions);
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(2e-4f));
        }
    }
}
