package org.lyceum.inference.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Engine.Part;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.embedding.EmbeddingModel;
import org.lyceum.inference.vector.VectorEngine;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.DecoderConfig.Window;
import org.lyceum.models.gguf.GgufImport;
import org.lyceum.models.gguf.Quantization;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.gguf.BlockFormat;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.CharacterTokenizer;
import org.lyceum.text.tokenizer.Tokenizer;

/** Models of random weights and every family that llama.cpp has an architecture for, there and back. */
class ConversionTest {
    private static final String TEXT = "the cat and the dog, and 12 birds\nin the house";
    private static final Tokenizer TOKENIZER = BytePairTrainer.of(280).train(List.of(TEXT.repeat(5)));
    private static final DecoderConfig LLAMA = DecoderConfig.llama(TOKENIZER.vocabularySize() + 4, 64, 64, 2, 4, 2);

    private static final Map<String, DecoderConfig> CONFIGS = Map.of(
            "gpt2", DecoderConfig.gpt2(TOKENIZER.vocabularySize(), 64, 64, 2, 4),
            "llama", LLAMA,
            "llama3", LLAMA.with(c -> {
                c.tiedEmbeddings = false;
                c.rope = new Rope(500_000, new Rope.Llama3(8, 1, 4, 8192));
            }),
            "biased", LLAMA.with(c -> c.biases = Biases.ALL),
            "qwen2", LLAMA.with(c -> c.biases = Biases.QKV),
            "qwen3", LLAMA.with(c -> {
                c.qkNorm = QkNorm.HEAD;
                c.headWidth = 32;
            }),
            "olmo2", LLAMA.with(c -> {
                c.normPlacement = NormPlacement.POST;
                c.qkNorm = QkNorm.FULL;
                c.tiedEmbeddings = false;
            }),
            "gemma3", LLAMA.with(c -> {
                c.normPlacement = NormPlacement.BOTH;
                c.qkNorm = QkNorm.HEAD;
                c.activation = FeedForward.Kind.GEGLU;
                c.embeddingScale = (float) Math.sqrt(c.width);
                c.rope = Rope.of(1_000_000);
                c.window = new Window(8, 2, Rope.of(10_000));
            }));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama3", "biased", "qwen2", "qwen3", "olmo2", "gemma3"})
    void thereAndBack(String family) {
        var decoder = decoder(CONFIGS.get(family));
        var source = save(decoder, TOKENIZER);
        var gguf = Conversion.toGguf(source, folder.resolve("there.gguf"), Quantization.F32);
        assertThat(gguf.out()).hasSize(gguf.bytes());
        try (var file = GgufFile.open(gguf.out())) {
            assertThat(file.require("general.name", String.class)).isEqualTo("model");
            assertThat(file.texts("tokenizer.ggml.tokens")).hasSize(decoder.config().vocabularySize());
            assertSame(GgufImport.read(file, DType.F32), decoder);
        }
        var back = Conversion.toHuggingFace(gguf.out(), folder.resolve("back"), DType.F32);
        assertThat(HuggingFaceFolder.readConfig(back.out()).with(c -> c.normEpsilon = decoder.config().normEpsilon()))
                .isEqualTo(decoder.config());
        assertSame(HuggingFaceFolder.read(back.out(), DType.F32), decoder);
        assertThat(Tokenizer.load(back.out()).encode(TEXT)).isEqualTo(TOKENIZER.encode(TEXT));
    }

    /**
     * The engine on the Vector API reads the file itself, in its own order of rows. Products with 4-bit weights round what enters them
     * to 8 bits, by some 0.4% of a group's largest value, which a few layers do not multiply tenfold; a row out of place would change everything.
     */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama3", "biased", "qwen2", "qwen3", "olmo2", "gemma3"})
    void bothEnginesComputeTheFileAlike(String family) {
        var source = save(decoder(CONFIGS.get(family)), TOKENIZER);
        var ids = TOKENIZER.encode(TEXT);
        for (var quantization : List.of(Quantization.F32, Quantization.Q8_0, Quantization.Q4_0)) {
            var gguf = Conversion.toGguf(source, folder.resolve(quantization + ".gguf"), quantization).out();
            try (var file = GgufFile.open(gguf); var model = LanguageModel.load(gguf)) {
                assertThat(model.engine()).isInstanceOf(VectorEngine.class);
                var wanted = logits(GgufImport.read(file, DType.F32));
                var found = model.engine().forward(List.of(new Part(model.engine().open(), ids, ids.length))).getFirst();
                var flat = new float[wanted.length];
                for (int t = 0; t < ids.length; t++) {
                    System.arraycopy(found[t], 0, flat, t * found[t].length, found[t].length);
                }
                assertThat(error(flat, wanted)).as("%s as %s", family, quantization)
                        .isLessThan(quantization == Quantization.Q4_0 ? 0.04 : 1e-5);
            }
        }
    }

    /** The root of the mean square of the differences, as a share of what was wanted. */
    private static double error(float[] found, float[] wanted) {
        double differences = 0;
        double squares = 0;
        for (int i = 0; i < wanted.length; i++) {
            differences += (found[i] - wanted[i]) * (found[i] - wanted[i]);
            squares += wanted[i] * wanted[i];
        }
        return Math.sqrt(differences / squares);
    }

    /** Rotary positions turn (2i, 2i + 1) in llama.cpp's Llama and (i, i + D/2) in everybody else's. */
    @Test
    void queriesOfLlamaAreInLlamaCppsOrder() {
        var decoder = decoder(LLAMA);
        var gguf = Conversion.toGguf(save(decoder, TOKENIZER), folder.resolve("llama.gguf"), Quantization.F32).out();
        var weights = decoder.parameters().stream().filter(p -> p.name().equals("blocks.0.attention.qkv.weight")).findFirst().orElseThrow();
        var ours = weights.value().detached().floats();
        var theirs = new float[64 * 64];
        try (var file = GgufFile.open(gguf)) {
            file.tensor("blk.0.attn_q.weight").dequantize(0, theirs, 0, theirs.length);
        }
        int half = 8; // of a head's 16 rows
        for (int head = 0; head < 4; head++) {
            for (int i = 0; i < half; i++) {
                for (int column = 0; column < 64; column++) {
                    assertThat(theirs[(head * 16 + 2 * i) * 64 + column]).isEqualTo(ours[(head * 16 + i) * 64 + column]);
                    assertThat(theirs[(head * 16 + 2 * i + 1) * 64 + column]).isEqualTo(ours[(head * 16 + half + i) * 64 + column]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyQuantizationIsReadAgain(Quantization quantization) {
        var decoder = decoder(LLAMA.with(c -> c.width = 256));
        var out = Conversion.toGguf(save(decoder, TOKENIZER), folder.resolve("files"), quantization).out();
        assertThat(out).isEqualTo(folder.resolve("files").resolve("model-" + quantization + ".gguf"));
        try (var file = GgufFile.open(out)) {
            assertThat(file.require("general.file_type", Long.class)).isEqualTo(quantization.fileType());
            assertThat(file.tensor("blk.0.ffn_up.weight").format().name()).isEqualTo(quantization.name());
            assertThat(file.tensor("blk.0.attn_norm.weight").format()).isEqualTo(BlockFormat.F32);
            var found = logits(GgufImport.read(file, DType.F32));
            var wanted = logits(decoder);
            double error = 0;
            double square = 0;
            for (int i = 0; i < wanted.length; i++) {
                error += Math.pow(found[i] - wanted[i], 2);
                square += Math.pow(wanted[i], 2);
            }
            assertThat(Math.sqrt(error / square)).isLessThan(switch (quantization) {
                case F32 -> 1e-6;
                case F16 -> 2e-3;
                case BF16 -> 2e-2;
                case Q8_0 -> 8e-2; // random weights carry errors further than trained ones
                case Q4_0, Q4_K -> 0.5;
            });
        }
    }

    /** From one GGUF file into another, tensor by tensor; without a quantization it is a copy. */
    @Test
    void requantizes() throws IOException {
        var first = Conversion.toGguf(save(decoder(LLAMA), TOKENIZER), folder.resolve("first.gguf"), Quantization.F32).out();
        var copy = Conversion.toGguf(first, folder.resolve("copy.gguf"), null).out();
        assertThat(copy).hasSameBinaryContentAs(first);
        var small = Conversion.toGguf(first, folder.resolve("small.gguf"), Quantization.Q8_0).out();
        var direct = Conversion.toGguf(folder.resolve("model"), folder.resolve("direct.gguf"), Quantization.Q8_0).out();
        assertThat(small).hasSameBinaryContentAs(direct);
        assertThat(Files.size(small)).isLessThan(Files.size(first) / 2);
    }

    @Test
    void foldersInHalfPrecision() throws IOException {
        var source = save(decoder(LLAMA), TOKENIZER);
        Files.writeString(source.resolve("chat_template.jinja"), "{{ messages }}");
        var halves = Conversion.toHuggingFace(source, folder.resolve("halves"), DType.BF16);
        assertThat(Files.readString(halves.out().resolve("config.json"))).contains("\"bfloat16\"");
        assertThat(halves.out().resolve("chat_template.jinja")).hasContent("{{ messages }}");
        assertThat(Files.size(halves.out().resolve("model.safetensors")))
                .isLessThan(Files.size(source.resolve("model.safetensors")) * 6 / 10);
        // held in bf16 on the way to a GGUF file, without loss
        var gguf = Conversion.toGguf(halves.out(), folder.resolve("halves.gguf"), Quantization.BF16).out();
        try (var file = GgufFile.open(gguf)) {
            assertSame(GgufImport.read(file, DType.F32), HuggingFaceFolder.read(halves.out(), DType.F32));
        }
    }

    @Test
    void refusesWhatLlamaCppCannotRun() {
        var alibi = save(decoder(LLAMA.with(c -> c.positions = Positions.ALIBI)), TOKENIZER);
        assertRefused(alibi, "llama.cpp has no architecture that computes what this model computes");
        var letters = CharacterTokenizer.of(List.of(TEXT), List.of());
        var characters = save(decoder(DecoderConfig.llama(letters.vocabularySize(), 64, 64, 2, 4, 2)), letters);
        assertRefused(characters, "A GGUF file cannot hold this model's tokenizer, a vocabulary of characters");
    }

    @Test
    void encodersGoIntoGgufFilesAlone() throws URISyntaxException {
        var encoder = Path.of(ConversionTest.class.getResource("/embedding/bert").toURI());
        var gguf = Conversion.toGguf(encoder, folder, Quantization.F32).out();
        assertThat(gguf).isEqualTo(folder.resolve("bert-f32.gguf"));
        assertThat(EmbeddingModel.load(gguf).embed("the cat").vector())
                .containsExactly(EmbeddingModel.load(encoder).embed("the cat").vector(), Offset.offset(1e-5f));
        for (var model : List.of(encoder, gguf)) {
            assertThatThrownBy(() -> Conversion.toHuggingFace(model, folder.resolve("no"), DType.F32)).isInstanceOf(UserError.class)
                    .hasMessageContaining("choose --to gguf");
        }
    }

    @Test
    void refusesToOverwriteWhatItReads() throws IOException {
        var source = save(decoder(LLAMA), TOKENIZER);
        var gguf = Conversion.toGguf(source, folder.resolve("a.gguf"), null).out();
        assertThatThrownBy(() -> Conversion.toGguf(gguf, gguf, Quantization.Q8_0)).isInstanceOf(UserError.class)
                .hasMessageContaining("is the model itself");
        assertThatThrownBy(() -> Conversion.toHuggingFace(source, source, DType.F16)).isInstanceOf(UserError.class)
                .hasMessageContaining("is there and not empty");
    }

    private void assertRefused(Path model, String why) {
        assertThatThrownBy(() -> Conversion.toGguf(model, folder.resolve("no.gguf"), null)).isInstanceOf(UserError.class)
                .hasMessageContaining(why).hasMessageContaining("--to hf");
        assertThat(folder.resolve("no.gguf")).doesNotExist();
    }

    private static Decoder decoder(DecoderConfig config) {
        var decoder = new Decoder(config, DType.F32);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            for (var parameter : decoder.parameters()) {
                var values = Tensor.normal(Seeds.derive(5, parameter.name(), 0), 0.1, parameter.value().shape());
                parameter.value().copyFrom(values.plus(parameter.name().contains("norm.weight") ? 1 : 0));
            }
        }
        return decoder;
    }

    private Path save(Decoder decoder, Tokenizer tokenizer) {
        try {
            var out = Files.createDirectories(folder.resolve("model"));
            HuggingFaceFolder.write(out, decoder, tokenizer.specialTokens());
            tokenizer.save(out);
            return out;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** But for the order in which products are summed. */
    private static void assertSame(Decoder found, Decoder wanted) {
        assertThat(logits(found)).containsExactly(logits(wanted), Offset.offset(1e-4f));
    }

    private static float[] logits(Decoder decoder) {
        var ids = TOKENIZER.encode(TEXT);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            return decoder.logits(Tensor.ofIds(ids, 1, ids.length)).floats();
        }
    }
}
