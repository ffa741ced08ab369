package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentencePieceTokenizerTest {
    private static final Tokenizer OURS = Tokenizer.load(Fixtures.path("sentencepiece.json"));
    private static final Tokenizer THEIRS = HuggingFaceTokenizerTest.byTheirLibrary(Fixtures.path("sentencepiece.json"));

    @Test
    void givesTheIdsAndTextOfHuggingFace() {
        assertThat(OURS).isInstanceOf(SentencePieceTokenizer.class);
        var samples = Fixtures.samples();
        var plain = Fixtures.ids("sentencepiece", "plain");
        var specials = Fixtures.ids("sentencepiece", "specials");
        var decoded = Fixtures.decoded("sentencepiece");
        for (int i = 0; i < samples.size(); i++) {
            assertThat(OURS.encode(samples.get(i))).as(samples.get(i)).isEqualTo(plain.get(i));
            assertThat(OURS.encodeWithSpecials(samples.get(i))).as(samples.get(i)).isEqualTo(specials.get(i));
            assertThat(OURS.decode(specials.get(i))).as(samples.get(i)).isEqualTo(decoded.get(i));
        }
    }

    @Property(tries = 1_000)
    void agreesWithHuggingFace(
            @ForAll @Chars({'t', 'h', 'e', ' ', 'b', 'o', 'a', 's', '\n', '\u2581', '<', '/', '>', '.', '1', 'é', '灯', '\ud83c',
                    '\udf0a'}) String text) {
        assertThat(OURS.encode(text)).isEqualTo(THEIRS.encode(text));
        assertThat(OURS.encodeWithSpecials(text)).isEqualTo(THEIRS.encodeWithSpecials(text));
        assertThat(OURS.decode(OURS.encode(text))).isEqualTo(THEIRS.decode(THEIRS.encode(text)));
    }

    @Property(tries = 500)
    void textComesBack(@ForAll String any) {
        var text = new String(any.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(OURS.decode(OURS.encode(text))).isEqualTo(text.replace('\u2581', ' '));
    }

    /** The other ways in which published files treat spaces: Gemma's, and Mistral's with its first space only. */
    @ParameterizedTest
    @ValueSource(strings = {
            "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"\u2581\"}|null",
            "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"\u2581\"}|{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},"
                    + "\"behavior\":\"MergedWithPrevious\",\"invert\":false}",
            "null|{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",\"prepend_scheme\":\"first\",\"split\":false}",
            "null|{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",\"prepend_scheme\":\"always\",\"split\":true}",
            "null|{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",\"prepend_scheme\":\"never\",\"split\":true}"})
    void spacesAreTreatedAsTheFileSays(String spaces, @TempDir Path folder) throws Exception {
        var json = Fixtures.text("sentencepiece.json");
        int from = json.indexOf("\"normalizer\":");
        int to = json.indexOf("\"post_processor\":");
        assertThat(from).isPositive();
        var file = Files.writeString(folder.resolve("tokenizer.json"), json.substring(0, from) + "\"normalizer\":" + spaces.split("\\|")[0]
                + ",\"pre_tokenizer\":" + spaces.split("\\|")[1] + "," + json.substring(to));
        var ours = Tokenizer.load(file);
        var theirs = HuggingFaceTokenizerTest.byTheirLibrary(file);
        assertThat(ours).isInstanceOf(SentencePieceTokenizer.class);
        for (var sample : Fixtures.samples()) {
            for (var text : new String[]{sample, "the  boats</s> " + sample + "<s>" + sample}) {
                assertThat(ours.encode(text)).as(text).isEqualTo(theirs.encode(text));
                assertThat(ours.encodeWithSpecials(text)).as(text).isEqualTo(theirs.encodeWithSpecials(text));
            }
        }
    }

    @Test
    void plainTextNeverBecomesASpecialToken() {
        int end = OURS.id("</s>").orElseThrow();
        assertThat(OURS.encode("a</s> </s>")).doesNotContain(end);
        assertThat(OURS.encodeWithSpecials("a</s>")).contains(end);
    }

    @Test
    void piecesSpellTheirBytes() {
        assertThat(OURS.bytes(OURS.id("<0xF0>").orElseThrow())).containsExactly(0xF0);
        assertThat(new String(OURS.decodeBytes(OURS.encode("the boats 🫠")), StandardCharsets.UTF_8)).isEqualTo(" the boats 🫠");
    }

    @Test
    void aVeryLongPieceIsNoTrouble() {
        var text = "ab".repeat(100_000) + "灯台".repeat(20_000);
        assertThat(OURS.decode(OURS.encode(text))).isEqualTo(text);
    }
}
