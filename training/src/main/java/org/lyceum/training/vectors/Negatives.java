package org.lyceum.training.vectors;

import java.util.Arrays;

/**
 * Draws classes with probability count^exponent / Σ, in constant time and from one cell of memory, by Walker's alias method (Walker 1977;
 * Vose 1991): each cell holds two classes and where it is cut.
 */
final class Negatives {
    private final long[] cells; // the upper 32 bits: the other class; the lower: below it the cell's own class
    private final int size;

    /** @param exponent ¾ in word2vec (Mikolov et al. 2013, section 2.2), ½ in fastText */
    Negatives(long[] counts, double exponent) {
        size = counts.length;
        cells = new long[size];
        var share = new double[size];
        for (int i = 0; i < size; i++) {
            share[i] = Math.pow(counts[i], exponent);
        }
        double mean = Arrays.stream(share).sum() / size;
        var small = new int[size];
        var large = new int[size];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < size; i++) {
            share[i] /= mean;
            if (share[i] < 1) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        while (smalls > 0 && larges > 0) {
            int own = small[--smalls];
            int other = large[larges - 1];
            cells[own] = cell(other, share[own]);
            share[other] -= 1 - share[own];
            if (share[other] < 1) {
                larges--;
                small[smalls++] = other;
            }
        }
        while (larges > 0) {
            int own = large[--larges];
            cells[own] = cell(own, 1);
        }
        while (smalls > 0) { // only rounding leaves any
            int own = small[--smalls];
            cells[own] = cell(own, 1);
        }
    }

    private static long cell(int other, double cut) {
        return (long) other << 32 | (long) (cut * 0xFFFFFFFFL);
    }

    int draw(Draws draws) {
        long r = draws.next();
        int own = (int) ((r >>> 32) * size >>> 32);
        long cell = cells[own];
        return (r & 0xFFFFFFFFL) < (cell & 0xFFFFFFFFL) ? own : (int) (cell >>> 32);
    }

    /** The probability of each class, added up from the cells. */
    double[] probabilities() {
        var p = new double[size];
        for (int i = 0; i < size; i++) {
            double cut = (cells[i] & 0xFFFFFFFFL) / (double) 0xFFFFFFFFL;
            p[i] += cut / size;
            p[(int) (cells[i] >>> 32)] += (1 - cut) / size;
        }
        return p;
    }
}
