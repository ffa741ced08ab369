package org.lyceum.worlds.episodes;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What can be known at a moment: the variables whose values are settled whatever the world is, since the agent set them itself or they
 * were told, and the worlds that agree with all that was seen. A belief state of contingent planning (Bonet and Geffner 2000, section 2).
 */
final class Belief {
    private final int[] settled;
    private final long possible;
    private final int hash;

    /** {@code settled} has -1 for what depends on the world; a bit of {@code possible} is a world. */
    Belief(int[] settled, long possible) {
        this.settled = settled;
        this.possible = possible;
        this.hash = Arrays.hashCode(settled) * 31 + Long.hashCode(possible);
    }

    /** The settled values, by variable, -1 for what depends on the world; not to be written to. */
    int[] settled() {
        return settled;
    }

    /** The worlds that there may be, a bit each. */
    long possible() {
        return possible;
    }

    /** The same with fewer worlds, or more. */
    Belief with(long worlds) {
        return new Belief(settled, worlds);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Belief belief && belief.possible == possible && Arrays.equals(belief.settled, settled);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
