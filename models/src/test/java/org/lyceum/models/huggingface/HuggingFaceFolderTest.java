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
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.Gradients;
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

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama-tied", "llama-biased", "qwen3"})
    void logitsEqualThoseOfTransformers(String name) {
        var fixture = Fixture.of(name);
        assertLogits(fixture, HuggingFaceFolder.read(fixture.folder(), DType.F32), 5e-5);
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
        assertThat(HuggingFaceFolder.readEndIds(Fixture.of("gpt2").folder())).containsExactly(1);
    }

    /** What transformers made, read and written again: the same tensors bit for bit, and each key that is in both with the same value. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama-tied", "llama-biased", "qwen3"})
    void writtenFilesEqualThoseOfTransformers(String name) throws IOException {
        var fixture = Fixture.of(name);
        var model = HuggingFaceFolder.read(fixture.folder(), DType.F32);
        HuggingFaceFolder.write(temporary, model, Map.of("bos", 0, "eos", 1));
        assertThat(Files.readAllBytes(temporary.resolve("model.safetensors")))
                .isEqualTo(Files.readAllBytes(fixture.folder().resolve("model.safetensors")));
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
        for (int i = 0; i < again.parameters().size(); i++) {
            assertThat(again.parameters().get(i).value().floats()).isEqualTo(model.parameters().get(i).value().floats());
        }
        assertThat(again.logits(ids).minus(logits).abs().max().item()).isLessThan(1e-4); // matrices lie in memory in another order
        var other = new Decoder(config, DType.F32);
        HuggingFaceFolder.load(temporary, other);
        assertThat(other.logits(ids).floats()).isEqualTo(logits.floats());
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
                Family.LYCEUM,
                Family.LYCEUM);
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
    @ValueSource(strings = {"gpt2", "llama", "llama-tied", "llama-biased", "qwen3"})
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
