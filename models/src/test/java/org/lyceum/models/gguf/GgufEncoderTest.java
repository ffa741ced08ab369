package org.lyceum.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Gradients;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.gguf.BlockFormat;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.tensor.gguf.GgufWriter;
import org.lyceum.tensor.gguf.GgufWriter.Source;

/** Encoders to GGUF files and back, and files that do not fit together. */
class GgufEncoderTest {
    private static final EncoderConfig BERT = new EncoderConfig(23, 12, 0, 2, 16, 2, 4, 24, Activation.GELU, 1e-12f, 0);

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

    private static Encoder random(EncoderConfig config) {
        var model = new Encoder(config, DType.F32);
        Gradients.randomise(model.parameters(), 0.3);
        return model;
    }

    private Path written(Encoder model, Quantization quantization) {
        var file = temporary.resolve("encoder.gguf");
        GgufEncoder.write(file, model, "an encoder", 2, Map.of("tokenizer.ggml.model", "none"), quantization);
        return file;
    }

    private static float[] hidden(Encoder model) {
        return model.hidden(Tensor.ofIds(new int[]{3, 1, 4, 1, 5, 9, 2, 6}, 2, 4), null, new int[]{4, 3}, Pass.EVALUATION).floats();
    }

    @Test
    void whatIsWrittenIsReadBackTheSame() {
        var model = random(BERT);
        try (var file = GgufFile.open(written(model, Quantization.F32))) {
            assertThat(GgufEncoder.isEncoder(file)).isTrue();
            assertThat(GgufEncoder.config(file)).isEqualTo(BERT);
            assertThat(GgufEncoder.poolingType(file)).hasValue(2);
            assertThat(hidden(GgufEncoder.read(file, DType.F32))).isEqualTo(hidden(model));
        }
    }

    /** RoBERTa's first two positions belong to no token, and llama.cpp counts without them. */
    @Test
    void positionsBeginAtTheFirstThatATokenTakes() {
        var model = random(new EncoderConfig(23, 12, 2, 1, 16, 2, 4, 24, Activation.GELU, 1e-5f, 0));
        try (var file = GgufFile.open(written(model, Quantization.F32))) {
            assertThat(file.tensor("position_embd.weight").shape()).containsExactly(12L, 16L);
            assertThat(GgufEncoder.config(file).firstPosition()).isZero();
            assertThat(hidden(GgufEncoder.read(file, DType.F32))).isEqualTo(hidden(model));
        }
    }

    @Test
    void matricesAloneAreQuantized() {
        var config = new EncoderConfig(23, 12, 0, 2, 32, 2, 4, 64, Activation.GELU, 1e-12f, 0);
        var model = random(config);
        try (var file = GgufFile.open(written(model, Quantization.Q8_0))) {
            file.tensors().values().forEach(tensor -> {
                boolean added = tensor.shape().size() == 1 || tensor.name().matches("(position_embd|token_types)\\.weight");
                assertThat(tensor.format()).as(tensor.name()).isEqualTo(added ? BlockFormat.F32 : BlockFormat.Q8_0);
            });
            var wanted = hidden(model);
            var found = hidden(GgufEncoder.read(file, DType.F32));
            double error = 0;
            double square = 0;
            for (int i = 0; i < wanted.length; i++) {
                error += Math.pow(found[i] - wanted[i], 2);
                square += Math.pow(wanted[i], 2);
            }
            assertThat(Math.sqrt(error / square)).isBetween(1e-5, 5e-2);
        }
    }

    /** As DistilBERT's. */
    @Test
    void typesMayBeMissing() {
        var one = new EncoderConfig(23, 12, 0, 1, 16, 2, 4, 24, Activation.GELU, 1e-12f, 0);
        var model = new Encoder(one, DType.F32);
        Gradients.randomise(model.parameters().stream().filter(p -> !p.name().equals("types.weight")).toList(), 0.3);
        written(model, Quantization.F32);
        try (var file = GgufFile.open(spoilt(Map.of(), Set.of("token_types.weight")))) {
            assertThat(GgufEncoder.config(file)).isEqualTo(one);
            assertThat(hidden(GgufEncoder.read(file, DType.F32))).isEqualTo(hidden(model));
        }
    }

    @Test
    void poolingMayBeLeftOpen() {
        written(random(BERT), Quantization.F32);
        try (var file = GgufFile.open(spoilt(Map.of("bert.pooling_type", 0L), Set.of()))) {
            assertThat(GgufEncoder.poolingType(file)).isEmpty();
        }
        try (var file = GgufFile.open(spoilt(Map.of(), Set.of("bert.pooling_type")))) {
            assertThat(GgufEncoder.poolingType(file)).isEmpty();
        }
    }

    static Stream<List<Object>> changes() {
        return Stream.of(
                List.of("bert.attention.causal", true, "attention.causal"),
                List.of("bert.attention.head_count", 5L, "multiple of its 5 heads"),
                List.of("bert.attention.head_count_kv", 2L, "attention.head_count_kv"),
                List.of("bert.block_count", 3L, "blk.2."),
                List.of("bert.block_count", 1L, "'blk.1."),
                List.of("bert.block_count", 2_000_000_000L, "2000000000 blocks"),
                List.of("bert.block_count", -1L, "depth must be at least 1, not -1"),
                List.of("bert.embedding_length", 2_000_000_000L, "parameters"),
                List.of("bert.feed_forward_length", 1L << 40, "bert.feed_forward_length"),
                List.of("bert.context_length", 13L, "[12, 16] where the metadata asks for [13, 16]"),
                List.of("bert.attention.layer_norm_epsilon", 2f, "norm epsilon"),
                List.of("bert.attention.layer_norm_epsilon", "tiny", "layer_norm_epsilon"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void metadataThatDoNotFitAreOneSentence(List<Object> change) {
        assertRefused(Map.of((String) change.get(0), change.get(1)), Set.of(), (String) change.get(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert.block_count", "bert.context_length", "bert.attention.layer_norm_epsilon", "token_embd.weight",
            "position_embd.weight", "token_embd_norm.bias", "blk.1.layer_output_norm.weight"})
    void whatIsMissingIsNamed(String name) {
        assertRefused(Map.of(), Set.of(name), name);
    }

    @Test
    void whatLlamaCppDoesNotComputeIsNotWritten() {
        var model = new Encoder(new EncoderConfig(23, 12, 0, 2, 16, 2, 4, 24, Activation.RELU, 1e-12f, 0), DType.F32);
        assertThatThrownBy(() -> written(model, Quantization.F32)).isInstanceOf(UserError.class).hasMessageContaining("RELU");
        assertThat(temporary.resolve("encoder.gguf")).doesNotExist();
    }

    @Test
    void anEncoderIsNoDecoder() {
        try (var file = GgufFile.open(written(random(BERT), Quantization.F32))) {
            assertThatThrownBy(() -> GgufImport.read(file, DType.F32)).isInstanceOf(UserError.class)
                    .hasMessageContainingAll("encoder.gguf", "which turns texts into vectors");
        }
    }

    private void assertRefused(Map<String, Object> changed, Set<String> without, String said) {
        written(random(BERT), Quantization.F32);
        try (var file = GgufFile.open(spoilt(changed, without))) {
            assertThatThrownBy(() -> GgufEncoder.read(file, DType.F32)).isInstanceOf(UserError.class)
                    .hasMessageContainingAll("spoilt.gguf", said).hasMessageMatching("[^\n]+[.?]");
        }
    }

    /** What was written, with other metadata and without some of it or of the tensors. */
    private Path spoilt(Map<String, Object> changed, Set<String> without) {
        var out = temporary.resolve("spoilt.gguf");
        try (var whole = GgufFile.open(temporary.resolve("encoder.gguf"))) {
            var metadata = new LinkedHashMap<>(whole.metadata());
            metadata.putAll(changed);
            metadata.keySet().removeAll(without);
            GgufWriter.write(out, metadata,
                    whole.tensors().values().stream().filter(tensor -> !without.contains(tensor.name())).map(Source::of).toList());
        }
        return out;
    }
}
