package org.lyceum.text.shard;

/**
 * The rows of {@link BatchConfig.Packing#DOCUMENT}: piece {@code i} of {@code L} tokens makes {@code ceil(L / T)} of them. Only every 64th
 * sum is kept, so that a hundred million documents need 12 MB.
 */
final class DocumentRows {
    private static final int STRIDE = 64;

    private final TokenSplit split;
    private final int columns;
    private final long[] before; // rows before piece 64 i
    private final long rows;

    DocumentRows(TokenSplit split, long pieces, int columns) {
        this.split = split;
        this.columns = columns;
        this.before = new long[Math.toIntExact((pieces + STRIDE - 1) / STRIDE)];
        long sum = 0;
        for (long i = 0; i < pieces; i++) {
            if (i % STRIDE == 0) {
                before[(int) (i / STRIDE)] = sum;
            }
            sum += rowsOf(i);
        }
        this.rows = sum;
    }

    long rows() {
        return rows;
    }

    /** Row {@code r}: its first target, and how many follow. */
    Window window(long r) {
        int low = 0;
        int high = before.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (before[middle] <= r) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        long piece = (long) low * STRIDE;
        long rest = r - before[low];
        for (long n = rowsOf(piece); rest >= n; n = rowsOf(piece)) {
            rest -= n;
            piece++;
        }
        long start = split.pieceStart(piece) + rest * columns;
        return new Window(start, (int) Math.min(columns, split.pieceEnd(piece) - start));
    }

    private long rowsOf(long piece) {
        return (split.pieceEnd(piece) - split.pieceStart(piece) + columns - 1) / columns;
    }
}
