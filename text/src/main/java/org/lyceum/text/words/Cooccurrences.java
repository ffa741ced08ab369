package org.lyceum.text.words;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;

/**
 * How often words stand near each other (Pennington, Socher and Manning 2014, section 4.2): each pair within the window counts 1/distance, and X
 * is symmetric, so that each pair is kept once, (i, j) with i ≤ j; of a word with itself, both directions are in its count. Pairs are counted
 * in a table of bounded size; when it is full, it goes sorted to a file, and the files are merged at the end. What comes out is in random
 * order, as training wants it, in a temporary file that is mapped.
 */
public final class Cooccurrences implements AutoCloseable {
    private static final int RECORD = 16; // bytes: i32, i32, f64, big-endian as DataOutputStream writes them
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Path folder;
    private final Arena arena;
    private final MemorySegment records;
    private final int spills;

    private Cooccurrences(Path folder, Arena arena, MemorySegment records, int spills) {
        this.folder = folder;
        this.arena = arena;
        this.records = records;
        this.spills = spills;
    }

    /**
     * Counts.
     *
     * @param window words to each side
     * @param memory bytes for the table, about
     * @param seed of the order
     * @throws UserError where the disk does not take the temporary files, or no two words stand in a line
     */
    @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
    public static Cooccurrences count(WordIds text, int window, long memory, long seed) {
        Path folder;
        try {
            folder = Files.createTempDirectory("lyceum-pairs-");
        } catch (IOException e) {
            throw IoErrors.writing(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
        var arena = Arena.ofShared();
        try {
            var counting = new Counting(folder, memory);
            counting.count(text.lines(0, 1), window);
            var file = counting.merge(Seeds.generator(seed, "order of pairs", 0));
            try (var channel = FileChannel.open(file)) {
                return new Cooccurrences(folder, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena),
                        counting.runs.size());
            }
        } catch (IOException e) {
            arena.close();
            deleteQuietly(folder);
            throw IoErrors.writing(folder, e);
        } catch (RuntimeException e) {
            arena.close();
            deleteQuietly(folder);
            throw e;
        }
    }

    /** Pairs that came at least once. */
    public long size() {
        return records.byteSize() / RECORD;
    }

    /** The first word of pair {@code at}. */
    public int first(long at) {
        return records.get(INT, at * RECORD);
    }

    /** The second word of pair {@code at}; not below the first. */
    public int second(long at) {
        return records.get(INT, at * RECORD + 4);
    }

    /** Xᵢⱼ. */
    public double count(long at) {
        return records.get(DOUBLE, at * RECORD + 8);
    }

    /** How often the table went to a file because it was full. */
    public int spills() {
        return spills;
    }

    /** Lets go of the file and deletes it. */
    @Override
    public void close() {
        arena.close();
        deleteQuietly(folder);
    }

    private static void deleteQuietly(Path folder) {
        try {
            WholeFiles.deleteTree(folder);
        } catch (IOException _) {
            return; // the system's own cleaning will find it
        }
    }

    /** The table, by open addressing, and the files that it went to. */
    private static final class Counting {
        private final Path folder;
        private final long most; // pairs in memory
        private final List<Path> runs = new ArrayList<>();
        private long[] keys = new long[1 << 10]; // i · 2³² + j + 1; 0 for an empty cell
        private double[] counts = new double[1 << 10];
        private int size;

        Counting(Path folder, long memory) {
            this.folder = folder;
            this.most = Math.clamp(memory / 48, 64, 1 << 28); // cells of 16 bytes, half of them empty, and as much again while it grows or is sorted
        }

        void count(WordIds.Lines lines, int window) throws IOException {
            var line = new int[WordIds.LONGEST_LINE];
            for (int n = lines.next(line); n > 0; n = lines.next(line)) {
                for (int at = 1; at < n; at++) {
                    for (int back = 1; back <= Math.min(window, at); back++) {
                        int a = Math.min(line[at], line[at - back]);
                        int b = Math.max(line[at], line[at - back]);
                        add(((long) a << 32 | b) + 1, a == b ? 2.0 / back : 1.0 / back);
                    }
                }
            }
        }

        private void add(long key, double count) throws IOException {
            int mask = keys.length - 1;
            int cell = (int) Seeds.mix(key) & mask;
            while (keys[cell] != 0 && keys[cell] != key) {
                cell = cell + 1 & mask;
            }
            counts[cell] += count;
            if (keys[cell] == 0) {
                keys[cell] = key;
                if (++size >= most) {
                    spill();
                } else if (size > keys.length / 2) {
                    grow();
                }
            }
        }

        private void grow() {
            var oldKeys = keys;
            var oldCounts = counts;
            keys = new long[2 * oldKeys.length];
            counts = new double[2 * oldKeys.length];
            int mask = keys.length - 1;
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] != 0) {
                    int cell = (int) Seeds.mix(oldKeys[i]) & mask;
                    while (keys[cell] != 0) {
                        cell = cell + 1 & mask;
                    }
                    keys[cell] = oldKeys[i];
                    counts[cell] = oldCounts[i];
                }
            }
        }

        private void spill() throws IOException {
            var sorted = new long[size];
            int n = 0;
            for (long key : keys) {
                if (key != 0) {
                    sorted[n++] = key;
                }
            }
            Arrays.sort(sorted);
            var run = folder.resolve("run-" + runs.size());
            try (var out = output(run)) {
                int mask = keys.length - 1;
                for (long key : sorted) {
                    int cell = (int) Seeds.mix(key) & mask;
                    while (keys[cell] != key) {
                        cell = cell + 1 & mask;
                    }
                    write(out, key, counts[cell]);
                }
            }
            runs.add(run);
            Arrays.fill(keys, 0);
            Arrays.fill(counts, 0);
            size = 0;
        }

        /** Merges the files and shuffles: each pair goes to one of some files by lot, and each of these, small enough, is shuffled in memory. */
        Path merge(RandomGenerator random) throws IOException {
            spill();
            long bytes = 0;
            for (var run : runs) {
                bytes += Files.size(run);
            }
            if (bytes == 0) {
                throw new UserError("No two words of the vocabulary stand in a line; lower --min-count, or give text in longer lines.");
            }
            int piles = (int) (bytes / RECORD / most) + 1;
            var outs = new ArrayList<DataOutputStream>();
            var files = new ArrayList<Path>();
            var readers = new ArrayList<Run>();
            try {
                for (int i = 0; i < piles; i++) {
                    files.add(folder.resolve("pile-" + i));
                    outs.add(output(files.get(i)));
                }
                var queue = new PriorityQueue<Run>((a, b) -> Long.compare(a.key, b.key));
                for (var run : runs) {
                    var reader = new Run(run);
                    readers.add(reader);
                    if (reader.next()) {
                        queue.add(reader);
                    }
                }
                while (!queue.isEmpty()) {
                    long key = queue.element().key;
                    double sum = 0;
                    while (!queue.isEmpty() && queue.element().key == key) {
                        var run = queue.remove();
                        sum += run.count;
                        if (run.next()) {
                            queue.add(run);
                        }
                    }
                    write(outs.get(random.nextInt(piles)), key, sum);
                }
            } finally {
                for (var reader : readers) {
                    reader.in.close();
                }
                for (var out : outs) {
                    out.close();
                }
            }
            for (var run : runs) {
                Files.delete(run);
            }
            var shuffled = folder.resolve("pairs");
            try (var out = output(shuffled)) {
                for (var file : files) {
                    var records = Files.readAllBytes(file);
                    shuffle(records, random);
                    out.write(records);
                    Files.delete(file);
                }
            }
            return shuffled;
        }

        private static void shuffle(byte[] records, RandomGenerator random) {
            var held = new byte[RECORD];
            for (int i = records.length / RECORD - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                System.arraycopy(records, i * RECORD, held, 0, RECORD);
                System.arraycopy(records, j * RECORD, records, i * RECORD, RECORD);
                System.arraycopy(held, 0, records, j * RECORD, RECORD);
            }
        }

        private static DataOutputStream output(Path file) throws IOException {
            return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        }

        private static void write(DataOutputStream out, long key, double count) throws IOException {
            out.writeLong(key - 1);
            out.writeDouble(count);
        }
    }

    /** A sorted file that is being merged. */
    private static final class Run {
        private final DataInputStream in;
        private long key;
        private double count;

        Run(Path file) throws IOException {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        }

        boolean next() throws IOException {
            try {
                key = in.readLong() + 1;
            } catch (EOFException _) {
                return false;
            }
            count = in.readDouble();
            return true;
        }
    }
}
