package org.lyceum.models.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.CausalModel;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Gradients;
import org.lyceum.models.Pass;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.RecurrentModel;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** Recurrent nets in model folders: what is written is read, what does not fit is said. */
class RecurrentFolderTest {
    @TempDir
    Path folder;

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static RecurrentModel model(Kind kind, int width, boolean tied) {
        var model = new RecurrentModel(new RecurrentConfig(kind, 11, 8, width, 2, tied, 0.1), DType.F32);
        Gradients.randomise(model.parameters(), 0.4);
        return model;
    }

    private static float[] logits(CausalModel model) {
        return model.head(model.hidden(Tensor.ofIds(new int[]{1, 2, 3, 4}, 1, 4), Pass.EVALUATION)).floats();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsRead(Kind kind) {
        for (boolean tied : new boolean[]{true, false}) {
            var model = model(kind, 5, tied);
            CausalFolder.write(folder, model, Map.of("bos", 1, "eos", 2));
            assertThat(CausalFolder.readConfig(folder)).isEqualTo(model.config());
            assertThat(HuggingFaceFolder.readEndIds(folder)).containsExactly(2);
            assertThat(logits(CausalFolder.read(folder, DType.F32))).containsExactly(logits(model), within(1e-6f)); // held column by column
            var other = new RecurrentModel(model.config(), DType.F32);
            CausalFolder.load(folder, other);
            assertThat(logits(other)).isEqualTo(logits(model));
        }
    }

    @Test
    void transformersGoTheirOldWay() {
        var model = new Decoder(DecoderConfig.llama(11, 8, 8, 1, 2, 1), DType.F32);
        Gradients.randomise(model.parameters(), 0.4);
        CausalFolder.write(folder, model, Map.of());
        assertThat(CausalFolder.readConfig(folder)).isEqualTo(HuggingFaceFolder.readConfig(folder));
        assertThat(CausalFolder.read(folder, DType.F32)).isInstanceOf(Decoder.class);
        var other = new Decoder(model.config(), DType.F32);
        CausalFolder.load(folder, other);
        assertThat(logits(other)).isEqualTo(logits(model));
        assertThatThrownBy(() -> CausalFolder.load(folder, model(Kind.LSTM, 5, true))).isInstanceOf(UserError.class)
                .hasMessageContaining("no recurrent net");
    }

    @Test
    void anotherConfigurationIsNamed() {
        CausalFolder.write(folder, model(Kind.LSTM, 5, true), Map.of());
        var wide = model(Kind.LSTM, 6, true);
        var before = logits(wide);
        assertThatThrownBy(() -> CausalFolder.load(folder, wide)).isInstanceOf(UserError.class).hasMessageContaining("width=5")
                .hasMessageContaining("6");
        assertThatThrownBy(() -> CausalFolder.load(folder, model(Kind.GRU, 5, true))).isInstanceOf(UserError.class)
                .hasMessageContaining("kind=lstm");
        assertThat(logits(wide)).isEqualTo(before);
        assertThatThrownBy(() -> HuggingFaceFolder.read(folder, DType.F32)).isInstanceOf(UserError.class)
                .hasMessageContaining("recurrent net");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"kind\" : \"lstm\"|\"kind\" : \"mamba\"|elman", "\"width\" : 5|\"width\" : 7|shape",
            "\"width\" : 5|\"width\" : \"wide\"|whole number", "\"depth\" : 2|\"depth\" : 1|layers.1",
            "\"depth\" : 2|\"depth\" : 3|layers.2",
            "\"depth\" : 2|\"depth\" : 2000000|different models", "\"context\" : 8|\"context\" : 0|context=0",
            "\"tied_embeddings\" : true|\"tied_embeddings\" : false|head.weight"})
    void damagedConfigurationsAreSentences(String there, String instead, String said) throws IOException {
        CausalFolder.write(folder, model(Kind.LSTM, 5, true), Map.of());
        var config = Files.readString(folder.resolve("config.json"));
        assertThat(config).contains(there);
        Files.writeString(folder.resolve("config.json"), config.replace(there, instead));
        assertThatThrownBy(() -> CausalFolder.read(folder, DType.F32)).isInstanceOf(UserError.class).hasMessageContaining(said);
    }

    @Test
    void aFolderWithoutWeightsIsNamed() throws IOException {
        CausalFolder.write(folder, model(Kind.LSTM, 5, true), Map.of());
        Files.delete(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> CausalFolder.read(folder, DType.F32)).isInstanceOf(UserError.class)
                .hasMessageContaining(folder.toString());
        Files.writeString(folder.resolve("config.json"), "{");
        assertThat(RecurrentFolder.isRecurrent(folder)).isFalse();
        assertThatThrownBy(() -> CausalFolder.read(folder, DType.F32)).isInstanceOf(UserError.class).hasMessageContaining("not valid JSON");
    }
}
