package org.lyceum.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;

class CorpusTest {
    @TempDir
    Path folder;

    @Test
    void textFilesAreDocumentsKeptCharacterForCharacter() throws IOException {
        write("b.txt", "one\r\n\r\ntwo  \n\n\n");
        write("a.md", "# Ünï — 𝄞\n");
        write(".hidden.txt", "no");
        write("c.png", "no");
        Files.createDirectories(folder.resolve(".git"));
        write(".git/x.txt", "no");
        Files.createDirectories(folder.resolve("z"));
        write("z/d.txt", "\uFEFFlast");

        assertThat(texts(folder.toString(), CorpusConfig.DEFAULT)).containsExactly("# Ünï — 𝄞\n", "one\r\n\r\ntwo  \n\n\n", "last");
    }

    @Test
    void longFilesAreCutAtBlankLinesAndNothingIsLost() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; text.length() < TextReader.WHOLE_FILE_CHARS + 1; i++) {
            text.append("Paragraph ").append(i).append(" of a longer story.\nIt has two lines.\n\n");
        }
        write("story.txt", text.toString());

        var documents = texts(file("story.txt"), CorpusConfig.DEFAULT);

        assertThat(documents).hasSizeGreaterThan(60);
        assertThat(documents.subList(0, documents.size() - 1)).allMatch(d -> d.startsWith("Paragraph") && d.endsWith("\n\n"))
                .allMatch(d -> d.length() >= 4000 && d.length() <= 4096);
        assertThat(String.join("", documents)).isEqualTo(text.toString());
        assertThat(texts(file("story.txt"), CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.FILE))).containsExactly(text.toString());
        assertThat(texts(file("story.txt"), CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.LINE)).get(1))
                .isEqualTo("It has two lines.\n");
        assertThat(texts(file("story.txt"), CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.PARAGRAPH)).getFirst())
                .isEqualTo("Paragraph 0 of a longer story.\nIt has two lines.\n\n");
    }

    @Test
    void jsonLinesGiveTheirField() throws IOException {
        write("a.jsonl", "{\"text\": \"one\\nmore\", \"n\": 1}\n\n{\"n\": 2, \"text\": \"\"}\n{\"text\":\"\\ud834\\udd1e\"}");

        var documents = Corpus.open(file("a.jsonl")).stream().toList();

        assertThat(documents).extracting(Document::text).containsExactly("one\nmore", "𝄞");
        assertThat(documents).extracting(Document::source).containsExactly(file("a.jsonl") + ":1", file("a.jsonl") + ":4");
    }

    @Test
    void jsonLinesThatCannotBeReadNameTheLine() throws IOException {
        write("a.jsonl", "{\"text\": \"one\"}\n{\"txt\": \"two\"}\n");
        write("b.jsonl", "{\"text\": \"one\"}\n{\"text\": 3}\n");
        write("c.jsonl", "{\"text\": \"one\"\n");
        write("d.jsonl", "[1]\n");
        write("e.jsonl", "{\"text\": \"\\ud834 alone\"}\n");

        fails("a.jsonl").hasMessageContaining("no field 'text' on line 2").hasMessageContaining("did you mean 'txt'");
        fails("b.jsonl").hasMessageContaining("'text' on line 2 is not a string");
        fails("c.jsonl").hasMessageContaining("not valid JSON on line 1");
        fails("d.jsonl").hasMessageContaining("one JSON object a line").hasMessageContaining("line 1");
        fails("e.jsonl").hasMessageContaining("surrogate").hasMessageContaining("line 1");
    }

    @Test
    void tablesGiveTheirColumn() throws IOException {
        write("a.csv", "id,text\r\n1,\"one, \"\"quoted\"\"\nover lines\"\r\n2,\r\n3, two \r\n");
        write("b.tsv", "text\tid\none\t1\ntwo\t2\n");

        assertThat(texts(file("a.csv"), CorpusConfig.DEFAULT)).containsExactly("one, \"quoted\"\nover lines", " two ");
        assertThat(texts(file("b.tsv"), CorpusConfig.DEFAULT)).containsExactly("one", "two");
        assertThat(texts(file("b.tsv"), CorpusConfig.DEFAULT.withColumn("id"))).containsExactly("1", "2");
    }

    @Test
    void tablesThatCannotBeReadSaySo() throws IOException {
        write("a.csv", "id,texts\n1,x\n");
        write("b.csv", "\nid,text\n\n1,x\n2\n");
        write("c.csv", "id,text\n1,\"never closed\n");

        fails("a.csv").hasMessageContaining("no column 'text'").hasMessageContaining("did you mean 'texts'");
        fails("b.csv").hasMessageContaining("line 5").hasMessageContaining("'text'");
        fails("c.csv").hasMessageContaining("quote");
    }

    @Test
    void compressedFilesAreReadAsIfTheyWereNot() throws IOException {
        Files.write(folder.resolve("a.txt.gz"), gzip("hello gzip"));
        Files.write(folder.resolve("b.jsonl.zst"), Zstd.compress(utf8("{\"text\":\"hello zstd\"}\n")));

        assertThat(texts(folder.toString(), CorpusConfig.DEFAULT)).containsExactly("hello gzip", "hello zstd");
    }

    @Test
    void damagedCompressedFilesAreSaidToBe() throws IOException {
        var text = "a text long enough to be cut ".repeat(50) + System.identityHashCode(this);
        var gz = gzip(text);
        var zst = Zstd.compress(utf8(text));
        Files.write(folder.resolve("short.txt.gz"), Arrays.copyOf(gz, gz.length - 12));
        Files.write(folder.resolve("head.txt.gz"), Arrays.copyOf(gz, 5));
        Files.write(folder.resolve("short.txt.zst"), Arrays.copyOf(zst, zst.length - 12));
        Files.write(folder.resolve("not.txt.gz"), utf8("plain text"));
        Files.write(folder.resolve("not.txt.zst"), utf8("plain text"));

        fails("short.txt.gz").hasMessageContaining("cut short");
        fails("head.txt.gz").hasMessageContaining("gzip");
        fails("short.txt.zst").hasMessageContaining("cut short");
        fails("not.txt.gz").hasMessageContaining("not a gzip file");
        fails("not.txt.zst").hasMessageContaining("damaged");
    }

    @Test
    void whatIsNotUtf8IsRefusedWithItsOffset() throws IOException {
        Files.write(folder.resolve("latin.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(folder.resolve("cut.txt"), Arrays.copyOf(utf8("abc€"), 5));
        Files.write(folder.resolve("nul.txt"), new byte[]{'a', 'b', 0, 'c'});
        Files.write(folder.resolve("wide.txt"), "\uFEFFhi".getBytes(StandardCharsets.UTF_16LE));
        var far = "x".repeat(100_000) + "é";
        Files.write(folder.resolve("far.txt.gz"), gzip(far.getBytes(StandardCharsets.ISO_8859_1)));
        write("notes.csv", "text\nok\n");
        Files.write(folder.resolve("bad.csv"), "text\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        fails("latin.txt").hasMessageContaining("latin.txt is not valid UTF-8 at byte offset 3 (0xE9)");
        fails("cut.txt").hasMessageContaining("byte offset 3");
        fails("nul.txt").hasMessageContaining("zero byte at byte offset 2");
        fails("wide.txt").hasMessageContaining("UTF-16").hasMessageContaining("convert it");
        fails("far.txt.gz").hasMessageContaining("byte offset 100000 of the decompressed data");
        fails("bad.csv").hasMessageContaining("byte offset 8");
    }

    @Test
    void whatCannotBeFoundOrNamedIsRefusedAtOnce() throws IOException {
        write("a.parquet", "x");
        Files.createDirectories(folder.resolve("empty"));

        assertThatThrownBy(() -> Corpus.open(file("missing.txt"))).isInstanceOf(UserError.class).hasMessageContaining("missing.txt");
        assertThatThrownBy(() -> Corpus.open(file("a.parquet"))).isInstanceOf(UserError.class).hasMessageContaining(".jsonl");
        assertThatThrownBy(() -> Corpus.open(file("empty"))).isInstanceOf(UserError.class).hasMessageContaining("nothing to read");
        assertThatThrownBy(() -> Corpus.open(List.of(), CorpusConfig.DEFAULT)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> Corpus.open("a\0b")).isInstanceOf(UserError.class);
        Files.createSymbolicLink(folder.resolve("empty/round"), folder);
        assertThatThrownBy(() -> Corpus.open(folder.toString())).isInstanceOf(UserError.class).hasMessageContaining("leads back");
    }

    @Test
    void noTextAtAllIsRefused() throws IOException {
        write("a.txt", "");
        write("b.jsonl", "{\"text\":\"\"}\n");
        Files.write(folder.resolve("c.txt.gz"), gzip(""));

        fails("a.txt").hasMessageContaining("no text");
        fails("b.jsonl").hasMessageContaining("no text");
        fails("c.txt.gz").hasMessageContaining("no text");
        write("d.txt", "x");
        assertThat(texts(folder.toString(), CorpusConfig.DEFAULT)).containsExactly("x");
    }

    /** Each format of the readers, each plain and compressed, by its name alone. */
    @ParameterizedTest
    @CsvSource({"txt", "md", "jsonl", "ndjson", "csv", "tsv"})
    void everyFormatIsReadPlainAndCompressed(String format) throws IOException {
        var content = utf8(switch (format) {
            case "jsonl", "ndjson" -> "{\"id\": 1, \"text\": \"one, é\"}\n";
            case "csv" -> "id,text\n1,\"one, é\"\n";
            case "tsv" -> "id\ttext\n1\tone, é\n";
            default -> "one, é";
        });
        Files.write(folder.resolve("a." + format), content);
        Files.write(folder.resolve("b." + format.toUpperCase(Locale.ROOT) + ".gz"), gzip(content));
        Files.write(folder.resolve("c." + format + ".zst"), Zstd.compress(content));

        assertThat(texts(folder.toString(), CorpusConfig.DEFAULT)).containsExactly("one, é", "one, é", "one, é");
    }

    @Test
    void severalFramesAndLongWindowsAreRead() throws IOException {
        Files.write(folder.resolve("a.txt.gz"), concat(gzip("one "), gzip("two")));
        // By RFC 8878: magic number, no content size, a window of 2^28 bytes, then one last raw block of three bytes.
        byte[] wide = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (28 - 10 << 3), 3 << 3 | 1, 0, 0, 's', 'i', 'x'};
        Files.write(folder.resolve("b.txt.zst"), concat(Zstd.compress(utf8("five ")), wide));

        assertThat(texts(folder.toString(), CorpusConfig.DEFAULT)).containsExactly("one two", "five six");
    }

    @Test
    void compressedDataUnderAPlainNameIsToldApartFromBadEncoding() throws IOException {
        Files.write(folder.resolve("a.txt"), gzip("text"));
        Files.write(folder.resolve("b.jsonl"), Zstd.compress(utf8("{}")));

        fails("a.txt").hasMessage(file("a.txt") + " is compressed data and not text; decompress it, or give it a name that ends in .gz.");
        fails("b.jsonl").hasMessageContaining("ends in .zst");
    }

    /** A file that loses its end between two reads of it: the sentence is the same for every format, and comes once. */
    @ParameterizedTest
    @CsvSource({"txt", "jsonl", "csv"})
    void aFileCutShortWhileItIsReadIsNamed(String format) throws IOException {
        var row = format.equals("jsonl") ? "{\"text\": \"a row of some length\"}\n" : "a row of some length\n";
        write("a." + format, (format.equals("csv") ? "text\n" : "") + row.repeat(100_000));
        var documents = Corpus.open(List.of(file("a." + format)), CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.LINE)).iterator();
        documents.next();
        try (var channel = FileChannel.open(folder.resolve("a." + format), StandardOpenOption.WRITE)) {
            channel.truncate(1_000_000);
        }

        assertThatThrownBy(() -> documents.forEachRemaining(_ -> {
        })).isInstanceOf(UserError.class)
                .hasMessage(
                        file("a." + format) + " changed while the data were being read; run the command again when it is written whole.");
    }

    @Test
    void aCompressedFileCutShortWhileItIsReadIsNamed() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            text.append(Seeds.mix(i)).append('\n');
        }
        var lines = CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.LINE);
        Files.write(folder.resolve("a.txt.gz"), gzip(text.toString()));
        Files.write(folder.resolve("b.txt.zst"), Zstd.compress(utf8(text.toString())));
        for (var name : List.of("a.txt.gz", "b.txt.zst")) {
            var documents = Corpus.open(List.of(file(name)), lines).iterator();
            documents.next();
            try (var channel = FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() / 2);
            }
            assertThatThrownBy(() -> documents.forEachRemaining(_ -> {
            })).isInstanceOf(UserError.class).hasMessage(
                    file(name) + " is cut short: the compressed data end too early; download or compress it again.");
        }
    }

    @Test
    void aFileThatVanishesWhileItIsReadIsReadToItsEnd() throws IOException {
        write("a.txt", "a row\n".repeat(100_000));
        var documents = Corpus.open(List.of(file("a.txt")), CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.LINE)).iterator();
        documents.next();
        Files.delete(folder.resolve("a.txt"));
        int rest = 0;
        for (; documents.hasNext(); documents.next()) {
            rest++;
        }
        assertThat(rest).isEqualTo(99_999);
    }

    @Test
    void aFileRewrittenAtTheSameLengthIsNoticed() throws IOException {
        write("a.txt", "one");
        Files.setLastModifiedTime(folder.resolve("a.txt"), FileTime.fromMillis(1_000_000));
        var corpus = Corpus.open(file("a.txt"));
        write("a.txt", "two");
        assertThatThrownBy(() -> corpus.iterator().next()).isInstanceOf(UserError.class).hasMessageContaining("a.txt changed");
    }

    @Test
    void aFileThatVanishesOrChangesMidwayIsNamed() throws IOException {
        write("a.txt", "one");
        write("b.txt", "two");
        write("c.txt", "three");
        var corpus = Corpus.open(folder.toString());
        var documents = corpus.iterator();
        documents.next();
        Files.delete(folder.resolve("b.txt"));
        assertThatThrownBy(documents::next).isInstanceOf(UserError.class).hasMessageContaining("b.txt vanished");

        write("b.txt", "longer than it was");
        assertThatThrownBy(() -> corpus.forEach(_ -> {
        })).isInstanceOf(UserError.class).hasMessageContaining("b.txt changed");
    }

    @Test
    void theFingerprintFollowsTheFilesAndTheConfiguration() throws IOException {
        write("a.txt", "one");
        var before = Corpus.open(file("a.txt")).fingerprint();
        assertThat(Corpus.open(file("a.txt")).fingerprint()).isEqualTo(before);
        assertThat(Corpus.open(List.of(file("a.txt")), CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.LINE)).fingerprint())
                .isNotEqualTo(before);
        write("a.txt", "three");
        assertThat(Corpus.open(file("a.txt")).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void standardInputCanBeReadTwice() {
        var terminal = System.in;
        try {
            System.setIn(new ByteArrayInputStream(utf8("from a pipe")));
            var corpus = Corpus.open("-");
            assertThat(corpus.stream().map(Document::text)).containsExactly("from a pipe");
            assertThat(corpus.stream().map(Document::text)).containsExactly("from a pipe");
        } finally {
            System.setIn(terminal);
        }
    }

    @Test
    void wordNetReadsLikeADictionary() {
        var documents = new ArrayList<String>();
        long bytes = 0;
        for (var document : Corpus.open("wordnet")) {
            documents.add(document.text());
            bytes += utf8(document.text()).length;
        }
        assertThat(documents).hasSize(117_791).allSatisfy(d -> assertThat(d).endsWith("\n").contains("): ").doesNotContain("_", "`"));
        assertThat(bytes).isBetween(8_500_000L, 13_000_000L);
        assertThat(new HashSet<>(documents)).hasSizeGreaterThan(117_000);
        assertThat(documents).contains("entity (noun): that which is perceived or known or inferred to have its own distinct existence "
                + "(living or nonliving).\n",
                "choke (verb): breathe with great difficulty, as when experiencing a strong emotion. \"She choked with emotion when she "
                        + "spoke about her deceased husband\".\n",
                "able (adjective): (usually followed by 'to') having the necessary means or skill or know-how or authority to do "
                        + "something. \"able to swim\". \"she was able to program her computer\". \"we were at last able to buy a car\". "
                        + "\"able to get a grant for the project\".\n");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> fails(String name) {
        return assertThatThrownBy(() -> texts(file(name), CorpusConfig.DEFAULT)).isInstanceOf(UserError.class);
    }

    private static List<String> texts(String source, CorpusConfig config) {
        return Corpus.open(List.of(source), config).stream().map(Document::text).toList();
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] gzip(String text) throws IOException {
        return gzip(utf8(text));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
