package org.lyceum.models.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.DecoderConfig.Window;
import org.lyceum.models.Gradients;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.SafetensorsFolder;
import org.lyceum.tensor.safetensors.SafetensorsWriter.Source;
import tools.jackson.databind.json.JsonMapper;

/** Models of transformers read here, and ours written as transformers writes them. */
class HuggingFaceFolderTest {
    private static final int[] SOME_IDS = IntStream.range(0, 64).map(i -> i * i % 23).toArray();

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

    private static void assertLogits(Fixture fixture, Decoder model, double tolerance) {
        var got = model.logits(fixture.ids()).doubles();
        var wanted = fixture.logits();
        assertThat(got).hasSameSizeAs(wanted);
        double worst = 0;
        for (int i = 0; i < got.length; i++) {
            worst = Math.max(worst, Math.abs(got[i] - wanted[i]));
        }
        assertThat(worst).isLessThan(tolerance);
    }

    static Stream<String> fixtures() {
        return Stream.of("gpt2", "llama", "llama-tied", "llama-biased", "llama3", "mistral", "qwen2", "qwen3", "olmo2", "gemma3");
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void logitsEqualThoseOfTransformers(String name) {
        var fixture = Fixture.of(name);
        assertLogits(fixture, HuggingFaceFolder.read(fixture.folder(), DType.F32), 5e-5);
    }

    /** 32 tokens, each the likeliest after those before. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void greedyTokensEqualThoseOfTransformers(String name) {
        var fixture = Fixture.of(name);
        var model = HuggingFaceFolder.read(fixture.folder(), DType.F32);
        int start = fixture.prompt().length;
        var ids = Arrays.copyOf(fixture.prompt(), start + 32);
        for (int t = start; t < ids.length; t++) {
            var last = model.logits(Tensor.ofIds(Arrays.copyOf(ids, t), 1, t)).select(0, 0).select(0, t - 1).floats();
            ids[t] = IntStream.range(0, last.length).reduce((a, b) -> last[b] > last[a] ? b : a).orElseThrow();
        }
        assertThat(Arrays.copyOfRange(ids, start, ids.length)).containsExactly(fixture.continuation());
    }

    @Test
    void configurationsAreReadWhole() {
        assertThat(HuggingFaceFolder.readConfig(Fixture.of("gpt2").folder()))
                .isEqualTo(DecoderConfig.gpt2(23, 32, 16, 2, 4).with(c -> c.dropout = 0.1));
        assertThat(HuggingFaceFolder.readConfig(Fixture.of("llama").folder()))
                .isEqualTo(DecoderConfig.llama(23, 64, 16, 2, 4, 2).with(c -> {
                    c.hiddenWidth = 24;
                    c.rope = Rope.of(5_000);
                    c.tiedEmbeddings = false;
                }));
        assertThat(HuggingFaceFolder.readConfig(Fixture.of("qwen3").folder()))
                .isEqualTo(DecoderConfig.llama(23, 64, 16, 2, 4, 2).with(c -> {
                    c.headWidth = 6;
                    c.hiddenWidth = 24;
                    c.normEpsilon = 1e-6;
                    c.qkNorm = QkNorm.HEAD;
                }));
        var small = DecoderConfig.llama(23, 64, 16, 2, 4, 2).with(c -> {
            c.hiddenWidth = 24;
            c.normEpsilon = 1e-6;
        });
        assertThat(HuggingFaceFolder.readConfig(Fixture.of("llama3").folder())).isEqualTo(small.with(c -> {
            c.headWidth = 12;
            c.rope = new Rope(1_000, new Rope.Llama3(8, 1, 4, 32));
        }));
        assertThat(HuggingFaceFolder.readConfig(Fixture.of("mistral").folder())).isEqualTo(small.with(c -> {
            c.headWidth = 6;
            c.window = new Window(7, 0, c.rope);
            c.tiedEmbeddings = false;
        }));
        assertThat(HuggingFaceFolder.readConfig(Fixture.of("qwen2").folder())).isEqualTo(small.with(c -> {
            c.biases = Biases.QKV;
            c.rope = Rope.of(1_000_000);
        }));
        assertThat(HuggingFaceFolder.readConfig(Fixture.of("olmo2").folder())).isEqualTo(small.with(c -> {
            c.normEpsilon = 1e-5;
            c.normPlacement = NormPlacement.POST;
            c.qkNorm = QkNorm.FULL;
            c.rope = Rope.of(500_000);
            c.tiedEmbeddings = false;
        }));
        assertThat(HuggingFaceFolder.readConfig(Fixture.of("gemma3").folder())).isEqualTo(small.with(c -> {
            c.depth = 4;
            c.headWidth = 6;
            c.rope = new Rope(1_000, new Rope.Linear(4));
            c.window = new Window(7, 3, Rope.of(50));
            c.normPlacement = NormPlacement.BOTH;
            c.qkNorm = QkNorm.HEAD;
            c.activation = FeedForward.Kind.GEGLU;
            c.attentionScale = 1 / Math.sqrt(10);
            c.embeddingScale = 4;
        }));
        assertThat(HuggingFaceFolder.readEndIds(Fixture.of("gpt2").folder())).containsExactly(1);
    }

    /** Keys as version 4 of transformers wrote them say the same as those of version 5; what is absent is what its classes take it for. */
    @Test
    void olderKeysOfLaterFamiliesAreRead() throws IOException {
        var gemma = Fixture.of("gemma3").copyTo(temporary.resolve("g"));
        gemma.set("rope_parameters", "absent").set("rope_theta", "1000.0").set("rope_local_base_freq", "50.0")
                .set("rope_scaling", "{\"rope_type\": \"linear\", \"factor\": 4.0}").set("layer_types", "absent")
                .set("_sliding_window_pattern", "absent").set("sliding_window_pattern", "3").set("tie_word_embeddings", "absent");
        assertThat(HuggingFaceFolder.readConfig(gemma.folder())).isEqualTo(HuggingFaceFolder.readConfig(Fixture.of("gemma3").folder()));
        var llama = Fixture.of("llama3").copyTo(temporary.resolve("l"));
        llama.set("rope_parameters", "absent").set("rope_theta", "1000.0").set("rope_scaling", "{\"type\": \"llama3\", \"factor\": 8.0, "
                + "\"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 32}");
        assertThat(HuggingFaceFolder.readConfig(llama.folder())).isEqualTo(HuggingFaceFolder.readConfig(Fixture.of("llama3").folder()));
        var mistral = Fixture.of("mistral").copyTo(temporary.resolve("m"));
        assertThat(HuggingFaceFolder.readConfig(mistral.set("sliding_window", "null").folder()).window()).isNull();
        assertThat(HuggingFaceFolder.readConfig(mistral.set("sliding_window", "absent").folder()).window().length()).isEqualTo(4096);
        var qwen = Fixture.of("qwen2").copyTo(temporary.resolve("q"));
        qwen.set("layer_types", "absent").set("use_sliding_window", "true").set("sliding_window", "9").set("max_window_layers", "0");
        assertThat(HuggingFaceFolder.readConfig(qwen.folder()).window()).isEqualTo(new Window(9, 0, Rope.of(1_000_000)));
        assertThat(HuggingFaceFolder.readConfig(qwen.set("max_window_layers", "2").folder()).window()).isNull();
    }

    /** Null for key–value heads means one for each query head, as in transformers; a key that is not there its class's default. */
    @ParameterizedTest
    @CsvSource({"qwen3,4,32", "qwen2,4,32", "mistral,4,8", "llama,4,4", "olmo2,4,4"})
    void keyValueHeadsThatAreNull(String name, int ifNull, int ifAbsent) throws IOException {
        var fixture = Fixture.of(name).copyTo(temporary.resolve("m"));
        assertThat(HuggingFaceFolder.readConfig(fixture.set("num_key_value_heads", "null").folder()).keyValueHeads()).isEqualTo(ifNull);
        fixture.set("num_key_value_heads", "absent").set("num_attention_heads", ifAbsent < 8 ? "4" : "32").set("head_dim", "6");
        assertThat(HuggingFaceFolder.readConfig(fixture.folder()).keyValueHeads()).isEqualTo(ifAbsent);
    }

    /** Models that version 0.1 wrote in its own keys. */
    @Test
    void olderLyceumFoldersAreRead() throws IOException {
        var config = DecoderConfig.llama(23, 32, 16, 2, 4, 2).with(c -> {
            c.positions = Positions.ALIBI;
            c.biases = Biases.ALL;
            c.qkNorm = QkNorm.HEAD;
        });
        HuggingFaceFolder.write(temporary, new Decoder(config, DType.F32), Map.of());
        var fixture = new Fixture(temporary).set("bias", "true").set("qk_norm", "true");
        for (var key : List.of("norm_placement", "window", "attention_scale", "embedding_scale", "rope_scaling")) {
            fixture.set(key, "absent");
        }
        assertThat(HuggingFaceFolder.readConfig(temporary)).isEqualTo(config);
        assertThat(HuggingFaceFolder.readConfig(fixture.set("bias", "false").set("qk_norm", "false").folder())).isEqualTo(config.with(c -> {
            c.biases = Biases.NONE;
            c.qkNorm = QkNorm.NONE;
        }));
    }

    /** What transformers made, read and written again: the same tensors bit for bit, and each key that is in both with the same value. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void writtenFilesEqualThoseOfTransformers(String name) throws IOException {
        var fixture = Fixture.of(name);
        var model = HuggingFaceFolder.read(fixture.folder(), DType.F32);
        HuggingFaceFolder.write(temporary, model, Map.of("bos", 0, "eos", 1));
        if (name.equals("gemma3")) { // its gains lose their last bits where 1 is added and taken away again
            assertTensorsAreClose(temporary, fixture.folder());
        } else {
            assertThat(Files.readAllBytes(temporary.resolve("model.safetensors")))
                    .isEqualTo(Files.readAllBytes(fixture.folder().resolve("model.safetensors")));
        }
        assertThat(HuggingFaceFolder.readEndIds(temporary)).containsExactly(1);
        var json = new JsonMapper();
        var ours = json.readTree(temporary.resolve("config.json").toFile());
        for (var key : json.readTree(fixture.folder().resolve("config.json").toFile()).properties()) {
            if (ours.has(key.getKey()) && !List.of("attn_pdrop", "n_inner").contains(key.getKey())) { // null means 4 · n_embd
                assertThat(ours.get(key.getKey())).as(key.getKey()).isEqualTo(key.getValue());
            }
        }
        assertThat(ours.get("architectures"))
                .isEqualTo(json.readTree(fixture.folder().resolve("config.json").toFile()).get("architectures"));
    }

    private static void assertTensorsAreClose(Path folder, Path wanted) {
        try (var ours = SafetensorsFolder.open(folder); var theirs = SafetensorsFolder.open(wanted)) {
            assertThat(ours.entries().keySet()).isEqualTo(theirs.entries().keySet());
            theirs.entries().forEach((name, entry) -> {
                var values = Tensor.copyOf(entry.data(), entry.dtype(), entry.dimensions());
                var got = Tensor.copyOf(ours.entries().get(name).data(), DType.F32, entry.dimensions());
                assertThat(got.minus(values).abs().max().item()).as(name).isLessThan(name.endsWith("norm.weight") ? 2e-7 : 1e-30);
            });
        }
    }

    static Stream<DecoderConfig> oneOfEachFamily() {
        var gpt2 = DecoderConfig.gpt2(23, 32, 16, 2, 4);
        var llama = DecoderConfig.llama(23, 32, 16, 2, 4, 2);
        return Stream.of(gpt2,
                gpt2.with(c -> {
                    c.hiddenWidth = 40;
                    c.normEpsilon = 1e-4;
                    c.tiedEmbeddings = false;
                    c.dropout = 0.25;
                }),
                DecoderConfig.llama(23, 32, 16, 2, 4, 1),
                llama.with(c -> {
                    c.headWidth = 8;
                    c.rope = Rope.of(500_000);
                    c.biases = Biases.ALL;
                    c.tiedEmbeddings = false;
                    c.dropout = 0.1;
                }),
                llama.with(c -> {
                    c.headWidth = 8;
                    c.rope = Rope.of(500);
                    c.normEpsilon = 1e-6;
                    c.qkNorm = QkNorm.HEAD;
                    c.dropout = 0.1;
                }),
                llama.with(c -> {
                    c.headWidth = 8;
                    c.rope = new Rope(500_000, new Rope.Llama3(32, 1, 4, 16));
                }),
                llama.with(c -> c.rope = new Rope(10_000, new Rope.Linear(2))),
                llama.with(c -> {
                    c.window = new Window(9, 0, c.rope);
                    c.tiedEmbeddings = false;
                }),
                llama.with(c -> {
                    c.biases = Biases.QKV;
                    c.window = new Window(5, 2, c.rope);
                }),
                llama.with(c -> {
                    c.normPlacement = NormPlacement.POST;
                    c.qkNorm = QkNorm.FULL;
                }),
                llama.with(c -> {
                    c.depth = 7;
                    c.rope = new Rope(1_000_000, new Rope.Linear(8));
                    c.window = new Window(6, 6, Rope.of(10_000));
                    c.normPlacement = NormPlacement.BOTH;
                    c.qkNorm = QkNorm.HEAD;
                    c.activation = FeedForward.Kind.GEGLU;
                    c.attentionScale = 1 / Math.sqrt(16);
                    c.embeddingScale = 4;
                }),
                llama.with(c -> {
                    c.normPlacement = NormPlacement.BOTH;
                    c.qkNorm = QkNorm.HEAD;
                    c.activation = FeedForward.Kind.GEGLU;
                    c.embeddingScale = 4;
                }),
                llama.with(c -> {
                    c.rope = new Rope(100, new Rope.Llama3(32, 1, 4, 16));
                    c.window = new Window(6, 3, new Rope(10_000, new Rope.Linear(3)));
                    c.normPlacement = NormPlacement.POST;
                    c.biases = Biases.QKV;
                    c.qkNorm = QkNorm.HEAD;
                    c.activation = FeedForward.Kind.GEGLU;
                    c.attentionScale = 0.3;
                    c.embeddingScale = 2.5;
                }),
                llama.with(c -> {
                    c.positions = Positions.ALIBI;
                    c.biases = Biases.ALL;
                    c.qkNorm = QkNorm.HEAD;
                    c.tiedEmbeddings = false;
                    c.dropout = 0.1;
                }),
                gpt2.with(c -> {
                    c.positions = Positions.SINUSOIDAL;
                    c.biases = Biases.NONE;
                }));
    }

    @ParameterizedTest
    @MethodSource("oneOfEachFamily")
    void whatIsWrittenIsReadBackTheSame(DecoderConfig config) throws IOException {
        var model = new Decoder(config, DType.F32);
        Gradients.randomise(model.parameters(), 0.3);
        HuggingFaceFolder.write(temporary, model, Map.of());
        assertThat(HuggingFaceFolder.readConfig(temporary)).isEqualTo(config);
        var again = HuggingFaceFolder.read(temporary, DType.F32);
        var ids = Tensor.ofIds(SOME_IDS, 2, 32);
        var logits = model.logits(ids);
        float rounding = Family.of(config) == Family.GEMMA3_TEXT ? 2e-7f : 0; // gains are stored less one
        for (int i = 0; i < again.parameters().size(); i++) {
            assertThat(again.parameters().get(i).value().floats()).containsExactly(model.parameters().get(i).value().floats(),
                    within(rounding));
        }
        assertThat(again.logits(ids).minus(logits).abs().max().item()).isLessThan(1e-4); // matrices lie in memory in another order
        var other = new Decoder(config, DType.F32);
        HuggingFaceFolder.load(temporary, other);
        assertThat(other.logits(ids).minus(logits).abs().max().item()).isLessThanOrEqualTo(100 * rounding);
        assertThat(HuggingFaceFolder.readEndIds(temporary)).isEmpty();
        exportForTransformers(config, logits);
    }

    /** With {@code mvn test -Dlyceum.export=FOLDER}, leaves what {@code src/test/python/check_export.py} opens. */
    private void exportForTransformers(DecoderConfig config, Tensor logits) throws IOException {
        var root = System.getProperty("lyceum.export");
        if (root != null && Family.of(config) != Family.LYCEUM) {
            var folder = Path.of(root, Family.of(config) + "-" + Integer.toHexString(config.hashCode()));
            Files.createDirectories(folder);
            for (var name : List.of("config.json", "generation_config.json", "model.safetensors")) {
                Files.copy(temporary.resolve(name), folder.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            var rows = List.of(Arrays.copyOf(SOME_IDS, 32), Arrays.copyOfRange(SOME_IDS, 32, 64));
            Files.writeString(folder.resolve("logits.json"),
                    new JsonMapper().writeValueAsString(Map.of("ids", rows, "logits", logits.floats())));
        }
    }

    @Test
    void familiesAreChosenByWhatTransformersCanCompute() {
        assertThat(oneOfEachFamily().map(Family::of)).containsExactly(Family.GPT2, Family.GPT2, Family.LLAMA, Family.LLAMA, Family.QWEN3,
                Family.LLAMA, Family.LLAMA, Family.MISTRAL, Family.QWEN2, Family.OLMO2, Family.GEMMA3_TEXT, Family.GEMMA3_TEXT,
                Family.LYCEUM, Family.LYCEUM, Family.LYCEUM);
    }

    @ParameterizedTest
    @CsvSource({"BF16,gpt2,0.2", "F16,llama,0.02", "F64,qwen3,5e-5"})
    void otherNumberFormatsAreRead(DType dtype, String name, double tolerance) throws IOException {
        var fixture = Fixture.of(name).copyTo(temporary.resolve("m")).rewrite(entry -> {
            var converted = Tensor.copyOf(entry.data(), entry.dtype(), entry.dimensions()).to(dtype);
            return List.of(Source.of(entry.name(), dtype, entry.shape(),
                    MemorySegment.ofArray(converted.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))));
        }, Long.MAX_VALUE);
        assertLogits(fixture, HuggingFaceFolder.read(fixture.folder(), DType.F32), tolerance);
    }

    @Test
    void shardsAreRead() throws IOException {
        var fixture = Fixture.of("llama").copyTo(temporary.resolve("m")).rewrite(entry -> List.of(Source.of(entry)), 5_000);
        assertThat(fixture.folder().resolve("model.safetensors.index.json")).exists();
        assertLogits(fixture, HuggingFaceFolder.read(fixture.folder(), DType.F32), 5e-5);
    }

    /** GPT-2 as first published: names without "transformer.", and the causal mask among the weights. */
    @Test
    void olderGpt2FoldersAreRead() throws IOException {
        var fixture = Fixture.of("gpt2").copyTo(temporary.resolve("m")).rewrite(entry -> {
            var name = entry.name().replaceFirst("^transformer\\.", "");
            var same = Source.of(name, entry.dtype(), entry.shape(), entry.data());
            if (!name.endsWith("attn.c_attn.weight")) {
                return List.of(same);
            }
            var at = name.replace("c_attn.weight", "");
            return List.of(same, Source.of(at + "bias", DType.U8, List.of(1L, 1L, 32L, 32L), MemorySegment.ofArray(new byte[1024])),
                    Source.of(at + "masked_bias", DType.F32, List.of(), MemorySegment.ofArray(new float[]{-1e4f})));
        }, Long.MAX_VALUE);
        fixture.set("n_inner", "absent").set("tie_word_embeddings", "absent").set("scale_attn_weights", "absent");
        assertLogits(fixture, HuggingFaceFolder.read(fixture.folder(), DType.F32), 5e-5);
    }

    /** transformers before version 5 kept the base of the rotary frequencies beside the other keys, and a tied head with the weights. */
    @Test
    void olderLlamaFoldersAreRead() throws IOException {
        var fixture = Fixture.of("llama").copyTo(temporary.resolve("m"));
        fixture.set("rope_parameters", "absent").set("rope_theta", "5000.0").set("rope_scaling", "null").set("head_dim", "absent")
                .set("mlp_bias", "absent");
        assertLogits(fixture, HuggingFaceFolder.read(fixture.folder(), DType.F32), 5e-5);
        var tied = Fixture.of("llama-tied").copyTo(temporary.resolve("t")).rewrite(entry -> entry.name().equals("model.embed_tokens.weight")
                ? List.of(Source.of(entry), Source.of("lm_head.weight", entry.dtype(), entry.shape(), entry.data()))
                : List.of(Source.of(entry)), Long.MAX_VALUE);
        assertLogits(tied, HuggingFaceFolder.read(tied.folder(), DType.F32), 5e-5);
    }

    @Test
    void endIdsAreOneOrSeveralWholeNumbers() throws IOException {
        var file = temporary.resolve("generation_config.json");
        Files.writeString(file, "{\"eos_token_id\": [7, 9]}");
        assertThat(HuggingFaceFolder.readEndIds(temporary)).containsExactly(7, 9);
        Files.writeString(file, "{\"eos_token_id\": 7}");
        assertThat(HuggingFaceFolder.readEndIds(temporary)).containsExactly(7);
        for (var wrong : List.of("[7.5]", "[\"7\"]", "\"</s>\"", "99999999999")) {
            Files.writeString(file, "{\"eos_token_id\": " + wrong + "}");
            assertThatThrownBy(() -> HuggingFaceFolder.readEndIds(temporary)).isInstanceOf(UserError.class)
                    .hasMessageContaining("generation_config.json: 'eos_token_id'");
        }
    }

    @Test
    void loadTakesAnotherDropoutAndALongerRotaryContext() {
        var fixture = Fixture.of("llama");
        var model = new Decoder(HuggingFaceFolder.readConfig(fixture.folder()).with(c -> {
            c.context = 128;
            c.dropout = 0.5;
        }), DType.F32);
        HuggingFaceFolder.load(fixture.folder(), model);
        assertLogits(fixture, model, 5e-5);
    }

    /** Conversion while reading gives what reading masters and rounding them gives, from f32 and from bf16 files. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void weightsReadIntoBf16AreTheMastersRounded(String name) {
        var folder = Fixture.of(name).folder();
        var masters = new Decoder(HuggingFaceFolder.readConfig(folder), DType.BF16);
        HuggingFaceFolder.load(folder, masters);
        var held = HuggingFaceFolder.read(folder, DType.BF16);
        for (int i = 0; i < held.parameters().size(); i++) {
            var got = held.parameters().get(i).value();
            assertThat(got.floats()).as(held.parameters().get(i).name())
                    .isEqualTo(masters.parameters().get(i).value().detached().to(got.dtype()).floats());
        }
    }

    @Test
    void weightsAreWrittenInF32() {
        var held = HuggingFaceFolder.read(Fixture.of("qwen3").folder(), DType.BF16);
        HuggingFaceFolder.write(temporary, held, Map.of());
        try (var weights = SafetensorsFolder.open(temporary)) {
            assertThat(weights.entries().values()).allSatisfy(entry -> assertThat(entry.dtype()).isEqualTo(DType.F32));
        }
        var again = HuggingFaceFolder.read(temporary, DType.BF16);
        for (int i = 0; i < held.parameters().size(); i++) {
            assertThat(again.parameters().get(i).value().floats()).isEqualTo(held.parameters().get(i).value().floats());
        }
    }
}
