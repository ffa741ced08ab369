package org.lyceum.text.words;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.lyceum.foundation.IoErrors;
import org.lyceum.text.corpus.Document;

/**
 * A corpus as numbers of words, line after line, in a temporary file that is mapped into memory: text is read and looked up once, however
 * often and on however many threads it is gone through, and what it takes is the page cache's. Words outside the vocabulary are left out,
 * lines without words too; lines are cut after {@link #LONGEST_LINE} words.
 */
public final class WordIds implements AutoCloseable {
    /** Words of a line at most, as in gensim and word2vec's neighbours; a text without line ends is still cut somewhere. */
    public static final int LONGEST_LINE = 10_000;

    private static final int END = -1; // closes a line
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final Arena arena;
    private final MemorySegment ids; // i32, little-endian
    private final long words;

    private WordIds(Path file, Arena arena, MemorySegment ids, long words) {
        this.file = file;
        this.arena = arena;
        this.ids = ids;
        this.words = words;
    }

    /** Encodes {@code documents}. Throws {@link org.lyceum.foundation.UserError} where the temporary file cannot be written. */
    @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
    public static WordIds encode(Iterable<Document> documents, WordSplit split, WordVocabulary vocabulary) {
        Path file;
        try {
            file = Files.createTempFile("lyceum-words-", ".ids");
        } catch (IOException e) {
            throw IoErrors.writing(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
        file.toFile().deleteOnExit();
        var arena = Arena.ofShared();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var writing = new Writing(channel, vocabulary);
            for (var document : documents) {
                document.text().lines().forEach(line -> {
                    split.words(line, writing::word);
                    writing.endLine();
                });
            }
            writing.flush();
            return new WordIds(file, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), writing.words);
        } catch (IOException e) {
            arena.close();
            deleteQuietly(file);
            throw IoErrors.writing(file, e);
        } catch (RuntimeException e) {
            arena.close();
            deleteQuietly(file);
            throw e;
        }
    }

    private static final class Writing {
        private final FileChannel channel;
        private final WordVocabulary vocabulary;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        private int inLine;
        private long words;

        Writing(FileChannel channel, WordVocabulary vocabulary) {
            this.channel = channel;
            this.vocabulary = vocabulary;
        }

        void word(String word) {
            int id = vocabulary.id(word);
            if (id >= 0) {
                put(id);
                words++;
                if (++inLine == LONGEST_LINE) {
                    endLine();
                }
            }
        }

        void endLine() {
            if (inLine > 0) {
                put(END);
                inLine = 0;
            }
        }

        private void put(int id) {
            if (buffer.remaining() < Integer.BYTES) {
                flush();
            }
            buffer.putInt(id);
        }

        void flush() {
            buffer.flip();
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                throw IoErrors.writing(Path.of(System.getProperty("java.io.tmpdir")), e);
            }
            buffer.clear();
        }
    }

    /** Words in all lines. */
    public long words() {
        return words;
    }

    /** The lines of part {@code part} of {@code parts}: neighbouring ones, in order; all parts together are all lines, each once. */
    public Lines lines(int part, int parts) {
        long numbers = ids.byteSize() / Integer.BYTES;
        return new Lines(startAfter(numbers * part / parts), startAfter(numbers * (part + 1) / parts));
    }

    /** The first line that begins at {@code at} or later. */
    private long startAfter(long at) {
        long numbers = ids.byteSize() / Integer.BYTES;
        while (at > 0 && at < numbers && ids.getAtIndex(INT, at - 1) != END) {
            at++;
        }
        return at;
    }

    /** A stretch of lines being read; for one thread. */
    public final class Lines {
        private long at;
        private final long end;

        private Lines(long from, long end) {
            this.at = from;
            this.end = end;
        }

        /**
         * Reads the next line into {@code line}, which must take {@link #LONGEST_LINE}, and returns how many words it has, at least 1; 0 at
         * the end.
         */
        public int next(int[] line) {
            int n = 0;
            for (; at < end; at++) {
                int id = ids.getAtIndex(INT, at);
                if (id == END) {
                    at++;
                    break;
                }
                line[n++] = id;
            }
            return n;
        }
    }

    /** Lets go of the file and deletes it. */
    @Override
    public void close() {
        arena.close();
        deleteQuietly(file);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            return; // the system's own cleaning will find it
        }
    }
}
