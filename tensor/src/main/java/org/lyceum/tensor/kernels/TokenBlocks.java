package org.lyceum.tensor.kernels;

/**
 * The loop around a product's kernels: panels outside, so that a panel's weights are read once from memory and then from the cache, and
 * within them vectors by fours, which share the work of unpacking. Many vectors go in blocks that fit the second-level cache.
 */
final class TokenBlocks {
    /** Bytes of x that stay in the cache beside a panel. */
    private static final int X_BYTES = 512 << 10;

    /** The products of one panel. */
    interface Kernel {
        /** With the vector at {@code x}, whose number is {@code token}. */
        void one(int panel, int token);

        /** With those at place {@code quad} of {@link Vectors#quads}; its last tokens may all be the last one. */
        void four(int panel, int quad, int token0, int token1, int token2, int token3);
    }

    private TokenBlocks() {
    }

    static void run(Kernel kernel, Vectors x, int from, int to) {
        int tokens = x.tokens();
        int block = Math.max(4, X_BYTES / (4 * x.columns()) & ~3);
        for (int first = 0; first < tokens; first += block) {
            int end = Math.min(tokens, first + block);
            for (int panel = from; panel < to; panel++) {
                int t = first;
                for (; t + 1 < end; t += 4) {
                    int last = end - 1;
                    kernel.four(panel, t / 4, t, t + 1, Math.min(t + 2, last), Math.min(t + 3, last));
                }
                if (t < end) {
                    kernel.one(panel, t);
                }
            }
        }
    }
}
