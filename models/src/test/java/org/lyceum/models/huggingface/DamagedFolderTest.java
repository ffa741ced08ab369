package org.lyceum.models.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Gradients;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.safetensors.SafetensorsWriter.Source;

/** Folders that are no model, or a damaged or foreign one: one sentence each, and a model that was being loaded stays as it was. */
class DamagedFolderTest {
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

    private Fixture fixture(String name) throws IOException {
        return Fixture.of(name).copyTo(temporary.resolve("m"));
    }

    private static void assertRefused(Path folder, String... said) {
        assertThatThrownBy(() -> HuggingFaceFolder.read(folder, DType.F32)).isInstanceOf(UserError.class).hasMessageContainingAll(said)
                .hasMessageMatching("[^\n]+[.?]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "llama | model_type           | \"mamba\"                                  | model_type 'mamba'",
            "llama | model_type           | \"llama4_text\"                            | the nearest is 'llama'",
            "llama | model_type           | \"qwen3_moe\"                              | the nearest is 'qwen3'",
            "llama | model_type           | absent                                     | model_type",
            "llama | model_type           | 5                                          | model_type",
            "llama | rope_parameters      | {\"rope_type\": \"yarn\", \"factor\": 8}   | 'yarn'",
            "llama | rope_parameters      | {\"rope_type\": \"llama3\", \"factor\": 8} | 'low_freq_factor'",
            "llama | rope_scaling         | {\"type\": \"dynamic\", \"factor\": 2}     | 'dynamic'",
            "llama | rope_scaling         | {\"type\": \"linear\", \"factor\": -2}     | factor=-2",
            "llama | rope_scaling         | {\"type\": \"linear\"}                     | 'factor'",
            "llama | rope_scaling         | \"linear\"                                 | rope_scaling",
            "llama | rope_theta           | \"big\"                                    | rope_theta",
            "llama | model_type           | \"gemma3\"                                 | the nearest is 'gemma3_text'",
            "llama | model_type           | \"olmo\"                                   | the nearest is 'olmo2'",
            "mistral | sliding_window     | 0                                          | window.length=0",
            "qwen2 | layer_types          | [\"sliding_attention\",\"full_attention\",\"full_attention\"] | another pattern",
            "qwen2 | layer_types          | [\"linear_attention\"]                     | 'linear_attention'",
            "olmo2 | attention_bias       | true                                       | attention_bias",
            "gemma3 | final_logit_softcapping | 30.0                                   | final_logit_softcapping",
            "gemma3 | attn_logit_softcapping | 50.0                                    | attn_logit_softcapping",
            "gemma3 | use_bidirectional_attention | true                               | use_bidirectional_attention",
            "gemma3 | hidden_activation   | \"silu\"                                   | hidden_activation 'silu'",
            "gemma3 | query_pre_attn_scalar | 0                                        | attention_scale",
            "gemma3 | model_type          | \"qwen3\"                                  | post_feedforward_layernorm",
            "llama | attention_bias       | true                                       | attention_bias",
            "llama | mlp_bias             | true                                       | mlp_bias",
            "llama | hidden_act           | \"gelu\"                                   | hidden_act 'gelu'",
            "llama | quantization_config  | {\"bits\": 4}                              | quantization_config",
            "llama | partial_rotary_factor| 0.5                                        | partial_rotary_factor",
            "llama | hidden_size          | absent                                     | 'hidden_size'",
            "llama | hidden_size          | \"big\"                                    | 'hidden_size'",
            "llama | hidden_size          | 16.5                                       | 'hidden_size'",
            "llama | hidden_size          | 99999999999                                | 'hidden_size'",
            "llama | num_attention_heads  | 0                                          | heads",
            "llama | num_key_value_heads  | 3                                          | key_value_heads=3",
            "llama | vocab_size           | 2147483647                                 | different models",
            "llama | num_hidden_layers    | 2147483647                                 | different models",
            "llama | intermediate_size    | 2147483647                                 | different models",
            "llama | max_position_embeddings | 2147483647                              | context",
            "llama | num_hidden_layers    | 3                                          | model.layers.2.input_layernorm.weight",
            "llama | num_hidden_layers    | 1                                          | model.layers.1.",
            "llama | vocab_size           | 22                                         | model.embed_tokens.weight;[23, 16];[22, 16]",
            "llama | intermediate_size    | 25                                         | gate_proj;[24, 16];[25, 16]",
            "llama | tie_word_embeddings  | \"no\"                                     | tie_word_embeddings",
            "llama-tied | tie_word_embeddings | false                                  | lm_head.weight",
            "qwen3 | layer_types          | [\"full_attention\",\"sliding_attention\"] | another pattern;layer_types",
            "qwen3 | attention_bias       | true                                       | attention_bias",
            "qwen3 | model_type           | \"llama\"                                  | _norm.weight",
            "llama | model_type           | \"qwen3\"                                  | q_norm.weight",
            "gpt2  | model_type           | \"llama\"                                  | 'hidden_size'",
            "gpt2  | model_type           | \"lyceum\"                                 | 'vocabulary_size'",
            "gpt2  | model_type           | \"gpt3\"                                   | the nearest is 'gpt2'",
            "gpt2  | activation_function  | \"relu\"                                   | activation_function 'relu'",
            "gpt2  | n_head               | 5                                          | config.json;heads=5",
            "gpt2  | n_positions          | 16                                         | wpe.weight;[32, 16];[16, 16]",
            "gpt2  | scale_attn_by_inverse_layer_idx | true                            | scale_attn_by_inverse_layer_idx",
            "gpt2  | resid_pdrop          | 1.5                                        | dropout"})
    void aConfigurationThatDoesNotFitIsOneSentence(String name, String key, String value, String said) throws IOException {
        assertRefused(fixture(name).set(key, value).folder(), said.split(";"));
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        var fixture = fixture("gpt2").rewrite(
                entry -> entry.name().equals("transformer.h.1.ln_2.bias") ? List.of() : List.of(Source.of(entry)),
                Long.MAX_VALUE);
        assertRefused(fixture.folder(), "'transformer.h.1.ln_2.bias'", "[16]");
    }

    @Test
    void aTensorTooManyIsNamed() throws IOException {
        var fixture = fixture("llama").rewrite(entry -> entry.name().equals("model.norm.weight")
                ? List.of(Source.of(entry), Source.of("model.norm.bias", entry.dtype(), entry.shape(), entry.data()))
                : List.of(Source.of(entry)), Long.MAX_VALUE);
        assertRefused(fixture.folder(), "'model.norm.bias'");
    }

    @Test
    void integersAreNoWeights() throws IOException {
        var fixture = fixture("llama")
                .rewrite(entry -> List.of(Source.of(entry.name(), entry.name().equals("model.norm.weight") ? DType.I32 : entry.dtype(),
                        entry.shape(), entry.data())), Long.MAX_VALUE);
        assertRefused(fixture.folder(), "'model.norm.weight'", "I32");
    }

    @Test
    void foldersThatAreNoModel() throws IOException {
        assertRefused(temporary.resolve("nowhere"), "nowhere");
        assertRefused(Files.writeString(temporary.resolve("file"), "x"), "file");
        var empty = Files.createDirectory(temporary.resolve("empty"));
        assertRefused(empty, "config.json");
        Files.writeString(empty.resolve("config.json"), "{\"model_type\": ");
        assertRefused(empty, "not valid JSON");
        Files.writeString(empty.resolve("config.json"), "[1]");
        assertRefused(empty, "JSON object");
        Files.copy(Fixture.of("gpt2").folder().resolve("config.json"), empty.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
        assertRefused(empty, "model.safetensors");
        Files.writeString(empty.resolve("pytorch_model.bin"), "x");
        assertRefused(empty, "pickle (pytorch_model.bin)");
    }

    /** Cut anywhere, it is refused; with any byte of its header changed, it is refused or still a model, and nothing else happens. */
    @Test
    void damagedWeightsAreUserErrors() throws IOException {
        var folder = fixture("llama").folder();
        var file = folder.resolve("model.safetensors");
        var whole = Files.readAllBytes(file);
        var random = new Random(5);
        for (int i = 0; i < 40; i++) {
            Files.write(file, java.util.Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertRefused(folder, "model.safetensors");
        }
        int headerEnd = 8 + (int) java.nio.ByteBuffer.wrap(whole).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            var spoilt = whole.clone();
            spoilt[random.nextInt(headerEnd)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, spoilt);
            var thrown = catchThrowable(() -> HuggingFaceFolder.read(folder, DType.F32));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(UserError.class);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(250);
    }

    @Test
    void aModelThatDoesNotFitIsNotTouched() throws IOException {
        var fixture = fixture("llama").rewrite(entry -> entry.name().equals("lm_head.weight") ? List.of() : List.of(Source.of(entry)),
                Long.MAX_VALUE);
        var model = new Decoder(HuggingFaceFolder.readConfig(fixture.folder()), DType.F32);
        Gradients.randomise(model.parameters(), 0.3);
        var before = model.logits(fixture.ids()).floats();
        assertThatThrownBy(() -> HuggingFaceFolder.load(fixture.folder(), model)).isInstanceOf(UserError.class)
                .hasMessageContaining("lm_head.weight");
        assertThat(model.logits(fixture.ids()).floats()).isEqualTo(before);
        var other = new Decoder(DecoderConfig.llama(23, 64, 16, 3, 4, 2), DType.F32);
        assertThatThrownBy(() -> HuggingFaceFolder.load(fixture.folder(), other)).isInstanceOf(UserError.class)
                .hasMessageContaining("depth=2")
                .hasMessageContaining("3");
    }
}
