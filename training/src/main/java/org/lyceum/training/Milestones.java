package org.lyceum.training;

import java.util.stream.LongStream;

/**
 * Steps whose checkpoints are kept for good, so that what a model learned when can be asked later: those nearest to 10^(k/n), k = 0, 1, …, n of
 * them in each tenfold of the steps once steps are that far apart. Learning goes with the logarithm of the steps (Chang and Bergen 2022, section
 * 3.1). A function of the step alone, so that a resumed run keeps the same ones.
 *
 * @param perTenfold n; 0 for none
 */
public record Milestones(int perTenfold) {
    /** None. */
    public static final Milestones NONE = new Milestones(0);

    /** Whether {@code step} is one. */
    public boolean contains(long step) {
        if (perTenfold < 1 || step < 1) {
            return false;
        }
        long near = Math.round(perTenfold * Math.log10(step));
        return LongStream.rangeClosed(near - 1, near + 1)
                .anyMatch(k -> k >= 0 && Math.round(Math.pow(10, (double) k / perTenfold)) == step);
    }
}
