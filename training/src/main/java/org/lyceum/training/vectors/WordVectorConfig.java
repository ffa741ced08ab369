package org.lyceum.training.vectors;

import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.Subwords;

/**
 * What to learn word vectors by.
 *
 * @param architecture what is predicted from what
 * @param loss how the probability of a word is made
 * @param dimensions of a vector
 * @param window words to each side at most; how many count is drawn anew for each word, from 1 to this, so that near ones count more
 *     (Mikolov et al. 2013, "Efficient Estimation", section 3.2)
 * @param negatives words that are drawn against each right one, for {@link Loss#NEGATIVE}
 * @param shared skip-gram: whether the pairs of one window share the words drawn against them and are learned in one step (Ji et al. 2016,
 *     section 3), which reads a fraction of the memory; otherwise pair by pair, as word2vec's tool does
 * @param exponent words are drawn by their count to this power
 * @param subsampling the frequency t from which words are left out at random: one of frequency f stays with probability √(t/f) + t/f, as
 *     in word2vec's tool (Mikolov et al. 2013, "Distributed Representations", section 2.3, has √(t/f)); 0 for none
 * @param rate the learning rate at the beginning
 * @param lastRate the one at the end, to which it falls in a straight line
 * @param epochs passes over the text
 * @param subwords character n-grams that words are made of, as in fastText; {@link Subwords#NONE} for word2vec
 * @param threads with more than one, two trainings are never quite the same
 * @param seed of every random choice
 */
public record WordVectorConfig(Architecture architecture, Loss loss, int dimensions, int window, int negatives, boolean shared,
        double exponent,
        double subsampling, double rate, double lastRate, int epochs, Subwords subwords, int threads, long seed) {
    /** What is predicted from what. */
    public enum Architecture {
        /** Each neighbour and the word from one another. */
        SKIP_GRAM,
        /** The word from the mean of its neighbours. */
        CBOW
    }

    /** How the probability of a word is made. */
    public enum Loss {
        /** The word against some that are drawn: negative sampling (Mikolov et al. 2013, section 2.2). */
        NEGATIVE,
        /** Along its path in a Huffman tree: hierarchical softmax (section 2.1). */
        HIERARCHICAL
    }

    /** Skip-gram with 5 negatives, 100 dimensions, a window of 5, 5 epochs, as gensim's defaults, on one thread. */
    public static final WordVectorConfig SKIP_GRAM = new WordVectorConfig(Architecture.SKIP_GRAM, Loss.NEGATIVE, 100, 5, 5, true, 0.75,
            1e-3,
            0.025, 1e-4, 5, Subwords.NONE, 1, 1);

    /** The same as CBOW, with the rate of word2vec's tool. */
    public static final WordVectorConfig CBOW = new WordVectorConfig(Architecture.CBOW, Loss.NEGATIVE, 100, 5, 5, true, 0.75, 1e-3, 0.05,
            1e-4, 5,
            Subwords.NONE, 1, 1);

    /**
     * The same with n-grams of 3 to 6 characters in 200,000 buckets, with the rate of fastText's tool, which has ten times as many buckets, for
     * texts a thousand times as long.
     */
    public static final WordVectorConfig FAST_TEXT = new WordVectorConfig(Architecture.SKIP_GRAM, Loss.NEGATIVE, 100, 5, 5, true, 0.75,
            1e-3,
            0.05, 1e-4, 5, new Subwords(3, 6, 200_000), 1, 1);

    public WordVectorConfig {
        if (dimensions < 1 || window < 1 || epochs < 1 || threads < 1 || loss == Loss.NEGATIVE && negatives < 1) {
            throw UserError.usage("Dimensions, window, negatives, epochs and threads must be above 0.");
        }
        if (!(rate > 0) || !(lastRate >= 0) || lastRate > rate || !(subsampling >= 0) || !Double.isFinite(exponent)) {
            throw UserError.usage("The learning rate must be above 0 and must not rise, and subsampling must not be negative.");
        }
    }

    /** The same with another loss. */
    public WordVectorConfig withLoss(Loss newLoss) {
        return new WordVectorConfig(architecture, newLoss, dimensions, window, negatives, shared, exponent, subsampling, rate, lastRate,
                epochs,
                subwords, threads, seed);
    }

    /** The same with or without {@link #shared}. */
    public WordVectorConfig withShared(boolean newShared) {
        return new WordVectorConfig(architecture, loss, dimensions, window, negatives, newShared, exponent, subsampling, rate, lastRate,
                epochs,
                subwords, threads, seed);
    }

    /** The same with so many words to each side. */
    public WordVectorConfig withWindow(int newWindow) {
        return new WordVectorConfig(architecture, loss, dimensions, newWindow, negatives, shared, exponent, subsampling, rate, lastRate,
                epochs,
                subwords, threads, seed);
    }

    /** The same with other passes. */
    public WordVectorConfig withEpochs(int newEpochs) {
        return new WordVectorConfig(architecture, loss, dimensions, window, negatives, shared, exponent, subsampling, rate, lastRate,
                newEpochs,
                subwords, threads, seed);
    }

    /** The same with another first learning rate. */
    public WordVectorConfig withRate(double newRate) {
        return new WordVectorConfig(architecture, loss, dimensions, window, negatives, shared, exponent, subsampling, newRate,
                Math.min(lastRate, newRate), epochs, subwords, threads, seed);
    }

    /** The same with vectors of other dimensions. */
    public WordVectorConfig withDimensions(int newDimensions) {
        return new WordVectorConfig(architecture, loss, newDimensions, window, negatives, shared, exponent, subsampling, rate, lastRate,
                epochs,
                subwords, threads, seed);
    }

    /** The same with other character n-grams. */
    public WordVectorConfig withSubwords(Subwords newSubwords) {
        return new WordVectorConfig(architecture, loss, dimensions, window, negatives, shared, exponent, subsampling, rate, lastRate,
                epochs,
                newSubwords, threads, seed);
    }

    /** The same on {@code newThreads} threads. */
    public WordVectorConfig withThreads(int newThreads) {
        return new WordVectorConfig(architecture, loss, dimensions, window, negatives, shared, exponent, subsampling, rate, lastRate,
                epochs,
                subwords, newThreads, seed);
    }

    /** The same with another seed. */
    public WordVectorConfig withSeed(long newSeed) {
        return new WordVectorConfig(architecture, loss, dimensions, window, negatives, shared, exponent, subsampling, rate, lastRate,
                epochs,
                subwords, threads, newSeed);
    }
}
