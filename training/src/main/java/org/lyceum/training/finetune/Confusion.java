package org.lyceum.training.finetune;

import org.lyceum.training.fit.Score;

/** What was wanted against what came out. */
final class Confusion {
    private Confusion() {
    }

    /**
     * The accuracy, and beside it the mean of the classes' F1 (macro-F1), a class that neither occurs nor comes out left aside.
     *
     * @param counts by the wanted class, then by the one that came out
     */
    static Score score(long[][] counts) {
        long all = 0;
        long right = 0;
        double f1 = 0;
        int present = 0;
        for (int c = 0; c < counts.length; c++) {
            long wanted = 0;
            long got = 0;
            for (int other = 0; other < counts.length; other++) {
                wanted += counts[c][other];
                got += counts[other][c];
            }
            all += wanted;
            right += counts[c][c];
            if (wanted + got > 0) {
                f1 += 2.0 * counts[c][c] / (wanted + got);
                present++;
            }
        }
        return Score.highest("accuracy", (double) right / all).with("macro_f1", f1 / Math.max(1, present));
    }

    /** The column of the largest value of each row. */
    static int[] largest(float[] values, int columns) {
        var best = new int[values.length / columns];
        for (int row = 0; row < best.length; row++) {
            for (int c = 1; c < columns; c++) {
                if (values[row * columns + c] > values[row * columns + best[row]]) {
                    best[row] = c;
                }
            }
        }
        return best;
    }
}
