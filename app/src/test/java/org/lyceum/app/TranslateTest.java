package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.inference.translation.TranslatorFolder;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.models.EncoderDecoderConfig;
import org.lyceum.models.EncoderDecoderConfig.Sharing;
import org.lyceum.models.Initialisation;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.tensor.DType;
import org.lyceum.text.parallel.PairTokenizer;

/** {@code lyceum translate} over a translator of random weights. */
class TranslateTest {
    @TempDir
    private Path folder;
    private Path sentences;

    @BeforeEach
    void write() throws IOException {
        var tokenizer = PairTokenizer.train(List.of("some text"), 258, 1, true);
        var model = new EncoderDecoder(
                new EncoderDecoderConfig(258, 48, 16, 1, 1, 2, 16, FeedForward.Kind.RELU, false, 1e-5, Sharing.ALL, 0),
                DType.F32);
        Initialisation.of(model, 1);
        var within = Files.createDirectories(folder.resolve("run/model"));
        TranslatorFolder.write(within, model, tokenizer);
        sentences = Files.writeString(folder.resolve("in.txt"), "A dog.\n\nTwo\r\n");
    }

    @Test
    void aLineForEachLine() {
        var model = folder.resolve("run/model");
        var plain = Cli.lyceum("translate", "--model", model, "--beam", 2, sentences);
        assertThat(plain.status()).as(plain.err()).isZero();
        assertThat(plain.out().lines()).hasSize(3);
        var json = Cli.lyceum("translate", "--model", folder.resolve("run"), "--beam", 3, "--best", 2, "--json", sentences).json();
        var found = json.get("translations");
        assertThat(found.size()).isEqualTo(3);
        assertThat(found.get(2).get("source").stringValue()).isEqualTo("Two");
        assertThat(found.get(0).get("hypotheses").size()).isEqualTo(2);
        assertThat(found.get(0).get("hypotheses").get(0).get("score").doubleValue())
                .isGreaterThanOrEqualTo(found.get(0).get("hypotheses").get(1).get("score").doubleValue());
        assertThat(found.get(1).get("text").stringValue()).isEmpty();
    }

    @Test
    void attentionIsDrawn() {
        var picture = folder.resolve("attention.svg");
        var drawn = Cli.lyceum("translate", "--model", folder.resolve("run"), "--attention", picture, sentences);
        assertThat(drawn.status()).as(drawn.err()).isZero();
        assertThat(picture).content().startsWith("<svg").contains("Cross attention, layer 1 of 1");
    }

    @Test
    void mistakesAreNamed() throws IOException {
        var model = folder.resolve("run");
        assertThat(Cli.lyceum("translate", "--model", folder, sentences).err()).contains("holds no config.json");
        assertThat(Cli.lyceum("translate", "--model", folder.resolve("none"), sentences).err()).contains("There is no folder");
        assertThat(Cli.lyceum("translate", "--model", model, folder.resolve("none.txt")).err()).contains("none.txt");
        assertThat(Cli.lyceum("translate", "--model", model, "--beam", 0, sentences).status()).isEqualTo(2);
        assertThat(Cli.lyceum("translate", "--model", model, "--best", 2, sentences).err()).contains("--json");
        assertThat(Cli.lyceum("translate", "--model", model, Files.writeString(folder.resolve("long"), "word ".repeat(60))).err())
                .contains("Sentence 1 has").contains("47 at most");
        assertThat(Cli.lyceum("translate", "--model", model, Files.writeString(folder.resolve("empty"), "")).err()).contains("is empty");
        assertThat(Cli.lyceum("translate", "--model", model, Files.write(folder.resolve("latin"), new byte[]{(byte) 0xE4, 'a'})).err())
                .contains("not UTF-8");
    }
}
