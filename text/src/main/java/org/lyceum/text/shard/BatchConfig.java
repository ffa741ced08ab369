package org.lyceum.text.shard;

import java.util.Locale;
import org.lyceum.foundation.UserError;

/**
 * The shape of batches, and how text is laid into them.
 *
 * @param rows B, sequences a step
 * @param columns T, tokens a sequence: the context length
 * @param packing whether a row may hold several documents
 * @param order in what order the rows come
 */
public record BatchConfig(int rows, int columns, Packing packing, Order order) {
    public BatchConfig {
        if (rows < 1 || columns < 1) {
            throw UserError.usage("A batch needs at least one row and one column, not " + rows + " × " + columns + ".");
        }
    }

    /** Rows packed across documents, in the order of a permutation. */
    public BatchConfig(int rows, int columns) {
        this(rows, columns, Packing.CONCAT, Order.PERMUTATION);
    }

    /** Whether a row may hold several documents. */
    public enum Packing {
        /** Rows are cut from the one sequence of all documents, an end-of-document token after each; at most one row an epoch is padded. */
        CONCAT,
        /** A row holds one document, or part of a long one; short rows are padded with ignored targets. */
        DOCUMENT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** In what order the rows come. */
    public enum Order {
        /** Each epoch takes all the rows once, in another order; under {@link Packing#CONCAT} also with other borders between rows. */
        PERMUTATION,
        /** Each row is drawn anew, with replacement, at any token (nanoGPT's way). */
        RANDOM;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
