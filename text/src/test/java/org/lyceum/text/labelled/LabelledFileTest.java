package org.lyceum.text.labelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;

class LabelledFileTest {
    private static final LabelledConfig PAIRS = LabelledConfig.DEFAULT.withColumns("a", "b", "label");

    @TempDir
    private Path temporary;

    private Path file(String name, String text) {
        try {
            return Files.writeString(temporary.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void linesBeginWithTheirLabel() {
        assertThat(LabelledFile.read(file("sst.train", "1 a fine film\n\n0\tnot  so good \r\n"), LabelledConfig.DEFAULT))
                .containsExactly(new Example("a fine film", null, "1", 1), new Example("not  so good", null, "0", 3));
    }

    @Test
    void tablesAndObjectsNameTheirColumns() {
        var wanted = List.of(new Example("say \"x\"", "y", "1", 2), new Example("z", "", "0", 3));
        assertThat(LabelledFile.read(file("t.tsv", "id\ta\tlabel\tb\r\n7\tsay \"x\"\t1\ty\r\n8\tz\t0\t\r\n"), PAIRS)).isEqualTo(wanted);
        assertThat(LabelledFile.read(file("t.csv", "a,b,label\n\"say \"\"x\"\"\",y,1\nz,,0\n"), PAIRS)).isEqualTo(wanted);
        assertThat(LabelledFile.read(
                file("t.json", "\n{\"a\":\"say \\\"x\\\"\",\"b\":\"y\",\"label\":1}\n{\"label\":0,\"a\":\"z\",\"b\":\"\"}"),
                PAIRS)).isEqualTo(wanted);
    }

    @Test
    void otherCharsetsAreNamed() throws IOException {
        var file = temporary.resolve("mr.all");
        Files.write(file, "0 x\n1 crème\n".getBytes(Charset.forName("windows-1252")));
        assertThat(LabelledFile.read(file, LabelledConfig.DEFAULT.withCharset("windows-1252")).get(1).text()).isEqualTo("crème");
        assertThatThrownBy(() -> LabelledFile.read(file, LabelledConfig.DEFAULT)).isInstanceOf(UserError.class)
                .hasMessageContaining("not utf-8 text on line 2");
        assertThatThrownBy(() -> LabelledFile.read(file, LabelledConfig.DEFAULT.withCharset("utf8000"))).isInstanceOf(UserError.class)
                .hasMessageContaining("no charset 'utf8000'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "x.txt | '1 good\n0\n' | line 2 holds '0' alone",
            "x.txt | '\n \n' | holds no examples",
            "x.tsv | 'a\tlabel\nx\t1\n' | no column 'b'",
            "x.tsv | 'a\tb\tlable\nx\ty\t1\n' | did you mean 'lable'?",
            "x.tsv | 'a\tb\tlabel\nx\ty\t1\nx\ty\n' | line 3 has 2 columns",
            "x.csv | 'a,b,label\nx,y,1\n\nx,y,\n' | line 4 has no label",
            "x.csv | 'a,b,label\n\"x\n' | stray or missing quote",
            "x.jsonl | '{\"a\":\"x\",\"b\":\"y\",\"label\":\"1\"}\n{\"a\":\"x\",\"b\":\"y\"}' | no field 'label' on line 2",
            "x.jsonl | '{\"a\":[1],\"b\":\"y\",\"label\":\"1\"}' | neither a text nor a number",
            "x.jsonl | '{\"a\":' | not valid JSON on line 1",
            "x.jsonl | '[]' | line 1 is something else"})
    void whatCannotBeReadIsSaidWithItsLine(String name, String text, String sentence) {
        var config = name.equals("x.txt") ? LabelledConfig.DEFAULT : PAIRS;
        assertThatThrownBy(() -> LabelledFile.read(file(name, text), config)).isInstanceOf(UserError.class).hasMessageContaining(sentence);
    }

    @Test
    void linesHoldNoPairs() {
        assertThatThrownBy(() -> LabelledFile.read(file("x.txt", "1 a"), PAIRS)).isInstanceOf(UserError.class)
                .hasMessageContaining("no 'b'");
        assertThatThrownBy(() -> LabelledFile.read(temporary.resolve("none"), PAIRS)).isInstanceOf(UserError.class)
                .hasMessageContaining("no file");
    }

    @Test
    void labelsAreOrderedAndStrangersRefused() {
        assertThat(Labels.of(List.of("10", "9", "b", "a", "9")).names()).containsExactly("9", "10", "a", "b");
        var labels = Labels.of(List.of("negative", "positive"));
        assertThat(labels.id("positive", "x")).isEqualTo(1);
        assertThatThrownBy(() -> labels.id("positiv", "dev.txt: line 7")).isInstanceOf(UserError.class)
                .hasMessage("dev.txt: line 7 has the label 'positiv', which the training data lack; did you mean 'positive'?");
        assertThatThrownBy(() -> Labels.of(List.of("a", "a"))).isInstanceOf(UserError.class).hasMessageContaining("only the label [a]");
        assertThatThrownBy(() -> new Labels(List.of("a", "a"))).isInstanceOf(UserError.class).hasMessageContaining("named twice");
    }

    @Test
    void taggedSentences() {
        var read = TaggedSentence.read(file("x.conll", "-DOCSTART- O\n\nAnna\tNNP\tB-PER\nsleeps\tVB\tO\n\n\nYes O"));
        assertThat(read).containsExactly(new TaggedSentence(List.of("Anna", "sleeps"), List.of("B-PER", "O"), 3),
                new TaggedSentence(List.of("Yes"), List.of("O"), 7));
        assertThatThrownBy(() -> TaggedSentence.read(file("y.conll", "Anna B\nsleeps\n"))).isInstanceOf(UserError.class)
                .hasMessageContaining("line 2 holds the word 'sleeps' without a tag");
        assertThatThrownBy(() -> TaggedSentence.read(file("z.conll", "\n"))).isInstanceOf(UserError.class)
                .hasMessageContaining("no tagged");
    }

    @Test
    void questions() {
        var read = Question.read(file("q.jsonl", """
                {"question": "Who?", "context": "Anna met Anna.", "answer": "Anna", "answer_start": 9}

                {"question": "Who?", "context": "Anna met Anna.", "answer": "Anna"}
                """));
        assertThat(read).containsExactly(new Question("Who?", "Anna met Anna.", 9, 13, 1), new Question("Who?", "Anna met Anna.", 0, 4, 3));
        assertThat(read.getFirst().answer()).isEqualTo("Anna");
        for (var bad : List.of("\"answer\":\"Bob\"", "\"answer\":\"Anna\",\"answer_start\":1", "\"answer\":\"\"")) {
            assertThatThrownBy(() -> Question.read(file("b.jsonl", "{\"question\":\"?\",\"context\":\"Anna\"," + bad + "}")))
                    .isInstanceOf(UserError.class).hasMessageContaining("on line 1 does not stand in its context");
        }
    }

    @Property(tries = 50)
    void whatIsWrittenAsLinesIsReadBack(@ForAll @Size(min = 1, max = 20) List<@AlphaChars @NotEmpty String> words) throws IOException {
        var path = Files.createTempFile("labelled", ".txt");
        try {
            var text = String.join(" ", words);
            Files.write(path, ("7 " + text + "\n").repeat(3).getBytes(StandardCharsets.UTF_8));
            assertThat(LabelledFile.read(path, LabelledConfig.DEFAULT)).extracting(Example::text).containsExactly(text, text, text);
        } finally {
            Files.delete(path);
        }
    }
}
