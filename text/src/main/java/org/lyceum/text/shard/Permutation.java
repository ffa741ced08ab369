package org.lyceum.text.shard;

import org.lyceum.foundation.Seeds;

/**
 * A pseudo-random permutation of {@code 0 … size-1} that is computed, not stored: a balanced Feistel network on the next even number of
 * bits, applied again while its value falls outside ("cycle walking"; Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
 * The network's domain is less than four times the size (for sizes above 1), so on average fewer than four rounds of it are walked.
 */
public final class Permutation {
    private static final int ROUNDS = 6;

    private final long size;
    private final int halfBits;
    private final long halfMask;
    private final long[] keys = new long[ROUNDS];

    /** Of {@code size} numbers, another for each seed. */
    public Permutation(long size, long seed) {
        this.size = size;
        int bits = 64 - Long.numberOfLeadingZeros(Math.max(1, size - 1));
        this.halfBits = (bits + 1) / 2;
        this.halfMask = (1L << halfBits) - 1;
        for (int round = 0; round < ROUNDS; round++) {
            keys[round] = Seeds.derive(seed, "feistel", round);
        }
    }

    /** Where {@code i} goes. */
    public long apply(long i) {
        long x = i;
        do {
            x = network(x);
        } while (x >= size);
        return x;
    }

    private long network(long x) {
        long left = x >>> halfBits;
        long right = x & halfMask;
        for (long key : keys) {
            long next = left ^ (Seeds.mix(right + key) & halfMask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
