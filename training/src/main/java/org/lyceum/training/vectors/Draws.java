package org.lyceum.training.vectors;

/** Random numbers for the innermost loops: xorshift64* (Marsaglia 2003; Vigna 2016, table 1), a few operations each. */
final class Draws {
    private long state;

    Draws(long seed) {
        state = seed == 0 ? 0x9E3779B97F4A7C15L : seed;
    }

    /** 64 bits. */
    long next() {
        long x = state;
        x ^= x >>> 12;
        x ^= x << 25;
        x ^= x >>> 27;
        state = x;
        return x * 0x2545F4914F6CDD1DL;
    }

    /** From 0 to {@code bound − 1}. */
    int below(int bound) {
        return (int) ((next() >>> 32) * bound >>> 32);
    }

    /** From 0 to 1, without 1. */
    float unit() {
        return (next() >>> 40) * 0x1p-24f;
    }
}
