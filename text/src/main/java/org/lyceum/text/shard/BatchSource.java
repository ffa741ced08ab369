package org.lyceum.text.shard;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;

/**
 * Training batches: a pure function of the split, the configuration, the seed and the step. Nothing is drawn from a running generator and
 * nothing need be saved: a run that resumes at step n asks for batch n.
 *
 * <p>Rows are numbered through all steps; row {@code g = step × rows + row} belongs to epoch {@code g / rowsPerEpoch}. Under
 * {@link BatchConfig.Order#PERMUTATION} each epoch predicts every token of the split exactly once: epoch e cuts the ring of N tokens into
 * {@code ceil(N / T)} windows from a random offset on (the last is padded when T does not divide N) and takes them in the order of a
 * {@link Permutation}. Safe for several threads.
 */
public final class BatchSource {
    private final TokenSplit split;
    private final BatchConfig config;
    private final long seed;
    private final @Nullable DocumentRows documentRows;
    private final long rowsPerEpoch;

    /** @throws UserError when the context is longer than the data */
    public BatchSource(TokenSplit split, BatchConfig config, long seed) {
        this.split = split;
        this.config = config;
        this.seed = seed;
        if (config.columns() > split.tokens()) {
            throw new UserError(String.format(Locale.ROOT, "The context of %,d tokens is longer than the data, %,d tokens; "
                    + "shorten the context or name more data.", config.columns(), split.tokens()));
        }
        this.documentRows = config.packing() == BatchConfig.Packing.DOCUMENT
                ? split.reading(() -> new DocumentRows(split, split.pieces(), config.columns()))
                : null;
        this.rowsPerEpoch = documentRows != null ? documentRows.rows() : (split.tokens() + config.columns() - 1) / config.columns();
    }

    /** The batch of a step, counted from 0. */
    public Batch batch(long step) {
        return batch(step, 0, 1);
    }

    /**
     * The part of a step's batch that falls to one of several processes, or to one of several micro-batches: the rows from
     * {@code part × rows / parts} on. The parts of a step, one after the other, are {@link #batch(long)}.
     *
     * @throws UserError when {@code parts} does not divide the rows, or a shard was cut short by somebody else
     */
    public Batch batch(long step, int part, int parts) {
        if (config.rows() % parts != 0) {
            throw UserError.usage("A batch of " + config.rows() + " rows cannot be shared evenly by " + parts
                    + "; choose a number of rows that " + parts + " divides.");
        }
        return split.reading(() -> read(step, part, parts));
    }

    private Batch read(long step, int part, int parts) {
        int rows = config.rows() / parts;
        int columns = config.columns();
        var inputs = new int[Math.multiplyExact(rows, columns)];
        var targets = new int[rows * columns];
        long first = step * config.rows() + (long) part * rows;
        @Nullable
        Epoch epoch = null;
        for (int row = 0; row < rows; row++) {
            long g = first + row;
            Window window;
            if (config.order() == BatchConfig.Order.RANDOM) {
                window = drawn(g);
            } else {
                long number = g / rowsPerEpoch;
                if (epoch == null || epoch.number != number) {
                    epoch = new Epoch(number);
                }
                window = epoch.window(g % rowsPerEpoch);
            }
            window.fill(split, inputs, targets, row, columns);
        }
        return new Batch(inputs, targets, rows, columns);
    }

    /** Rows that make an epoch. */
    public long rowsPerEpoch() {
        return rowsPerEpoch;
    }

    /** Steps that make an epoch, the last perhaps shared with the next. */
    public long stepsPerEpoch() {
        return (rowsPerEpoch + config.rows() - 1) / config.rows();
    }

    /** How many times the data have been gone through before {@code step}. */
    public double epochs(long step) {
        return (double) step * config.rows() / rowsPerEpoch;
    }

    /** The shape and the layout. */
    public BatchConfig config() {
        return config;
    }

    /** What the batches are cut from. */
    public TokenSplit split() {
        return split;
    }

    private Window drawn(long g) {
        var random = Seeds.generator(seed, "row", g);
        if (documentRows != null) {
            return documentRows.window(random.nextLong(rowsPerEpoch));
        }
        return new Window(random.nextLong(split.tokens()), config.columns());
    }

    /** One way through all the rows. */
    private final class Epoch {
        private final long number;
        private final long offset;
        private final Permutation permutation;

        Epoch(long number) {
            this.number = number;
            this.offset = Math.floorMod(Seeds.derive(seed, "offset", number), (long) config.columns());
            this.permutation = new Permutation(rowsPerEpoch, Seeds.derive(seed, "permutation", number));
        }

        Window window(long i) {
            long w = permutation.apply(i);
            if (documentRows != null) {
                return documentRows.window(w);
            }
            long from = w * config.columns();
            return new Window(offset + from, (int) Math.min(config.columns(), split.tokens() - from));
        }
    }
}
