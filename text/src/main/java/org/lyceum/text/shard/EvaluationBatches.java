package org.lyceum.text.shard;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A split in order, each of its tokens predicted exactly once: the first from the end-of-document token, every other from what its row
 * shows of the text before it. Rows do not overlap, so a token is predicted from at most T tokens and, at the start of a row, from one.
 *
 * <p>With the summed loss in nats over all targets, {@code bits per byte = loss / (ln 2 × bytes())}, exactly. The end-of-document tokens
 * are among the targets and cost bits but hold no bytes: the figure is the length of a code that says where documents end, too.
 */
public final class EvaluationBatches implements Iterable<Batch> {
    private final TokenSplit split;
    private final BatchConfig config;
    private final @Nullable DocumentRows documentRows;
    private final long tokens;
    private final long bytes;
    private final long rows;

    /**
     * @param config {@code rows} is the most rows in a batch; the order does not matter here
     * @param limitTokens stop at the end of the document (or part of a very long one) that reaches so many tokens; 0 for the whole split
     * @throws org.lyceum.foundation.UserError when a shard was cut short by somebody else
     */
    public EvaluationBatches(TokenSplit split, BatchConfig config, long limitTokens) {
        this.split = split;
        this.config = config;
        long last = split.reading(() -> lastPiece(split, limitTokens));
        this.tokens = split.reading(() -> split.pieceEnd(last));
        this.bytes = split.reading(() -> split.bytesThrough(last));
        this.documentRows = config.packing() == BatchConfig.Packing.DOCUMENT
                ? split.reading(() -> new DocumentRows(split, last + 1, config.columns()))
                : null;
        this.rows = documentRows != null ? documentRows.rows() : (tokens + config.columns() - 1) / config.columns();
    }

    /** The whole split. */
    public EvaluationBatches(TokenSplit split, BatchConfig config) {
        this(split, config, 0);
    }

    /** The first piece that ends at or after the limit. */
    private static long lastPiece(TokenSplit split, long limitTokens) {
        long low = 0;
        long high = split.pieces() - 1;
        if (limitTokens <= 0 || limitTokens >= split.tokens()) {
            return high;
        }
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (split.pieceEnd(middle) >= limitTokens) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Tokens that are predicted. */
    public long tokens() {
        return tokens;
    }

    /** UTF-8 bytes of the text that those tokens stand for. */
    public long bytes() {
        return bytes;
    }

    /** Batches. */
    public long count() {
        return (rows + config.rows() - 1) / config.rows();
    }

    /**
     * The {@code i}-th batch; the last may have fewer rows, and its last row may be padded.
     *
     * @throws org.lyceum.foundation.UserError when a shard was cut short by somebody else
     */
    public Batch batch(long i) {
        return split.reading(() -> read(i));
    }

    private Batch read(long i) {
        long first = i * config.rows();
        int n = (int) Math.min(config.rows(), rows - first);
        int columns = config.columns();
        var inputs = new int[Math.multiplyExact(n, columns)];
        var targets = new int[n * columns];
        for (int row = 0; row < n; row++) {
            window(first + row).fill(split, inputs, targets, row, columns);
        }
        return new Batch(inputs, targets, n, columns);
    }

    @Override
    public Iterator<Batch> iterator() {
        return new Iterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return next < count();
            }

            @Override
            public Batch next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return batch(next++);
            }
        };
    }

    private Window window(long row) {
        if (documentRows != null) {
            return documentRows.window(row);
        }
        long start = row * config.columns();
        return new Window(start, (int) Math.min(config.columns(), tokens - start));
    }
}
