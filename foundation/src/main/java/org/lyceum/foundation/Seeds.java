package org.lyceum.foundation;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Every random choice comes from here: a stream is a pure function of the run's seed, what it is for, and a counter (a step, say). Nothing
 * is shared between streams, so asking for one more number here never changes a number there.
 */
public final class Seeds {
    private Seeds() {
    }

    /** A seed derived from {@code seed} for {@code purpose} (a name, not empty), the {@code counter}-th time. */
    public static long derive(long seed, String purpose, long counter) {
        long h = mix(seed + 0x9E3779B97F4A7C15L);
        for (int i = 0; i < purpose.length(); i++) {
            h = mix(h ^ purpose.charAt(i));
        }
        return mix(h ^ mix(counter + 0x9E3779B97F4A7C15L));
    }

    /** A generator for {@code purpose}, the {@code counter}-th time. */
    public static RandomGenerator generator(long seed, String purpose, long counter) {
        return new SplittableRandom(derive(seed, purpose, counter));
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014, figure 16; constants of Stafford's variant 13): a bijection on 64 bits. */
    public static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
