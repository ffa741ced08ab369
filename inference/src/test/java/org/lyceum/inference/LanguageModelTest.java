package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.tensor.DType;
import org.lyceum.text.tokenizer.CharacterTokenizer;

class LanguageModelTest {
    @TempDir
    Path run;

    @Test
    void aRunMeansItsBestCheckpointElseItsLastElseItsNewest() throws IOException {
        for (var step : List.of("step-00000100", "step-00000200", "step-00000300")) {
            Files.createDirectories(run.resolve("checkpoints").resolve(step));
            Files.createFile(run.resolve("checkpoints").resolve(step).resolve("config.json"));
        }
        Files.createDirectories(run.resolve("checkpoints/step-00000400")); // cut off before anything was in it
        assertThat(LanguageModel.checkpoint(run)).hasFileName("step-00000300");
        Files.writeString(run.resolve("checkpoints/last.txt"), "step-00000200\n");
        assertThat(LanguageModel.checkpoint(run)).hasFileName("step-00000200");
        Files.writeString(run.resolve("checkpoints/best.txt"), "step-00000100");
        assertThat(LanguageModel.checkpoint(run)).hasFileName("step-00000100");
        Files.writeString(run.resolve("checkpoints/best.txt"), "step-00000050"); // deleted since
        assertThat(LanguageModel.checkpoint(run)).hasFileName("step-00000200");
        assertThat(LanguageModel.checkpoint(run.resolve("checkpoints"))).hasFileName("step-00000200");
        assertThat(LanguageModel.checkpoint(run.resolve("checkpoints/step-00000300"))).hasFileName("step-00000300");
    }

    @Test
    void aMissingModelIsOneSentenceThatSaysWhatWasLookedFor() throws IOException {
        assertThatThrownBy(() -> LanguageModel.checkpoint(run.resolve("nowhere"))).isInstanceOf(UserError.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> LanguageModel.checkpoint(run)).isInstanceOf(UserError.class).hasMessageContaining("config.json");
        Files.createDirectories(run.resolve("checkpoints"));
        assertThatThrownBy(() -> LanguageModel.checkpoint(run)).isInstanceOf(UserError.class)
                .hasMessageContaining("not written a checkpoint");
        Files.createFile(run.resolve("model.bin"));
        assertThatThrownBy(() -> LanguageModel.checkpoint(run.resolve("model.bin"))).isInstanceOf(UserError.class)
                .hasMessageContaining("is a file");
        Files.createFile(run.resolve("model.gguf"));
        assertThatThrownBy(() -> LanguageModel.load(run.resolve("model.gguf"))).isInstanceOf(UserError.class)
                .hasMessageContaining("model.gguf is not a GGUF file");
    }

    @Test
    void whatIsWrittenIsReadBack() {
        var model = Toys.model("llama");
        HuggingFaceFolder.write(run.resolve("model"), Toys.decoder(model), model.tokenizer().specialTokens());
        model.tokenizer().save(run.resolve("model"));
        var read = LanguageModel.load(run.resolve("model"), DType.F32);
        assertThat(read.engine().config()).isEqualTo(model.engine().config());
        assertThat(read.endIds()).contains(model.tokenizer().endOfText().orElseThrow());
        var ids = Toys.randomIds(10, 1);
        assertThat(Toys.logits(Toys.decoder(read), ids)[9]).containsExactly(Toys.logits(Toys.decoder(model), ids)[9], within(1e-4f));
    }

    @Test
    void aTokenizerLargerThanTheModelIsRefused() {
        var tokenizer = CharacterTokenizer.of(List.of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), List.of());
        var decoder = Toys.decoder("llama", 1);
        assertThatThrownBy(() -> new LanguageModel(decoder, tokenizer)).isInstanceOf(UserError.class).hasMessageContaining("52 tokens")
                .hasMessageContaining("40");
    }
}
