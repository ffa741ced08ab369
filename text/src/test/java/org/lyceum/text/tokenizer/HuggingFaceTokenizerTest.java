package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class HuggingFaceTokenizerTest {
    private static final Tokenizer OUR_CL100K = Tokenizer.load(Fixtures.path("bpe-cl100k.json"));
    private static final Tokenizer OUR_QWEN2 = Tokenizer.load(Fixtures.path("bpe-qwen2.json"));
    private static final Tokenizer THEIR_CL100K = byTheirLibrary(Fixtures.path("bpe-cl100k.json"));
    private static final Tokenizer THEIR_QWEN2 = byTheirLibrary(Fixtures.path("bpe-qwen2.json"));

    /** The adapter on a file that {@link Tokenizer#load} would open itself: the oracle for our own tokenizers. */
    static HuggingFaceTokenizer byTheirLibrary(Path file) {
        String json;
        try {
            json = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HuggingFaceTokenizer
                .read(new TokenizerSource(file, (ObjectNode) JsonMapper.builder().build().readTree(json), json, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unigram"})
    void givesTheIdsAndTextOfHuggingFace(String fixture) {
        var tokenizer = Tokenizer.load(Fixtures.path(fixture + ".json"));
        assertThat(tokenizer).isInstanceOf(HuggingFaceTokenizer.class);
        var samples = Fixtures.samples();
        var plain = Fixtures.ids(fixture, "plain");
        var specials = Fixtures.ids(fixture, "specials");
        var decoded = Fixtures.decoded(fixture);
        for (int i = 0; i < samples.size(); i++) {
            assertThat(tokenizer.encode(samples.get(i))).as(samples.get(i)).isEqualTo(plain.get(i));
            assertThat(tokenizer.encodeWithSpecials(samples.get(i))).as(samples.get(i)).isEqualTo(specials.get(i));
            assertThat(tokenizer.decode(specials.get(i))).as(samples.get(i)).isEqualTo(decoded.get(i));
        }
    }

    @Property(tries = 300)
    void agreesWithOurBytePairs(@ForAll String any) {
        var text = new String(any.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(THEIR_CL100K.encode(text)).isEqualTo(OUR_CL100K.encode(text));
    }

    /** Composition in scripts that have been in Unicode for long: the library's tables are those of Unicode 9. */
    @Property(tries = 300)
    void agreesWithOurBytePairsOnComposedText(
            @ForAll @Chars({'a', 'e', 'o', 'E', ' ', '\u0301', '\u0308', '\u0327', '\u0323', '\u00e9', '\u1100', '\u1161',
                    '\u11a8', '\u0915', '\u093c', '\u212b', '\n'}) String text) {
        assertThat(THEIR_QWEN2.encode(text)).isEqualTo(OUR_QWEN2.encode(text));
    }

    @Test
    void theirLibraryReadsWhatOurTrainerWrites(@TempDir Path folder) throws Exception {
        var specials = List.of("<|endoftext|>", "<|user_start|>");
        for (var split : PreSplit.values()) {
            var ours = BytePairTrainer.of(500).withPreSplit(split).withSpecialTokens(specials).train(List.of(Fixtures.text("text.txt")));
            ours.save(folder);
            var theirs = byTheirLibrary(folder.resolve("tokenizer.json"));
            for (var sample : Fixtures.samples()) {
                assertThat(theirs.encode(sample)).as(split + ": " + sample).isEqualTo(ours.encode(sample));
                assertThat(theirs.encodeWithSpecials(sample)).as(split + ": " + sample).isEqualTo(ours.encodeWithSpecials(sample));
                assertThat(theirs.decode(ours.encode(sample))).isEqualTo(sample);
            }
        }
    }

    @Test
    void piecesSpellTheirBytes() {
        var tokenizer = byTheirLibrary(Fixtures.path("sentencepiece.json"));
        assertThat(tokenizer.bytes(tokenizer.id("<0xF0>").orElseThrow())).containsExactly(0xF0);
        assertThat(new String(tokenizer.decodeBytes(tokenizer.encode("the boats 🫠")), StandardCharsets.UTF_8)).isEqualTo(" the boats 🫠");
    }

    @Test
    void plainTextNeverBecomesASpecialToken() {
        var unigram = Tokenizer.load(Fixtures.path("unigram.json"));
        assertThat(unigram.encodeWithSpecials("a</s>")).contains(unigram.id("</s>").orElseThrow());
        assertThat(unigram.encode("a</s> </s> <s>")).doesNotContain(unigram.id("</s>").orElseThrow(), unigram.id("<s>").orElseThrow());
        assertThat(unigram.encode("the boats")).contains(unigram.id("boats").orElseThrow());
        var wordpiece = byTheirLibrary(Fixtures.path("wordpiece.json"));
        assertThat(wordpiece.encode("[CLS] a")).doesNotContain(wordpiece.id("[CLS]").orElseThrow());
        var sentencepiece = byTheirLibrary(Fixtures.path("sentencepiece.json"));
        assertThat(sentencepiece.encode("a</s> </s>")).doesNotContain(sentencepiece.id("</s>").orElseThrow());
    }

    @Test
    void longTextIsNotCutOff() {
        var tokenizer = byTheirLibrary(Fixtures.path("wordpiece.json"));
        assertThat(tokenizer.encode("the boats ".repeat(5_000))).hasSizeGreaterThanOrEqualTo(10_000);
    }

    @Test
    void textThatTheModelCannotEncodeIsAnErrorInOneSentence(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("tokenizer.json"),
                "{\"model\": {\"type\": \"WordLevel\", \"unk_token\": \"?\", \"vocab\": {\"a\": 0}}}");
        var tokenizer = Tokenizer.load(file);
        assertThat(tokenizer.encode("a")).containsExactly(0);
        assertThatThrownBy(() -> tokenizer.encode("b")).isInstanceOf(UserError.class).hasMessageContaining("cannot encode");
    }

    @Test
    void aModelThatTheLibraryDoesNotKnowIsAnErrorInOneSentence(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Telepathy\", \"vocab\": {\"a\": 0}}}");
        assertThatThrownBy(() -> Tokenizer.load(file)).isInstanceOf(UserError.class).hasMessageContaining("tokenizer.json");
    }
}
