package org.lyceum.models.vectors;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.vectors.FastTextModel.Loss;
import org.lyceum.models.vectors.FastTextModel.Settings;
import org.lyceum.models.vectors.FastTextModel.Task;
import org.lyceum.tensor.kernels.FloatRows;

/**
 * fastText's binary models, {@code .bin} of version 12 (and 11, which is read), little-endian: settings, dictionary, and the two tables in f32.
 * Quantized models ({@code .ftz}) are not read.
 */
public final class FastTextFiles {
    /** What such a file begins with. */
    static final int MAGIC = 793_712_314;

    private static final int VERSION = 12;
    private static final String LABEL = "__label__";
    private static final int LONGEST_WORD = 1 << 16; // bytes
    private static final int MOST_DIMENSIONS = 100_000;

    private FastTextFiles() {
    }

    /** Whether {@code path} begins as such a file does. Throws {@link UserError} where it cannot be read. */
    public static boolean isOne(Path path) {
        try (var in = Files.newInputStream(path)) {
            var first = in.readNBytes(4);
            return first.length == 4 && ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getInt() == MAGIC;
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    /** Reads one. Throws {@link UserError} that says what is wrong with it. */
    public static FastTextModel read(Path path) {
        try (var in = Files.newInputStream(path)) {
            return new Reading(path, in, Files.size(path)).model();
        } catch (EOFException e) {
            throw new UserError(path + " is cut short; download or write it again.", e);
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    /** Writes one that fastText and, unless it is supervised, gensim open. */
    public static void write(FastTextModel model, Path path) {
        model.words().stream().filter(word -> word.isEmpty() || word.indexOf(0) >= 0).findFirst().ifPresent(word -> {
            throw new UserError("The word '" + word + "' is empty or holds a NUL, which fastText's files cannot hold.");
        });
        WholeFiles.write(path, out -> {
            var writing = new Writing(out);
            var settings = model.settings();
            writing.ints(MAGIC, VERSION, settings.dimensions(), settings.window(), settings.epochs(), settings.minCount(),
                    settings.negatives(),
                    settings.wordRuns(), settings.loss().ordinal() + 1, settings.task().ordinal() + 1, settings.subwords().buckets(),
                    settings.subwords().min(), settings.subwords().max(), 100); // every so many words the tool changes the learning rate
            writing.doubles(settings.subsampling());
            int words = model.words().size();
            int labels = model.labels().size();
            long tokens = 0;
            for (int i = 0; i < words; i++) {
                tokens += model.count(i);
            }
            for (int i = 0; i < labels; i++) {
                tokens += model.labelCount(i);
            }
            writing.ints(words + labels, words, labels);
            writing.longs(tokens, -1); // no bucket is pruned
            for (int i = 0; i < words; i++) {
                writing.entry(model.words().get(i), model.count(i), 0);
            }
            for (int i = 0; i < labels; i++) {
                writing.entry(LABEL + model.labels().get(i), model.labelCount(i), 1);
            }
            writing.bytes(0); // not quantized
            writing.table(model.input());
            writing.bytes(0);
            writing.table(model.output());
            writing.flush();
        });
    }

    private static final class Writing {
        private final OutputStream out;
        private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

        Writing(OutputStream out) {
            this.out = out;
        }

        private ByteBuffer room(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                flush();
            }
            return buffer;
        }

        void flush() throws IOException {
            out.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }

        void ints(int... values) throws IOException {
            for (int value : values) {
                room(4).putInt(value);
            }
        }

        void longs(long... values) throws IOException {
            for (long value : values) {
                room(8).putLong(value);
            }
        }

        void doubles(double value) throws IOException {
            room(8).putDouble(value);
        }

        void bytes(int value) throws IOException {
            room(1).put((byte) value);
        }

        void entry(String word, long count, int type) throws IOException {
            for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
                bytes(b);
            }
            bytes(0);
            longs(count);
            bytes(type);
        }

        void table(FloatRows table) throws IOException {
            longs(table.rows(), table.width());
            for (int r = 0; r < table.rows(); r++) {
                for (float value : table.row(r)) {
                    room(4).putFloat(value);
                }
            }
        }
    }

    /** One file being read, with what is left of it known, so that no promise of a damaged file takes more memory than the file has bytes. */
    private static final class Reading {
        private final Path path;
        private final InputStream in;
        private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
        private long left;

        Reading(Path path, InputStream in, long bytes) {
            this.path = path;
            this.in = in;
            this.left = bytes;
        }

        FastTextModel model() throws IOException {
            if (left < 8 || integer() != MAGIC) {
                throw new UserError(path + " is no model of fastText.");
            }
            int version = integer();
            if (version != 11 && version != 12) {
                throw new UserError(path + " is a fastText model of version " + version + "; Lyceum reads 11 and 12.");
            }
            int dimensions = between("dimensions", 1, MOST_DIMENSIONS);
            int window = integer();
            int epochs = integer();
            int minCount = integer();
            int negatives = integer();
            int runs = between("word n-grams", 0, 1000);
            var loss = Loss.values()[between("loss", 1, Loss.values().length) - 1];
            var task = Task.values()[between("model", 1, Task.values().length) - 1];
            int buckets = between("buckets", 0, Integer.MAX_VALUE);
            int min = between("shortest n-gram", 0, 10_000);
            int max = version == 11 && task == Task.SUPERVISED ? ignore() : between("longest n-gram", 0, 10_000); // 11 wrote one but did not use it
            integer();
            double subsampling = need(8).getDouble();
            int size = between("entries", 0, Integer.MAX_VALUE);
            int wordCount = between("words", 0, size);
            int labelCount = between("labels", 0, size - wordCount);
            need(8).getLong();
            long pruned = need(8).getLong();
            if (pruned > 0) {
                throw new UserError(path + " is a pruned model of fastText's; only whole ones (.bin) are read.");
            }
            var words = new ArrayList<String>();
            var labels = new ArrayList<String>();
            var counts = new ArrayList<Long>();
            var labelCounts = new ArrayList<Long>();
            for (int i = 0; i < size; i++) {
                var text = word();
                long count = need(8).getLong();
                boolean label = need(1).get() == 1;
                (label ? labels : words).add(label && text.startsWith(LABEL) ? text.substring(LABEL.length()) : text);
                (label ? labelCounts : counts).add(count);
            }
            if (words.size() != wordCount || labels.size() != labelCount || words.isEmpty()) {
                throw damaged("has " + words.size() + " words and " + labels.size() + " labels where it says " + wordCount + " and "
                        + labelCount);
            }
            int used = max == 0 && runs <= 1 ? 0 : buckets;
            var input = table("input", dimensions);
            if (input.rows() == words.size()) {
                used = 0; // nothing was hashed
            }
            if (input.rows() != (long) words.size() + used) {
                throw damaged("has " + input.rows() + " vectors for " + words.size() + " words and " + used + " buckets");
            }
            var output = table("output", dimensions);
            int classes = task == Task.SUPERVISED ? labels.size() : words.size();
            if (output.rows() != classes) {
                throw damaged("has " + output.rows() + " output vectors for " + classes + " classes");
            }
            if (task == Task.SUPERVISED && labels.isEmpty()) {
                throw damaged("is a classifier without labels");
            }
            if (loss == Loss.HIERARCHICAL && !falling(labelCounts)) {
                throw damaged("has labels that are not in the order of their counts");
            }
            var subwords = used == 0 ? Subwords.NONE : new Subwords(min, max, used);
            return new FastTextModel(new Settings(task, loss, dimensions, window, epochs, minCount, negatives, Math.max(1, runs), subwords,
                    subsampling), words, longs(counts), labels, longs(labelCounts), input, output);
        }

        private int ignore() throws IOException {
            integer();
            return 0;
        }

        private static boolean falling(List<Long> counts) {
            for (int i = 1; i < counts.size(); i++) {
                if (counts.get(i) > counts.get(i - 1)) {
                    return false;
                }
            }
            return counts.isEmpty() || counts.getLast() >= 0 && counts.getFirst() < Long.MAX_VALUE / Math.max(1, counts.size());
        }

        private static long[] longs(List<Long> list) {
            return list.stream().mapToLong(Long::longValue).toArray();
        }

        private UserError damaged(String what) {
            return new UserError(path + " " + what + "; it is damaged.");
        }

        private FloatRows table(String name, int dimensions) throws IOException {
            if (need(1).get() != 0) {
                throw new UserError(path + " is a quantized model of fastText's; only whole ones (.bin) are read.");
            }
            long rows = need(8).getLong();
            long width = need(8).getLong();
            if (width != dimensions || rows < 0 || rows > left / 4 / dimensions) {
                throw new UserError(path + " says that its " + name + " has " + rows + " vectors of " + width + " dimensions, but " + left
                        + " bytes are left; it is cut short or damaged.");
            }
            var table = new FloatRows((int) Math.min(rows, Integer.MAX_VALUE - 1), dimensions);
            for (int r = 0; r < rows; r++) {
                int at = table.at(r);
                for (int k = 0; k < dimensions; k++) {
                    float value = need(4).getFloat();
                    if (!Float.isFinite(value)) {
                        throw damaged("holds " + value + " in its " + name);
                    }
                    table.values()[at + k] = value;
                }
            }
            return table;
        }

        private int between(String what, int least, int most) throws IOException {
            int value = integer();
            if (value < least || value > most) {
                throw damaged("says " + value + " for its " + what + ", which cannot be");
            }
            return value;
        }

        private int integer() throws IOException {
            return need(4).getInt();
        }

        private String word() throws IOException {
            var text = new ByteArrayOutputStream();
            for (byte b = need(1).get(); b != 0; b = need(1).get()) {
                if (text.size() == LONGEST_WORD) {
                    throw damaged("has a word of more than " + LONGEST_WORD + " bytes");
                }
                text.write(b);
            }
            return text.toString(StandardCharsets.UTF_8);
        }

        /** The buffer with at least {@code bytes} in it, which its caller takes. */
        private ByteBuffer need(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                buffer.compact();
                while (buffer.position() < bytes) {
                    int n = in.read(buffer.array(), buffer.position(), buffer.remaining());
                    if (n < 0) {
                        throw new EOFException();
                    }
                    buffer.position(buffer.position() + n);
                }
                buffer.flip();
            }
            left -= bytes;
            return buffer;
        }
    }
}
