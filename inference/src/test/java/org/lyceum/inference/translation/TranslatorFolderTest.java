package org.lyceum.inference.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.tensor.DType;
import org.lyceum.text.parallel.PairTokenizer;
import org.lyceum.text.tokenizer.CharacterTokenizer;

/** A translator's folder comes back as it was, and says what is wrong with it where it does not. */
class TranslatorFolderTest {
    private static final PairTokenizer TOKENIZER = PairTokenizer.of(CharacterTokenizer.of(List.of("abc ."), List.of("<s>", "</s>")), true);
    private static final EncoderDecoder MODEL = BeamSearchTest.model(TOKENIZER.tokenizer().vocabularySize(), 16, 5);

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        TranslatorFolder.write(folder, MODEL, TOKENIZER);
    }

    @Test
    void aTranslatorComesBack() {
        var sentences = List.of("ABC a.", "cab", "");
        var config = new BeamConfig(3, 0.6, 2, 6);
        assertThat(TranslatorFolder.isTranslator(folder)).isTrue();
        assertThat(TranslatorFolder.read(folder, DType.F32).translate(sentences, config))
                .usingRecursiveComparison().withComparatorForType((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : 1, Double.class)
                .isEqualTo(new Translator(MODEL, TOKENIZER).translate(sentences, config));
    }

    @Test
    void damagedFoldersAreUserErrors() throws IOException {
        var config = folder.resolve("config.json");
        var good = Files.readString(config);
        refused(good.replace("lyceum_translator", "bert"), "of the kind 'bert'");
        refused(good.replace("\"width\":8", "\"width\":8000"), "parameters, and the weights beside it");
        refused(good.replace("\"context\":16", "\"context\":99999999"), "tokens; a translator takes");
        refused(good.replace("\"heads\":2", "\"heads\":3"), "is not the configuration of a translator");
        refused(good.substring(0, 20), "is not the configuration of a translator");
        refused("[1]", "is not the configuration of a translator");
        refused(good.replace("\"hidden_width\":12", "\"hidden_width\":11"), "");
        Files.writeString(config, good);
        Files.delete(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> TranslatorFolder.read(folder, DType.F32)).isInstanceOf(UserError.class)
                .hasMessageContaining("model.safetensors");
        Files.delete(config);
        assertThatThrownBy(() -> TranslatorFolder.read(folder, DType.F32)).isInstanceOf(UserError.class)
                .hasMessageContaining("no config.json");
        assertThat(TranslatorFolder.isTranslator(folder)).isFalse();
        assertThatThrownBy(() -> TranslatorFolder.read(folder.resolve("none"), DType.F32)).isInstanceOf(UserError.class)
                .hasMessageContaining("There is no folder");
    }

    private void refused(String config, String message) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        assertThatThrownBy(() -> TranslatorFolder.read(folder, DType.F32)).isInstanceOf(UserError.class).hasMessageContaining(message);
    }
}
