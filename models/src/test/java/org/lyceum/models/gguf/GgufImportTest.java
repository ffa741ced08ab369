package org.lyceum.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.DecoderConfig.Window;
import org.lyceum.models.Gradients;
import org.lyceum.models.huggingface.Family;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.gguf.BlockFormat;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.tensor.gguf.GgufWriter;
import org.lyceum.tensor.gguf.GgufWriter.Source;
import tools.jackson.databind.json.JsonMapper;

/** Shapes and weights of GGUF files, of every architecture and damaged. */
class GgufImportTest {
    @TempDir
    private Path temporary;
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private Path written(Decoder model) {
        var file = temporary.resolve("m.gguf");
        GgufExport.write(file, model, "a model", Map.of("tokenizer.ggml.model", "none"), Quantization.F32);
        return file;
    }

    static Stream<DecoderConfig> oneOfEachArchitecture() {
        float epsilon = 1e-5f; // as it comes back: 32 bits wide
        var llama = DecoderConfig.llama(23, 64, 16, 2, 4, 2).with(c -> c.normEpsilon = epsilon);
        return Stream.of(
                DecoderConfig.gpt2(23, 64, 16, 2, 4).with(c -> c.normEpsilon = epsilon),
                llama,
                llama.with(c -> {
                    c.headWidth = 64;
                    c.rope = new Rope(500_000, new Rope.Llama3(32, 1, 4, 8192));
                    c.biases = Biases.ALL;
                    c.tiedEmbeddings = false;
                }),
                llama.with(c -> c.rope = new Rope(10_000, new Rope.Linear(4))),
                llama.with(c -> c.window = new Window(64, 0, c.rope)), // Mistral
                llama.with(c -> {
                    c.biases = Biases.QKV;
                    c.rope = Rope.of(1_000_000);
                }),
                llama.with(c -> {
                    c.qkNorm = QkNorm.HEAD;
                    c.headWidth = 6;
                }),
                llama.with(c -> {
                    c.normPlacement = NormPlacement.POST;
                    c.qkNorm = QkNorm.FULL;
                    c.tiedEmbeddings = false;
                }),
                llama.with(c -> {
                    c.depth = 7;
                    c.headWidth = 6;
                    c.rope = new Rope(1_000_000, new Rope.Linear(8));
                    c.window = new Window(5, 6, Rope.of(10_000));
                    c.normPlacement = NormPlacement.BOTH;
                    c.qkNorm = QkNorm.HEAD;
                    c.activation = FeedForward.Kind.GEGLU;
                    c.embeddingScale = 4;
                }));
    }

    @ParameterizedTest
    @MethodSource("oneOfEachArchitecture")
    void whatIsWrittenIsReadBackTheSame(DecoderConfig config) throws IOException {
        var model = new Decoder(config, DType.F32);
        Gradients.randomise(model.parameters(), 0.3);
        try (var file = GgufFile.open(written(model))) {
            assertThat(GgufImport.config(file)).isEqualTo(config);
            var again = GgufImport.read(file, DType.F32);
            for (int i = 0; i < again.parameters().size(); i++) {
                var wanted = model.parameters().get(i);
                assertThat(again.parameters().get(i).value().floats()).as(wanted.name()).isEqualTo(wanted.value().floats());
            }
        }
        exportForLlamaCpp(model);
    }

    /** With {@code mvn test -Dlyceum.export=FOLDER}, leaves what {@code src/test/python/check_gguf.py} has llama.cpp compute. */
    private void exportForLlamaCpp(Decoder model) throws IOException {
        var root = System.getProperty("lyceum.export");
        if (root != null) {
            var config = model.config();
            var folder = Files.createDirectories(Path.of(root, "gguf-" + Family.of(config) + "-" + Integer.toHexString(config.hashCode())));
            Files.copy(temporary.resolve("m.gguf"), folder.resolve("m.gguf"), StandardCopyOption.REPLACE_EXISTING);
            var ids = IntStream.range(0, 48).map(i -> i * i * i % 23).toArray();
            var logits = model.logits(Tensor.ofIds(ids, 1, ids.length)).floats();
            Files.writeString(folder.resolve("logits.json"), new JsonMapper().writeValueAsString(Map.of("ids", ids, "logits", logits)));
        }
    }

    /** llama.cpp's own order of rows: those of a pair side by side in Llama's queries and keys, and nowhere else. */
    @ParameterizedTest
    @CsvSource({"LLAMA,true", "QWEN2,false"})
    void rowsOfQueriesAndKeysAreInLlamaCppsOrder(Family family, boolean paired) {
        var config = DecoderConfig.llama(11, 8, 16, 1, 2, 1).with(c -> c.biases = family == Family.QWEN2 ? Biases.QKV : Biases.ALL);
        var model = new Decoder(config, DType.F32);
        Gradients.randomise(model.parameters(), 0.3);
        var ours = model.parameters().stream().filter(p -> p.name().endsWith("qkv.weight")).findFirst().orElseThrow().value().floats();
        try (var file = GgufFile.open(written(model))) {
            var queries = new float[16 * 16];
            file.tensor("blk.0.attn_q.weight").dequantize(0, queries, 0, queries.length);
            int[] rows = paired ? new int[]{0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15} : IntStream.range(0, 16).toArray();
            for (int row = 0; row < 16; row++) {
                for (int column = 0; column < 16; column++) {
                    assertThat(queries[row * 16 + column]).isEqualTo(ours[rows[row] * 16 + column]);
                }
            }
        }
    }

    /** From transformers through GGUF: the logits stay. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama-biased", "mistral", "qwen2", "qwen3", "olmo2"})
    void logitsOfModelsOfTransformersSurvive(String name) throws URISyntaxException {
        var folder = Path.of(GgufImportTest.class.getResource("/huggingface/" + name).toURI());
        var model = HuggingFaceFolder.read(folder, DType.F32);
        var ids = Tensor.ofIds(new int[]{3, 9, 9, 0, 4, 10, 1}, 1, 7);
        try (var file = GgufFile.open(written(model))) {
            var got = GgufImport.read(file, DType.F32).logits(ids).doubles();
            assertThat(got).containsExactly(model.logits(ids).doubles(), within(1e-6));
        }
    }

    @Test
    void whatGgufHasNoKeyForIsNotWritten() throws URISyntaxException {
        var gemma = HuggingFaceFolder.read(Path.of(GgufImportTest.class.getResource("/huggingface/gemma3").toURI()), DType.F32);
        assertThatThrownBy(() -> written(gemma)).isInstanceOf(UserError.class).hasMessageContaining("scale of attention");
        var qwen2 = DecoderConfig.llama(11, 8, 16, 1, 2, 1).with(c -> {
            c.biases = Biases.QKV;
            c.headWidth = 6;
        });
        assertThatThrownBy(() -> written(new Decoder(qwen2, DType.F32))).isInstanceOf(UserError.class).hasMessageContaining("qwen2");
    }

    /** llama.cpp does not know Mistral's window, so the file promises no more context than it reaches. */
    @Test
    void mistralKeepsToItsWindow() {
        var config = DecoderConfig.llama(23, 64, 16, 2, 4, 2).with(c -> c.window = new Window(9, 0, c.rope));
        try (var file = GgufFile.open(written(new Decoder(config, DType.F32)))) {
            assertThat(GgufImport.config(file).context()).isEqualTo(9);
        }
    }

    // --- damaged or foreign -----------------------------------------------------------------------------------------------------------

    private void assertRefused(Map<String, Object> changes, Set<String> without, List<Source> more, String said) {
        var llama = DecoderConfig.llama(23, 64, 16, 2, 4, 2);
        try (var whole = GgufFile.open(written(new Decoder(llama, DType.F32)))) {
            var metadata = new LinkedHashMap<>(whole.metadata());
            metadata.putAll(changes);
            metadata.keySet().removeAll(without);
            var tensors = new ArrayList<>(
                    whole.tensors().values().stream().filter(t -> !without.contains(t.name())).map(Source::of).toList());
            tensors.addAll(more);
            GgufWriter.write(temporary.resolve("spoilt.gguf"), metadata, tensors);
        }
        try (var file = GgufFile.open(temporary.resolve("spoilt.gguf"))) {
            assertThatThrownBy(() -> GgufImport.read(file, DType.F32)).isInstanceOf(UserError.class)
                    .hasMessageContainingAll("spoilt.gguf", said)
                    .hasMessageMatching("[^\n]+[.?]");
        }
    }

    static Stream<List<Object>> changes() {
        return Stream.of(
                List.of("general.architecture", "mamba", "'mamba'"),
                List.of("general.architecture", "gemma2", "the nearest is 'gemma3'"),
                List.of("general.architecture", "qwen3moe", "the nearest is 'qwen3'"),
                List.of("general.architecture", "gpt2", "gpt2.embedding_length"),
                List.of("general.architecture", 3L, "general.architecture"),
                List.of("llama.block_count", 3L, "blk.2.attn_norm.weight"),
                List.of("llama.block_count", 1L, "'blk.1."),
                List.of("llama.block_count", 2_000_000_000L, "2000000000 blocks"),
                List.of("llama.block_count", -1L, "depth=-1"),
                List.of("llama.block_count", "two", "llama.block_count"),
                List.of("llama.embedding_length", 1L << 40, "llama.embedding_length"),
                List.of("llama.embedding_length", 24L, "[23, 16]"),
                List.of("llama.attention.head_count", 0L, "heads=0"),
                List.of("llama.attention.head_count_kv", 3L, "key_value_heads=3"),
                List.of("llama.attention.head_count_kv", new long[]{2, 2}, "head_count_kv"),
                List.of("llama.attention.key_length", 0L, "value_length"),
                List.of("llama.attention.value_length", 8L, "attention.value_length"),
                List.of("llama.feed_forward_length", 2_000_000_000L, "parameters"),
                List.of("llama.context_length", 2_000_000_000L, "context=2000000000"),
                List.of("llama.rope.dimension_count", 2L, "rope.dimension_count"),
                List.of("llama.rope.freq_base", -1f, "rope_theta=-1"),
                List.of("llama.rope.scaling.type", "yarn", "'yarn'"),
                List.of("llama.expert_count", 8L, "expert_count"),
                List.of("llama.final_logit_softcapping", 30f, "final_logit_softcapping"),
                List.of("llama.attention.causal", false, "attention.causal"),
                List.of("llama.attention.sliding_window", -4L, "window.length=-4"),
                List.of("llama.attention.sliding_window_pattern", new boolean[]{true, false, false}, "another pattern"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void metadataThatDoNotFitAreOneSentence(List<Object> change) {
        assertRefused(Map.of((String) change.get(0), change.get(1)), Set.of(), List.of(), (String) change.get(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"general.architecture", "llama.block_count", "llama.context_length", "llama.attention.layer_norm_rms_epsilon",
            "token_embd.weight", "output_norm.weight", "blk.1.ffn_up.weight"})
    void whatIsMissingIsNamed(String name) {
        assertRefused(Map.of(), Set.of(name), List.of(), name);
    }

    @Test
    void tensorsThatDoNotFitAreNamed() {
        assertRefused(Map.of(), Set.of(), List.of(values("blk.0.attn_q.bias", 16)), "blk.0.attn_k.bias");
        assertRefused(Map.of(), Set.of(), List.of(values("blk.0.ffn_up.bias", 16)), "biases in some layers alone");
        assertRefused(Map.of(), Set.of(), List.of(values("output.bias", 23)), "'output.bias'");
        assertRefused(Map.of(), Set.of("output_norm.weight"), List.of(values("output_norm.weight", 15)), "[15]");
        assertRefused(Map.of(), Set.of("token_embd.weight"), List.of(values("token_embd.weight", 23 * 16)), "no matrix of token vectors");
        assertRefused(Map.of(), Set.of(), List.of(values("rope_freqs.weight", 3)), "rope_freqs.weight");
        assertRefused(Map.of(), Set.of(), List.of(values("rope_freqs.weight", 2)), "rope_freqs.weight");
    }

    private static Source values(String name, int count) {
        return Source.quantized(name, BlockFormat.F32, List.of((long) count), (from, out, n) -> {
            for (int i = 0; i < n; i++) {
                out[i] = from + i + 2;
            }
        });
    }
}
