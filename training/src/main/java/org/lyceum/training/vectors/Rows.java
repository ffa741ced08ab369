package org.lyceum.training.vectors;

import org.lyceum.foundation.Seeds;
import org.lyceum.tensor.kernels.FloatRows;
import org.lyceum.tensor.kernels.LogisticStep;

/** What the trainings of this package do with rows alike. */
final class Rows {
    private Rows() {
    }

    /** First values: uniform between −{@code bound} and {@code bound}, each row by the seed and its number alone. */
    static void fill(FloatRows rows, double bound, long seed) {
        for (int r = 0; r < rows.rows(); r++) {
            var draws = new Draws(Seeds.derive(seed, "first values", r));
            int at = rows.at(r);
            for (int k = 0; k < rows.width(); k++) {
                rows.values()[at + k] = (float) ((2 * draws.unit() - 1) * bound);
            }
        }
    }

    /** Adds {@code count} classes that are drawn, each as often as it is drawn; the right one, where it is drawn, is left out. */
    static void addNegatives(LogisticStep step, Negatives negatives, int count, Draws draws) {
        for (int i = 0; i < count; i++) {
            step.addDrawn(negatives.draw(draws));
        }
    }

    /** out += scale · row {@code r}. */
    static void addTo(float[] out, FloatRows rows, int r, float scale) {
        var values = rows.values();
        int at = rows.at(r);
        for (int k = 0; k < rows.width(); k++) {
            out[k] += scale * values[at + k];
        }
    }
}
