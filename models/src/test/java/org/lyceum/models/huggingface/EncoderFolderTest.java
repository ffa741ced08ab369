package org.lyceum.models.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.SafetensorsWriter.Source;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Encoders that transformers made, see {@code src/test/python/make_encoder_fixtures.py}. */
class EncoderFolderTest {
    @TempDir
    private Path temporary;

    private static Tensor ids(JsonNode rows) {
        var flat = rows.valueStream().flatMap(JsonNode::valueStream).mapToInt(JsonNode::intValue).toArray();
        return Tensor.ofIds(flat, rows.size(), rows.get(0).size());
    }

    private static void assertHiddenStates(Path wanted, Path folder) {
        var json = new JsonMapper().readTree(wanted.resolve("hidden.json").toFile());
        var lengths = json.get("lengths").valueStream().mapToInt(JsonNode::intValue).toArray();
        try (var _ = Scope.open()) {
            var model = EncoderFolder.read(folder, DType.F32);
            var hidden = model.hidden(ids(json.get("ids")), ids(json.get("types")), lengths, Pass.EVALUATION);
            for (int b = 0; b < lengths.length; b++) {
                var got = hidden.select(0, b).narrow(0, 0, lengths[b]).contiguous().doubles();
                var expected = json.get("hidden").get(b).valueStream().mapToDouble(JsonNode::doubleValue).toArray();
                assertThat(got).containsExactly(expected, within(2e-5));
            }
        }
    }

    private Path copy(String name) throws IOException {
        var folder = Files.createDirectories(temporary.resolve(name));
        for (var file : List.of("config.json", "model.safetensors")) {
            Files.copy(Fixture.of(name).folder().resolve(file), folder.resolve(file));
        }
        return folder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "bert-masked", "roberta"})
    void hiddenStatesEqualThoseOfTransformers(String name) {
        var folder = Fixture.of(name).folder();
        assertThat(EncoderFolder.isEncoder(folder)).isTrue();
        assertHiddenStates(folder, folder);
    }

    @Test
    void configurationsAreReadWhole() {
        assertThat(EncoderFolder.readConfig(Fixture.of("bert").folder()))
                .isEqualTo(new EncoderConfig(29, 32, 0, 2, 16, 2, 4, 24, Activation.GELU, 1e-12, 0.1));
        assertThat(EncoderFolder.readConfig(Fixture.of("roberta").folder()))
                .isEqualTo(new EncoderConfig(29, 32, 2, 1, 16, 2, 4, 24, Activation.GELU, 1e-5, 0.1));
        assertThat(EncoderFolder.isEncoder(Fixture.of("llama").folder())).isFalse();
        assertThat(EncoderFolder.isEncoder(temporary)).isFalse();
    }

    @Test
    void tensorFlowsNamesOfNormsAreKnown() throws IOException {
        var folder = copy("bert");
        new Fixture(folder).rewrite(entry -> List.of(Source.of(entry.name().replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta"), entry.dtype(), entry.shape(), entry.data())), Long.MAX_VALUE);
        assertHiddenStates(Fixture.of("bert").folder(), folder);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "model_type | \"brt\" | did you mean 'bert'?",
            "hidden_act | \"swish\" | the hidden_act 'swish'",
            "position_embedding_type | \"relative_key\" | position_embedding_type",
            "is_decoder | true | is_decoder",
            "num_attention_heads | 5 | multiple of its 5 heads",
            "hidden_size | absent | no key 'hidden_size'",
            "vocab_size | 2000000000 | belong to different models",
            "hidden_size | 2000000000 | belong to different models",
            "num_hidden_layers | 2000000000 | belong to different models",
            "num_hidden_layers | 1 | ok",
            "intermediate_size | 23 | has the shape"})
    void whatDoesNotFitIsRefusedInOneSentence(String key, String value, String sentence) throws IOException {
        var folder = copy("bert");
        new Fixture(folder).set(key, value);
        if (sentence.equals("ok")) { // fewer layers than the file holds: transformers takes them too
            EncoderFolder.read(folder, DType.F32);
            return;
        }
        assertThatThrownBy(() -> EncoderFolder.read(folder, DType.F32)).isInstanceOf(UserError.class).hasMessageContaining(sentence)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void anEncoderIsNoDecoder() {
        assertThatThrownBy(() -> HuggingFaceFolder.read(Fixture.of("bert").folder(), DType.F32)).isInstanceOf(UserError.class)
                .hasMessageContaining("'bert', an encoder, which turns texts into vectors");
    }
}
