package org.lyceum.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class ParallelTextTest {
    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void linesBelongTogetherByTheirNumber() throws IOException {
        var text = ParallelText.read(file("a.en", "One.\n\nThree\r\n"), file("a.de", "Eins.\nZwei\nDrei\rhalb"));
        assertThat(text.sources()).containsExactly("One.", "", "Three");
        assertThat(text.targets()).containsExactly("Eins.", "Zwei", "Drei\rhalb");
        assertThat(text.lowerCased().targets()).containsExactly("eins.", "zwei", "drei\rhalb");
    }

    @Test
    void compressedFilesAreRead() throws IOException {
        var packed = folder.resolve("a.en.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("One\nTwo\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(ParallelText.read(packed, file("a.de", "Eins\nZwei")).sources()).containsExactly("One", "Two");
    }

    @Test
    void filesThatDoNotMatchNameTheLine() throws IOException {
        var three = file("three.en", "a\nb\nc\n");
        var two = file("two.de", "a\nb\n");
        assertThatThrownBy(() -> ParallelText.read(three, two)).isInstanceOf(UserError.class)
                .hasMessageContaining("two.de ends after line 2")
                .hasMessageContaining("three.en goes on with line 3");
        assertThatThrownBy(() -> ParallelText.read(two, three)).isInstanceOf(UserError.class)
                .hasMessageContaining("two.de ends after line 2");
    }

    @Test
    void whatCannotBeReadIsAUserError() throws IOException {
        var good = file("good", "a\n");
        assertThatThrownBy(() -> ParallelText.read(folder.resolve("none"), good)).isInstanceOf(UserError.class)
                .hasMessageContaining("no file");
        assertThatThrownBy(() -> ParallelText.read(folder, good)).isInstanceOf(UserError.class).hasMessageContaining("not a file");
        assertThatThrownBy(() -> ParallelText.read(file("empty", ""), file("void", ""))).isInstanceOf(UserError.class)
                .hasMessageContaining("are empty");
        Files.write(folder.resolve("latin"), new byte[]{'a', (byte) 0xE4, '\n'});
        assertThatThrownBy(() -> ParallelText.read(good, folder.resolve("latin"))).isInstanceOf(UserError.class)
                .hasMessageContaining("not valid UTF-8");
    }

    /** Whatever is in the lines: as many come back as were written, in their order. */
    @Property(tries = 100)
    void linesComeBack(@ForAll List<String> written) throws IOException {
        var lines = written.stream().map(line -> new String(line.replace("\n", "").replace("\0", "").replaceAll("\r$", "")
                .getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replace("\r", "")).toList();
        var temporary = Files.createTempFile("lines", ".txt");
        try {
            Files.writeString(temporary, "first\n" + String.join("", lines.stream().map(line -> line + "\n").toList()));
            var read = ParallelText.read(temporary, temporary);
            assertThat(read.sources().subList(1, read.size())).isEqualTo(lines);
        } finally {
            Files.delete(temporary);
        }
    }
}
