package org.lyceum.tensor.kernels;

/**
 * The loop around a product's kernels: panels outside, so that a panel's weights are read once from memory and then from the cache, and
 * within them vectors by eights, which share the work of unpacking. Many vectors go in blocks that fit the second-level cache.
 */
final class TokenBlocks {
    /** Bytes of x that stay in the cache beside a panel. */
    private static final int X_BYTES = 512 << 10;
    /** Fewer vectors than this go one by one, which is faster than eight of which most are copies. */
    private static final int FEW = 4;

    /** The products of one panel. */
    interface Kernel {
        /** With the vector whose number is {@code token}. */
        void one(int panel, int token);

        /** With those at place {@code eight} of {@link Vectors#eights}: {@code token} and {@code others} more. */
        void eight(int panel, int eight, int token, int others);
    }

    private TokenBlocks() {
    }

    static void run(Kernel kernel, Vectors x, int from, int to) {
        int tokens = x.tokens();
        int block = Math.max(8, X_BYTES / (4 * x.columns()) & ~7);
        for (int first = 0; first < tokens; first += block) {
            int end = Math.min(tokens, first + block);
            for (int panel = from; panel < to; panel++) {
                int t = first;
                for (; t + FEW <= end; t += 8) {
                    kernel.eight(panel, t / 8, t, Math.min(7, end - 1 - t));
                }
                for (; t < end; t++) {
                    kernel.one(panel, t);
                }
            }
        }
    }

    /** How many eights {@code tokens} vectors make. */
    static int eights(int tokens) {
        return (tokens + 8 - FEW) / 8;
    }
}
