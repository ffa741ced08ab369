package org.lyceum.training.vectors;

/** Is told now and then how far training is, by any of its threads; must be quick. */
@FunctionalInterface
public interface VectorProgress {
    /** Says nothing. */
    VectorProgress NONE = (_, _, _, _, _) -> {
    };

    /**
     * How far it is.
     *
     * @param done units of work (words; for GloVe pairs of them) that are done, over all epochs
     * @param of so many
     * @param seconds since training began
     * @param rate the learning rate
     * @param loss a running mean of samples of the loss; NaN before the first
     */
    void at(long done, long of, double seconds, double rate, double loss);
}
