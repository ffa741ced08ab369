package org.lyceum.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

class ReadersPropertyTest {
    @Provide
    Arbitrary<String> prose() {
        return Arbitraries.of("a", "word", " ", "  ", "\n", "\n\n", "\r\n", "\t", "é", "𝄞", ".").list().ofMaxSize(200)
                .map(l -> String.join("", l));
    }

    /** Whatever the cut, the pieces put together are the text, and do not depend on how it arrived. */
    @Property(tries = 500)
    void piecesPutTogetherAreTheText(@ForAll("prose") String text, @ForAll TextCutter.Cut cut,
            @ForAll @IntRange(min = 2, max = 40) int size,
            @ForAll @IntRange(min = 1, max = 50) int block) {
        var pieces = pieces(new TextCutter(new Trickle(text, block), cut, size, "text"));

        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).doesNotContain("");
        assertThat(pieces).isEqualTo(pieces(new TextCutter(new Trickle(text, 1_000_000), cut, size, "text")));
        if (cut == TextCutter.Cut.SIZE) {
            assertThat(pieces).allSatisfy(p -> {
                assertThat(p.length()).isLessThanOrEqualTo(size);
                assertThat(Character.isHighSurrogate(p.charAt(p.length() - 1))).isFalse();
            });
        }
        if (cut == TextCutter.Cut.NOWHERE) {
            assertThat(pieces.size()).isLessThanOrEqualTo(1);
        }
        if (cut == TextCutter.Cut.LINE) {
            assertThat(pieces).isEqualTo(slowLines(text));
        }
    }

    /** The strict decoder of the JDK is the oracle; zero bytes and byte-order marks are ours. */
    @Property(tries = 2000)
    void bytesAreReadAsStrictUtf8OrRefused(@ForAll("bytes") byte[] bytes, @ForAll @IntRange(min = 1, max = 9) int room) throws IOException {
        @Nullable
        String expected = null;
        try {
            expected = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            // stays null
        }
        @Nullable
        String read = null;
        try {
            read = readAll(new Utf8Reader(slow(bytes), "x", false), room);
        } catch (UserError e) {
            assertThat(e.getMessage()).startsWith("x is ").containsAnyOf("byte offset", "UTF-16", "compressed");
        }
        if (expected == null || expected.indexOf('\0') >= 0) {
            assertThat(read).isNull();
        } else {
            assertThat(read).isEqualTo(expected.startsWith("\uFEFF") ? expected.substring(1) : expected);
        }
    }

    @Provide
    Arbitrary<byte[]> bytes() {
        var pieces = Arbitraries.of(new byte[]{'a'}, "é".getBytes(StandardCharsets.UTF_8), "𝄞".getBytes(StandardCharsets.UTF_8),
                "\uFEFF".getBytes(StandardCharsets.UTF_8), new byte[]{(byte) 0xE2, (byte) 0x82}, new byte[]{0},
                new byte[]{(byte) 0xFF, (byte) 0xFE},
                "text of some length".getBytes(StandardCharsets.UTF_8), new byte[]{(byte) 0xED, (byte) 0xA0, (byte) 0x80});
        return Arbitraries
                .frequencyOf(Tuple.of(5, pieces),
                        Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(3)))
                .list()
                .ofMaxSize(8)
                .map(list -> {
                    int n = list.stream().mapToInt(b -> b.length).sum();
                    var all = ByteBuffer.allocate(n);
                    list.forEach(all::put);
                    return all.array();
                });
    }

    /** JSON lines and tables of any content are read or refused with a sentence, never with another exception. */
    @Property(tries = 1000)
    void rowsAreReadOrRefused(@ForAll("rows") String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        try (var json = new JsonLinesReader(new Utf8Reader(slow(bytes), "x", false), "x", "text");
                var table = new TableReader(new Utf8Reader(slow(bytes), "x", false), "x", ',', "text")) {
            drain(json);
            drain(table);
        }
    }

    @Provide
    Arbitrary<String> rows() {
        return Arbitraries.of("text", ",", "\"", "\n", "\r", "{", "}", "{\"text\":\"a\"}", ":", "[", "\\u", "1", "null", " ", "id,text\n")
                .list()
                .ofMaxSize(20)
                .map(l -> String.join("", l));
    }

    private static void drain(DocumentReader reader) {
        try {
            while (reader.next() != null) {
                continue;
            }
        } catch (UserError e) {
            assertThat(e.getMessage()).startsWith("x").matches("(?s).*[.?]").doesNotContain("Exception");
        }
    }

    private static List<String> pieces(TextCutter cutter) {
        var pieces = new ArrayList<String>();
        for (var piece = cutter.next(); piece != null; piece = cutter.next()) {
            pieces.add(piece);
        }
        return pieces;
    }

    private static List<String> slowLines(String text) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (char c : text.toCharArray()) {
            line.append(c);
            if (c == '\n') {
                lines.add(line.toString());
                line.setLength(0);
            }
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    private static String readAll(Reader reader, int room) throws IOException {
        var all = new StringBuilder();
        var block = new char[room];
        for (int n = reader.read(block, 0, room); n >= 0; n = reader.read(block, 0, room)) {
            all.append(block, 0, n);
        }
        return all.toString();
    }

    /** Gives one byte at a time. */
    private static InputStream slow(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(1, length));
            }
        };
    }

    /** Gives at most {@code block} characters at a time. */
    private static final class Trickle extends Reader {
        private final String text;
        private final int block;
        private int at;

        Trickle(String text, int block) {
            this.text = text;
            this.block = block;
        }

        @Override
        public int read(char[] target, int offset, int length) {
            if (at == text.length()) {
                return -1;
            }
            int n = Math.min(Math.min(block, length), text.length() - at);
            text.getChars(at, at + n, target, offset);
            at += n;
            return n;
        }

        @Override
        public void close() {
        }
    }
}
