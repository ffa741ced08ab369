package org.lyceum.inference.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Engine;
import org.lyceum.inference.Engine.Part;
import org.lyceum.inference.TorchEngine;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.DecoderConfig.Window;
import org.lyceum.models.gguf.GgufExport;
import org.lyceum.models.gguf.Quantization;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.gguf.GgufFile;

/** The Vector API's logits against libtorch's. */
class VectorEngineTest {
    private static final int CONTEXT = 200; // several pages

    private static final DecoderConfig LLAMA = DecoderConfig.llama(40, CONTEXT, 64, 2, 4, 2);

    static final Map<String, DecoderConfig> CONFIGS = Map.of(
            "gpt2", DecoderConfig.gpt2(40, CONTEXT, 32, 2, 4),
            "llama", LLAMA,
            "llama3", LLAMA.with(c -> c.rope = new Rope(5000, new Rope.Llama3(8, 1, 4, 64))),
            "mistral", LLAMA.with(c -> c.window = new Window(70, 0, c.rope)),
            "qwen2", LLAMA.with(c -> c.biases = Biases.QKV),
            "qwen3", LLAMA.with(c -> {
                c.qkNorm = QkNorm.HEAD;
                c.headWidth = 32;
            }),
            "olmo2", LLAMA.with(c -> {
                c.qkNorm = QkNorm.FULL;
                c.normPlacement = NormPlacement.POST;
                c.tiedEmbeddings = false;
            }),
            "gemma3", LLAMA.with(c -> {
                c.depth = 3;
                c.qkNorm = QkNorm.HEAD;
                c.normPlacement = NormPlacement.BOTH;
                c.activation = FeedForward.Kind.GEGLU;
                c.window = new Window(20, 3, Rope.of(100));
                c.attentionScale = 0.2;
                c.embeddingScale = 8;
            }));

    static Stream<String> configs() {
        return CONFIGS.keySet().stream();
    }

    private static Decoder decoder(DecoderConfig config) {
        return decoder(config, 0.3);
    }

    private static Decoder decoder(DecoderConfig config, double std) {
        var decoder = new Decoder(config, DType.F32);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            for (var parameter : decoder.parameters()) {
                var values = Tensor.normal(Seeds.derive(1, parameter.name(), 0), std, parameter.value().shape());
                parameter.value().copyFrom(values.plus(parameter.name().contains("norm.weight") ? 1 : 0));
            }
        }
        return decoder;
    }

    private static VectorEngine engine(Decoder decoder, int threads) {
        return VectorEngine.of(decoder, threads, 64 << 20);
    }

    private static int[] ids(int count, long seed) {
        return new Random(seed).ints(count, 0, 40).toArray();
    }

    @ParameterizedTest
    @MethodSource("configs")
    void logitsAreThoseOfLibtorch(String name) {
        var decoder = decoder(CONFIGS.get(name));
        try (var torch = new TorchEngine(decoder); var engine = engine(decoder, 2)) {
            var ids = ids(150, 2);
            var expected = torch.forward(List.of(new Part(torch.open(), ids, ids.length))).getFirst();
            var actual = engine.forward(List.of(new Part(engine.open(), ids, ids.length))).getFirst();
            for (int t = 0; t < ids.length; t++) {
                for (int v = 0; v < 40; v++) {
                    assertThat(actual[t][v]).as("token %d, logit %d", t, v).isCloseTo(expected[t][v], within(2e-4f));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void aTokensLogitsDoNotDependOnItsCompanyItsPiecesOrTheThreads(String name) {
        var decoder = decoder(CONFIGS.get(name));
        var texts = List.of(ids(130, 3), ids(70, 4), ids(5, 5));
        var alone = new ArrayList<float[][]>();
        try (var engine = engine(decoder, 1)) {
            for (var ids : texts) {
                alone.add(engine.forward(List.of(new Part(engine.open(), ids, ids.length))).getFirst());
            }
        }
        try (var engine = engine(decoder, 2)) {
            var random = new Random(6);
            var sequences = texts.stream().map(_ -> engine.open()).toList();
            while (sequences.stream().anyMatch(s -> s.length() < texts.get(sequences.indexOf(s)).length)) {
                var parts = new ArrayList<Part>();
                var which = new ArrayList<Integer>();
                for (int i = 0; i < texts.size(); i++) {
                    int from = sequences.get(i).length();
                    int count = Math.min(random.nextInt(12), texts.get(i).length - from);
                    if (count > 0) {
                        parts.add(new Part(sequences.get(i), Arrays.copyOfRange(texts.get(i), from, from + count),
                                random.nextInt(count + 1)));
                        which.add(i);
                    }
                }
                if (parts.isEmpty()) {
                    continue;
                }
                var logits = engine.forward(parts);
                for (int p = 0; p < parts.size(); p++) {
                    int end = sequences.get(which.get(p)).length();
                    int wanted = parts.get(p).wanted();
                    for (int row = 0; row < wanted; row++) {
                        assertThat(logits.get(p)[row]).isEqualTo(alone.get(which.get(p))[end - wanted + row]);
                    }
                }
            }
        }
    }

    /** A model of quantized weights in a context of six blocks, its engine with products by blocks or without. */
    private static void withQuantized(Path folder, Quantization quantization, int threads, boolean widely, Consumer<VectorEngine> work) {
        var config = DecoderConfig.llama(40, 400, 256, 2, 4, 2);
        var path = folder.resolve(quantization + ".gguf");
        if (!Files.exists(path)) {
            GgufExport.write(path, decoder(config, 0.06), "toy", Map.of(), quantization);
        }
        try (var file = GgufFile.open(path); var engine = VectorEngine.of(file, threads, 64 << 20, widely)) {
            work.accept(engine);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Quantization.class, names = {"Q8_0", "Q4_0", "Q4_K"})
    void byBlocksLogitsAreTheSameButForRounding(Quantization quantization, @TempDir Path folder) {
        var ids = ids(390, 2);
        withQuantized(folder, quantization, 2, false, few -> withQuantized(folder, quantization, 2, true, many -> {
            var expected = few.forward(List.of(new Part(few.open(), ids, ids.length))).getFirst();
            var actual = many.forward(List.of(new Part(many.open(), ids, ids.length))).getFirst();
            double error = 0;
            double size = 0;
            for (int t = 0; t < ids.length; t++) {
                for (int v = 0; v < 40; v++) {
                    error += Math.pow(actual[t][v] - expected[t][v], 2);
                    size += Math.pow(expected[t][v], 2);
                }
            }
            assertThat(error).isPositive(); // or no block was computed as one
            assertThat(Math.sqrt(error / size)).isLessThan(0.05); // the one rounds to bf16, the other rounds vectors to 8 bits
        }));
    }

    @Test
    void byBlocksATokensLogitsDoNotDependOnItsCompanyOrTheThreads(@TempDir Path folder) {
        var texts = List.of(ids(390, 3), ids(70, 4), ids(5, 5), ids(200, 6));
        var alone = new ArrayList<float[][]>();
        withQuantized(folder, Quantization.Q4_K, 1, true, engine -> {
            for (var ids : texts) {
                alone.add(engine.forward(List.of(new Part(engine.open(), ids, ids.length))).getFirst());
            }
        });
        withQuantized(folder, Quantization.Q4_K, 3, true, engine -> {
            var together = engine.forward(texts.stream().map(ids -> new Part(engine.open(), ids, ids.length)).toList());
            for (int i = 0; i < texts.size(); i++) {
                assertThat(together.get(i)).isDeepEqualTo(alone.get(i));
            }
            // and in pieces that are cut between blocks
            var sequence = engine.open();
            int from = 0;
            for (int to : new int[]{256, 320, 390}) {
                var piece = engine.forward(List.of(new Part(sequence, Arrays.copyOfRange(texts.getFirst(), from, to), to - from)))
                        .getFirst();
                assertThat(piece).isDeepEqualTo(Arrays.copyOfRange(alone.getFirst(), from, to));
                from = to;
            }
        });
    }

    @Test
    void aSequenceIsCutAndCopied() {
        var decoder = decoder(CONFIGS.get("llama"));
        try (var engine = engine(decoder, 1)) {
            var ids = ids(140, 7);
            var whole = engine.forward(List.of(new Part(engine.open(), ids, ids.length))).getFirst();
            var sequence = engine.open();
            engine.forward(List.of(new Part(sequence, ids(160, 8), 0)));
            sequence.truncate(0);
            engine.forward(List.of(new Part(sequence, ids, 0)));
            sequence.truncate(67);
            assertThat(sequence.length()).isEqualTo(67);
            var copy = engine.open();
            copy.copyFrom(sequence, 66);
            for (var s : List.of(sequence, copy)) {
                var rest = Arrays.copyOfRange(ids, s.length(), 100);
                assertThat(engine.forward(List.of(new Part(s, rest, 1))).getFirst()[0]).isEqualTo(whole[99]);
            }
        }
    }

    @Test
    void aFullCacheIsRefusedAndLosesNothing() {
        var decoder = decoder(CONFIGS.get("llama"));
        try (var engine = VectorEngine.of(decoder, 1, 3L * 64 * 2 * 2 * 16 * 4 * 2)) { // three pages
            var first = engine.open();
            var second = engine.open();
            engine.forward(List.of(new Part(first, ids(100, 9), 0)));
            engine.forward(List.of(new Part(second, ids(10, 10), 0)));
            var parts = List.of(new Part(first, ids(5, 11), 0), new Part(second, ids(60, 12), 0));
            assertThatThrownBy(() -> engine.forward(parts)).isInstanceOf(UserError.class).hasMessageContaining("caches");
            assertThat(first.length()).isEqualTo(100);
            assertThat(second.length()).isEqualTo(10);
            first.close();
            assertThat(engine.forward(parts.subList(1, 2)).getFirst()).isEmpty();
            assertThat(second.length()).isEqualTo(70);
        }
    }

    @Test
    void noMoreTokensThanTheContext() {
        var decoder = decoder(CONFIGS.get("gpt2"));
        try (Engine engine = engine(decoder, 1)) {
            assertThatThrownBy(() -> engine.forward(List.of(new Part(engine.open(), ids(CONTEXT + 1, 1), 1)))).isInstanceOf(UserError.class)
                    .hasMessageContaining("context is 200");
        }
    }
}
