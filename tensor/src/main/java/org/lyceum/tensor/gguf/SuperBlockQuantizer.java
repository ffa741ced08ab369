package org.lyceum.tensor.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Encodes 256 numbers as one block of a K format. */
final class SuperBlockQuantizer {
    private static final int GROUPS = 8;
    private static final int GROUP = 32;
    private static final int MOST = 15;
    private static final int MOST_SCALE = 63;

    /** One group's fit: x ≈ scale·q − minimum with q from 0 to 15, and both factors at least 0. */
    private record Fit(float scale, float minimum, double error) {
    }

    private SuperBlockQuantizer() {
    }

    /**
     * Q4_K: x ≈ (d·s)·q − (e·m). Each group of 32 is fitted alone; then d and e are chosen so that the largest scale and minimum take all
     * of their 6 bits, the others are rounded together, and the elements are rounded once more with what is stored.
     */
    static void q4(float[] x, int at, MemorySegment out, long to) {
        var fits = new Fit[GROUPS];
        float largestScale = 0;
        float largestMinimum = 0;
        for (int g = 0; g < GROUPS; g++) {
            fits[g] = fit(x, at + g * GROUP);
            largestScale = Math.max(largestScale, fits[g].scale());
            largestMinimum = Math.max(largestMinimum, fits[g].minimum());
        }
        float d = BlockQuantizer.rounded(largestScale / MOST_SCALE);
        float e = BlockQuantizer.rounded(largestMinimum / MOST_SCALE);
        out.asSlice(to, BlockFormat.Q4_K.blockBytes()).fill((byte) 0);
        BlockQuantizer.half(out, to, d);
        BlockQuantizer.half(out, to + 2, e);
        for (int g = 0; g < GROUPS; g++) {
            var stored = store(x, at + g * GROUP, fits[g], d, e);
            int scale = stored[0];
            int minimum = stored[1];
            factors(out, to + 4, g, scale, minimum);
            for (int i = 0; i < GROUP; i++) {
                int q = number(x[at + g * GROUP + i], d * scale, e * minimum);
                or(out, to + 16 + GROUP * (g / 2) + i, q << 4 * (g % 2));
            }
        }
    }

    /**
     * The scale and minimum for 32 elements. Candidates stretch or shrink the scale that spans the group from its least element (or 0) to
     * its largest; each is improved by least squares for the numbers it gives, twice.
     */
    private static Fit fit(float[] x, int at) {
        float least = 0;
        float most = x[at];
        for (int i = 0; i < GROUP; i++) {
            least = Math.min(least, x[at + i]);
            most = Math.max(most, x[at + i]);
        }
        if (most <= least) {
            return new Fit(0, -least, 0); // all are the same, at most 0
        }
        var best = new Fit(0, 0, Double.POSITIVE_INFINITY);
        for (int step = -10; step <= 6; step += 2) {
            var fit = new Fit((most - least) / (MOST + 0.1f * step), -least, 0);
            for (int round = 0; round < 3 && fit.scale() > 0; round++) {
                var next = improve(x, at, fit);
                double error = error(x, at, next);
                if (error < best.error()) {
                    best = new Fit(next.scale(), next.minimum(), error);
                }
                fit = next;
            }
        }
        return best;
    }

    /**
     * Least squares for the numbers q that {@code fit} gives: minimise Σ(s·q − m − x)² over s and m, hence s·Σq² − m·Σq = Σq·x and
     * s·Σq − n·m = Σx; with m = 0 where the solution would be negative.
     */
    private static Fit improve(float[] x, int at, Fit fit) {
        double q1 = 0;
        double q2 = 0;
        double x1 = 0;
        double qx = 0;
        for (int i = 0; i < GROUP; i++) {
            int q = number(x[at + i], fit.scale(), fit.minimum());
            q1 += q;
            q2 += (double) q * q;
            x1 += x[at + i];
            qx += (double) q * x[at + i];
        }
        double determinant = GROUP * q2 - q1 * q1;
        if (determinant <= 0) {
            return fit; // all numbers are the same
        }
        double scale = (GROUP * qx - q1 * x1) / determinant;
        double minimum = (q1 * qx - q2 * x1) / determinant;
        if (minimum < 0) {
            minimum = 0;
            scale = qx / q2;
        }
        return new Fit((float) Math.max(0, scale), (float) minimum, 0);
    }

    private static double error(float[] x, int at, Fit fit) {
        double sum = 0;
        for (int i = 0; i < GROUP; i++) {
            double off = fit.scale() * number(x[at + i], fit.scale(), fit.minimum()) - fit.minimum() - x[at + i];
            sum += off * off;
        }
        return sum;
    }

    /** Whole factors (s, m) with d·s and e·m near {@code fit}: of the nearest and their neighbours the pair with the least error. */
    private static int[] store(float[] x, int at, Fit fit, float d, float e) {
        int scale = d == 0 ? 0 : BlockQuantizer.nearest(fit.scale() / d, 0, MOST_SCALE);
        int minimum = e == 0 ? 0 : BlockQuantizer.nearest(fit.minimum() / e, 0, MOST_SCALE);
        var best = new int[]{scale, minimum};
        double leastError = Double.POSITIVE_INFINITY;
        for (int s = Math.max(0, scale - 1); s <= Math.min(MOST_SCALE, scale + 1); s++) {
            for (int m = Math.max(0, minimum - 1); m <= Math.min(MOST_SCALE, minimum + 1); m++) {
                double error = error(x, at, new Fit(d * s, e * m, 0));
                if (error < leastError) {
                    leastError = error;
                    best = new int[]{s, m};
                }
            }
        }
        return best;
    }

    private static int number(float x, float scale, float minimum) {
        return scale == 0 ? 0 : BlockQuantizer.nearest((x + minimum) * (1 / scale), 0, MOST);
    }

    /** The inverse of {@link SuperBlocks#scale} and {@link SuperBlocks#minimum}. */
    private static void factors(MemorySegment out, long to, int group, int scale, int minimum) {
        if (group < 4) {
            or(out, to + group, scale);
            or(out, to + group + 4, minimum);
        } else {
            or(out, to + group + 4, scale & 15 | (minimum & 15) << 4);
            or(out, to + group - 4, scale >> 4 << 6);
            or(out, to + group, minimum >> 4 << 6);
        }
    }

    private static void or(MemorySegment out, long at, int bits) {
        out.set(ValueLayout.JAVA_BYTE, at, (byte) (SmallBlocks.unsigned(out, at) | bits));
    }
}
