package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class WordPieceTokenizerTest {
    private static final Tokenizer OURS = Tokenizer.load(Fixtures.path("wordpiece.json"));
    private static final Tokenizer THEIRS = HuggingFaceTokenizerTest.byTheirLibrary(Fixtures.path("wordpiece.json"));

    @Test
    void givesTheIdsAndTextOfHuggingFace() {
        assertThat(OURS).isInstanceOf(WordPieceTokenizer.class);
        var samples = Fixtures.samples();
        var plain = Fixtures.ids("wordpiece", "plain");
        var specials = Fixtures.ids("wordpiece", "specials");
        var decoded = Fixtures.decoded("wordpiece");
        for (int i = 0; i < samples.size(); i++) {
            assertThat(OURS.encode(samples.get(i))).as(samples.get(i)).isEqualTo(plain.get(i));
            assertThat(OURS.encodeWithSpecials(samples.get(i))).as(samples.get(i)).isEqualTo(specials.get(i));
            assertThat(OURS.decode(specials.get(i))).as(samples.get(i)).isEqualTo(decoded.get(i));
        }
    }

    @Property(tries = 1_000)
    void agreesWithHuggingFace(@ForAll @Chars({'a', 'b', 'o', 't', 's', 'e', 'E', 'É', '\u0301', '\u0327', ' ', '\n', '\u00a0', '\u3000',
            '.',
            ',', '$', '\'', '-', '«', '…', '灯', '등', '\u0130', '\u0000', '\u0085', '\u200b', '\ufffd', 'ß', 'Σ', '1', '½'}) String text) {
        assertThat(OURS.encode(text)).isEqualTo(THEIRS.encode(text));
    }

    @Test
    void plainTextNeverBecomesASpecialToken() {
        assertThat(OURS.encode("[CLS] a [SEP]")).doesNotContain(OURS.id("[CLS]").orElseThrow(), OURS.id("[SEP]").orElseThrow());
        assertThat(OURS.encodeWithSpecials("[CLS] a")).contains(OURS.id("[CLS]").orElseThrow());
    }

    @Test
    void piecesSpellTheirBytes() {
        assertThat(new String(OURS.decodeBytes(OURS.encode("the lighthouses")), StandardCharsets.UTF_8)).isEqualTo(" the lighthouses");
        assertThat(OURS.encode("the boats ".repeat(5_000))).hasSizeGreaterThanOrEqualTo(10_000);
    }

    @Test
    void longWordsAreUnknownAsAWhole() {
        int unknown = OURS.id("[UNK]").orElseThrow();
        assertThat(OURS.encode("a".repeat(101))).containsExactly(unknown);
        assertThat(OURS.encode("a".repeat(100))).hasSizeGreaterThan(1);
    }

    @Test
    void thePostProcessorIsTheFrame(@TempDir Path folder) throws Exception {
        var json = Fixtures.text("wordpiece.json");
        int cls = OURS.id("[CLS]").orElseThrow();
        int sep = OURS.id("[SEP]").orElseThrow();
        assertThat(OURS.encodeFramed("the boats")).isEqualTo(OURS.encode("the boats"));
        for (var processor : new String[]{
                "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\"," + sep + "],\"cls\":[\"[CLS]\"," + cls + "]}",
                "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"[CLS]\",\"type_id\":0}},"
                        + "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},{\"SpecialToken\":{\"id\":\"[SEP]\",\"type_id\":0}}],"
                        + "\"special_tokens\":{\"[CLS]\":{\"ids\":[" + cls + "]},\"[SEP]\":{\"ids\":[" + sep + "]}}}"}) {
            var file = Files.writeString(folder.resolve("tokenizer.json"), json.replace("\"post_processor\":null", "\"post_processor\":"
                    + processor));
            var framed = Tokenizer.load(file).encodeFramed("the boats");
            assertThat(framed).startsWith(cls).endsWith(sep).hasSize(OURS.encode("the boats").length + 2);
        }
        var file = Files.writeString(folder.resolve("tokenizer.json"), json.replace("\"post_processor\":null",
                "\"post_processor\":{\"type\":\"BertProcessing\",\"sep\":[\"x\",99999],\"cls\":[\"y\",1]}"));
        assertThatThrownBy(() -> Tokenizer.load(file)).isInstanceOf(UserError.class).hasMessageContaining("99999");
    }
}
