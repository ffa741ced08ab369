package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.worlds.Export.Format;
import org.lyceum.worlds.Export.Plan;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.Teller.Switching;
import tools.jackson.databind.json.JsonMapper;

class ExportTest {
    private static final List<Document.Kind> KINDS = List.of(Document.Kind.values());

    private final World world = World.of(3, 40);

    @TempDir
    private Path folder;

    private Path write(Format format, Language language) {
        var file = folder.resolve(format + "." + language);
        long count = new Export(world, new Plan(language, new Style(2, 0), Order.CHRONOLOGICAL, Switching.SENTENCE, KINDS, 3, 0)).write(
                file,
                format);
        assertThat(count).isPositive();
        return file;
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void theSameArgumentsWriteTheSameBytes(Format format) throws IOException {
        var first = Files.readString(write(format, Language.ES));
        assertThat(Files.readString(write(format, Language.ES))).isEqualTo(first).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void ofAPairOneIsTrueAndOneIsFalse(Language language) throws IOException {
        var reader = new SentenceReader(world, language);
        for (var line : Files.readAllLines(write(Format.PAIRS, language))) {
            var pair = JsonMapper.shared().readTree(line);
            assertThat(reader.read(pair.get("sentence_good").asString()).orElseThrow().trueIn(world)).isTrue();
            assertThat(reader.read(pair.get("sentence_bad").asString()).orElseThrow().trueIn(world)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void whatIsRejectedIsNotWhatIsChosen(Language language) throws IOException {
        for (var line : Files.readAllLines(write(Format.PREFERENCES, language))) {
            var pair = JsonMapper.shared().readTree(line);
            assertThat(pair.get("chosen").asString()).isNotEqualTo(pair.get("rejected").asString());
        }
    }

    @Test
    void aPageStandsByItself() throws IOException {
        assertThat(Files.readString(write(Format.PAGE, Language.EN))).contains("<svg", "</svg>", "<details>", "SIBLING")
                .doesNotContain("http", "<script");
    }
}
