package org.lyceum.text.shard;

import java.util.Locale;
import org.lyceum.foundation.UserError;

/**
 * How documents become a dataset.
 *
 * @param validation the share of the data that is held out, above 0 and below 1: of the documents under {@code hash}, of the characters
 *     under {@code position}
 * @param split how the held-out part is chosen
 * @param shardTokens the most tokens in a file (a longer document still goes into one)
 * @param threads how many threads encode; 0 for all the cores. The result does not depend on it
 */
public record DatasetConfig(double validation, Split split, long shardTokens, int threads) {
    /** The defaults: 2% held out, 64 Mi tokens a file, all cores. */
    public static final DatasetConfig DEFAULT = new DatasetConfig(0.02, Split.AUTO, 1L << 26, 0);

    public DatasetConfig {
        if (!(validation > 0 && validation < 1)) {
            throw UserError.usage("The validation share must lie between 0 and 1, as 0.02 does, not " + validation + ".");
        }
        if (shardTokens < 1 || threads < 0) {
            throw UserError.usage("shardTokens must be at least 1 and threads at least 0.");
        }
    }

    /** The same with another share held out. */
    public DatasetConfig withValidation(double newValidation) {
        return new DatasetConfig(newValidation, split, shardTokens, threads);
    }

    /** The same with another way to split. */
    public DatasetConfig withSplit(Split newSplit) {
        return new DatasetConfig(validation, newSplit, shardTokens, threads);
    }

    /** How documents are held out for validation. */
    public enum Split {
        /** {@link #HASH}, or {@link #POSITION} when there is only one document (or copies of one). */
        AUTO,
        /**
         * By a hash of the document's text: copies of a text land on the same side, and adding documents moves none of the others. At least
         * one document lands on each side.
         */
        HASH,
        /** The last characters, as nanoGPT does: training text ends at character {@code floor(length × (1 - validation))}. */
        POSITION;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
