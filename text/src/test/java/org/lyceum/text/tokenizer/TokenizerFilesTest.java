package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;

class TokenizerFilesTest {
    private static Path scratch = Path.of("");

    @BeforeContainer
    static void makeScratch() throws Exception {
        scratch = Files.createTempDirectory("tokenizer-fuzz");
    }

    @AfterContainer
    static void dropScratch() throws Exception {
        WholeFiles.deleteTree(scratch);
    }

    /** A damaged file is refused with a sentence, or opens (the damage may have hit a harmless place); nothing else may happen. */
    private static void opensOrSaysWhy(byte[] content) throws Exception {
        var file = Files.write(scratch.resolve("tokenizer.json"), content);
        try {
            var tokenizer = Tokenizer.load(file);
            assertThat(tokenizer.vocabularySize()).isPositive();
        } catch (UserError e) {
            assertThat(e.getMessage()).contains("tokenizer.json").endsWith(".");
        }
    }

    @Property(tries = 400)
    void aFlippedByteIsSurvived(@ForAll @IntRange(max = 7) int which, @ForAll @IntRange(max = 1_000_000) int at, @ForAll byte value)
            throws Exception {
        var bytes = content(which);
        bytes[at % bytes.length] = value;
        opensOrSaysWhy(bytes);
    }

    @Property(tries = 200)
    void aStrayWordIsSurvived(@ForAll @IntRange(max = 7) int which, @ForAll @IntRange(max = 1_000_000) int at,
            @ForAll @StringLength(max = 6) String word)
            throws Exception {
        var text = new String(content(which), StandardCharsets.UTF_8);
        int i = at % text.length();
        opensOrSaysWhy((text.substring(0, i) + word + text.substring(Math.min(text.length(), i + word.length())))
                .getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 200)
    void aFileThatIsCutOffIsRefused(@ForAll @IntRange(max = 7) int which, @ForAll @IntRange(max = 1_000_000) int at) throws Exception {
        var bytes = content(which);
        var file = Files.write(scratch.resolve("tokenizer.json"), java.util.Arrays.copyOf(bytes, at % (bytes.length - 2)));
        assertThatThrownBy(() -> Tokenizer.load(file)).isInstanceOf(UserError.class).hasMessageContaining("tokenizer.json");
    }

    private static byte[] content(int which) {
        var names = new String[]{"bpe-gpt2", "bpe-cl100k", "bpe-qwen2", "bpe-o200k", "bpe-cl100k_two_digits", "wordpiece", "unigram",
                "sentencepiece"};
        return Fixtures.text(names[which] + ".json").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void saysWhatAForeignFileLacks(@TempDir Path folder) throws Exception {
        refused(folder, "{\"a\": 1}", "has no model");
        refused(folder, "[1, 2]", "no JSON object");
        refused(folder, "", "tokenizer.json");
        refused(folder, "not json", "not valid JSON at line 1");
        refused(folder, Fixtures.text("bpe-gpt2.json").replace("[\"Ġ\",\"t\"]", "[\"Ġ\",\"unheard\"]"), "merge ");
        refused(folder, Fixtures.text("bpe-gpt2.json").replace("\"!\":1,", "\"!\":-1,"), "the id of '!' is -1");
        refused(folder, Fixtures.text("bpe-gpt2.json").replace("\"!\":1,", "\"!\":2000000000,"), "2000000000");
        refused(folder, Fixtures.text("bpe-gpt2.json").replace("\"!\":1,", "\"!\":2,"), "both have the id 2");
        Files.write(folder.resolve("tokenizer.json"), new byte[]{'{', (byte) 0xFF, '}'});
        assertThatThrownBy(() -> Tokenizer.load(folder)).isInstanceOf(UserError.class).hasMessageContaining("not UTF-8");
    }

    @Test
    void saysThatNothingIsThere(@TempDir Path folder) {
        assertThatThrownBy(() -> Tokenizer.load(folder)).isInstanceOf(UserError.class).hasMessageContaining("holds no tokenizer.json");
        assertThatThrownBy(() -> Tokenizer.load(folder.resolve("missing"))).isInstanceOf(UserError.class)
                .hasMessageContaining("no file or folder");
    }

    private static void refused(Path folder, String content, String reason) throws Exception {
        Files.writeString(folder.resolve("tokenizer.json"), content);
        assertThatThrownBy(() -> Tokenizer.load(folder)).isInstanceOf(UserError.class).hasMessageContaining(reason);
    }
}
