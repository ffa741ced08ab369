package org.lyceum.models.vectors;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of word vectors, as word2vec (Mikolov et al. 2013, {@code distance.c}) and gensim write and read them: text, a line with N and D and
 * then a line for each word ({@code .vec}, {@code .txt}, also {@code .gz}; GloVe's files have no first line); or the same line and then for
 * each word its bytes, a space and D floats in little-endian order ({@code .bin}). A word that comes twice counts the first time.
 */
public final class WordVectorFiles {
    private static final Logger LOG = LoggerFactory.getLogger(WordVectorFiles.class);
    private static final int MOST_DIMENSIONS = 100_000;
    private static final int LONGEST_WORD = 1 << 16; // bytes
    private static final int LONGEST_LINE = 1 << 24;

    private WordVectorFiles() {
    }

    /**
     * Reads a file of any of the kinds; {@code .bin} is binary, and where it is a {@linkplain FastTextFiles model of fastText's}, the vectors of
     * its words are taken. Throws {@link UserError} that says what is wrong with it, and where.
     */
    public static WordVectors read(Path path) {
        if (path.toString().endsWith(".bin") && FastTextFiles.isOne(path)) {
            return FastTextFiles.read(path).vectors();
        }
        try {
            var name = path.toString();
            try (var file = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
                    var in = name.endsWith(".gz") ? new BufferedInputStream(new GZIPInputStream(file, 1 << 16), 1 << 16) : file) {
                long bytes = name.endsWith(".gz") ? Long.MAX_VALUE : Files.size(path);
                var reading = new Reading(path, in, bytes);
                return name.replaceFirst("\\.gz$", "").endsWith(".bin") ? reading.binary() : reading.text();
            }
        } catch (ZipException e) {
            throw new UserError(path + " is not a gzip file, or is damaged; download it again.", e);
        } catch (EOFException e) {
            throw new UserError(path + " is cut short; download or write it again.", e);
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    /** Writes text that gensim opens; every float in as many digits as it needs to be read as itself. */
    public static void writeText(WordVectors vectors, Path path) {
        check(vectors);
        WholeFiles.write(path, out -> {
            out.write((vectors.size() + " " + vectors.dimensions() + "\n").getBytes(StandardCharsets.UTF_8));
            var line = new StringBuilder();
            for (int i = 0; i < vectors.size(); i++) {
                line.setLength(0);
                line.append(vectors.words().get(i));
                for (int k = 0; k < vectors.dimensions(); k++) {
                    line.append(' ').append(vectors.values()[i * vectors.dimensions() + k]);
                }
                out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    /** Writes word2vec's binary form. */
    public static void writeBinary(WordVectors vectors, Path path) {
        check(vectors);
        WholeFiles.write(path, raw -> {
            var out = new BufferedOutputStream(raw, 1 << 16);
            out.write((vectors.size() + " " + vectors.dimensions() + "\n").getBytes(StandardCharsets.UTF_8));
            var row = ByteBuffer.allocate(4 * vectors.dimensions()).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < vectors.size(); i++) {
                out.write(vectors.words().get(i).getBytes(StandardCharsets.UTF_8));
                out.write(' ');
                row.asFloatBuffer().put(vectors.values(), i * vectors.dimensions(), vectors.dimensions());
                out.write(row.array());
                out.write('\n');
            }
            out.flush();
        });
    }

    private static void check(WordVectors vectors) {
        vectors.words().stream().filter(word -> word.isEmpty() || word.chars().anyMatch(c -> c == ' ' || c == '\n')).findFirst()
                .ifPresent(word -> {
                    throw new UserError("The word '" + word + "' is empty or holds a space, which files of word vectors cannot hold.");
                });
    }

    /** One file being read. */
    private static final class Reading {
        private final Path path;
        private final InputStream in;
        private final long bytes; // all of the file's; the most there can be where that is not known
        private final List<String> words = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();
        private int dimensions;
        private float[] values = {};
        private int line;
        private long rows; // read so far, words that came before among them
        private boolean ended;

        Reading(Path path, InputStream in, long bytes) {
            this.path = path;
            this.in = in;
            this.bytes = bytes;
        }

        WordVectors text() throws IOException {
            var first = nextLine();
            if (first == null) {
                throw new UserError(path + " is empty; it should hold word vectors.");
            }
            var fields = first.strip().split(" +");
            long promised = -1;
            if (fields.length == 2 && fields[0].matches("[0-9]{1,18}") && fields[1].matches("[0-9]{1,9}")) {
                promised = Long.parseLong(fields[0]);
                header(promised, Integer.parseInt(fields[1]), 2);
            } else {
                header(0, fields.length - 1, 2);
                row(first);
            }
            for (var next = nextLine(); next != null; next = nextLine()) {
                if (!next.isBlank()) {
                    row(next);
                }
            }
            if (promised >= 0 && rows != promised) {
                throw new UserError(
                        path + " says that it holds " + promised + " words, but holds " + rows + "; it is cut short or damaged.");
            }
            return result();
        }

        WordVectors binary() throws IOException {
            var first = until('\n', 64);
            if (first == null || !first.strip().matches("[0-9]{1,18} +[0-9]{1,9}")) {
                throw new UserError(path + " does not begin with the number of words and dimensions; it is no file of word2vec's.");
            }
            var fields = first.strip().split(" +");
            long promised = Long.parseLong(fields[0]);
            header(promised, Integer.parseInt(fields[1]), 4);
            var data = new DataInputStream(in);
            var row = new byte[4 * dimensions];
            for (rows = 0; rows < promised; rows++) {
                var word = until(' ', LONGEST_WORD);
                if (word == null) {
                    throw new UserError(
                            path + " is cut short or damaged at word " + (rows + 1) + " of " + promised + "; download or write it again.");
                }
                word = word.startsWith("\n") ? word.substring(1) : word;
                if (word.isEmpty()) {
                    throw new UserError(path + " has an empty word, number " + (rows + 1) + " of " + promised + "; it is damaged.");
                }
                data.readFully(row);
                var floats = new float[dimensions];
                ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
                add(word, floats);
            }
            return result();
        }

        /** @param least bytes that a number takes at least */
        private void header(long promised, int d, int least) {
            if (d < 1 || d > MOST_DIMENSIONS) {
                throw new UserError(
                        path + " has vectors of " + d + " dimensions, which cannot be; it is damaged, or no file of word vectors.");
            }
            dimensions = d;
            if (promised > 0 && promised > bytes / d / least) {
                throw new UserError(path + " says that it holds " + promised + " vectors of " + d + " dimensions, but has only " + bytes
                        + " bytes; it is cut short or damaged.");
            }
            if (promised * d > Integer.MAX_VALUE - 8) {
                throw new UserError(path + " holds " + promised + " vectors of " + d + " dimensions, more than fit into one array.");
            }
        }

        private void row(String text) {
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == ' ') { // fastText ends lines with one
                end--;
            }
            var floats = new float[dimensions];
            for (int k = dimensions - 1; k >= 0; k--) { // from the right: a word may hold spaces in GloVe's files
                int at = text.lastIndexOf(' ', end - 1);
                if (at < 0) {
                    throw wrong("should have a word and " + dimensions + " numbers");
                }
                try {
                    floats[k] = Float.parseFloat(text.substring(at + 1, end));
                } catch (NumberFormatException e) {
                    throw wrong("has '" + abbreviated(text.substring(at + 1, end)) + "' where a number should be; a line has a word and "
                            + dimensions + " numbers");
                }
                end = at;
            }
            rows++;
            add(text.substring(0, end), floats);
        }

        private UserError wrong(String what) {
            return new UserError("Line " + line + " of " + path + " " + what + ".");
        }

        private static String abbreviated(String text) {
            return text.length() > 20 ? text.substring(0, 20) + "…" : text;
        }

        private void add(String word, float[] vector) {
            for (float value : vector) {
                if (!Float.isFinite(value)) {
                    throw new UserError(
                            "The vector of '" + abbreviated(word) + "' in " + path + " holds " + value + "; the file is damaged.");
                }
            }
            if (!seen.add(word)) {
                LOG.warn("{} has '{}' more than once; the first counts", path, word);
                return;
            }
            int at = words.size() * dimensions;
            if ((long) at + dimensions > Integer.MAX_VALUE - 8) {
                throw new UserError(path + " holds more vectors than fit into one array.");
            }
            if (values.length < at + dimensions) {
                values = Arrays.copyOf(values,
                        (int) Math.min(Integer.MAX_VALUE - 8, Math.max(at + dimensions, 3L * values.length / 2 + 1024)));
            }
            System.arraycopy(vector, 0, values, at, dimensions);
            words.add(word);
        }

        private WordVectors result() {
            return new WordVectors(words, dimensions, Arrays.copyOf(values, words.size() * dimensions));
        }

        @Nullable
        private String nextLine() throws IOException {
            line++;
            var text = until('\n', LONGEST_LINE);
            if (text == null && !ended) {
                throw wrong("is longer than any can be; it is no text");
            }
            return text;
        }

        /** The text before the next {@code stop}; null at the end, or where there is none within {@code most} bytes. */
        @Nullable
        private String until(char stop, int most) throws IOException {
            var text = new ByteArrayOutputStream();
            for (int c = in.read(); c != stop; c = in.read()) {
                if (c < 0) {
                    ended = true;
                    return stop == '\n' && text.size() > 0 ? text.toString(StandardCharsets.UTF_8) : null;
                }
                if (text.size() == most) {
                    return null;
                }
                text.write(c);
            }
            return text.toString(StandardCharsets.UTF_8);
        }
    }
}
