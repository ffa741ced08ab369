package org.lyceum.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The step beside the obvious loops, and its gradient beside differences of its loss. */
class LogisticStepTest {
    private static FloatRows random(int rows, int width, Random random) {
        var table = new FloatRows(rows, width);
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < width; k++) {
                table.values()[table.at(r) + k] = (float) random.nextGaussian() / 4;
            }
        }
        return table;
    }

    private static FloatRows copy(FloatRows table) {
        var copy = new FloatRows(table.rows(), table.width());
        System.arraycopy(table.values(), 0, copy.values(), 0, table.values().length);
        return copy;
    }

    private static int[] firstStarts(FloatRows table, int count) {
        var starts = new int[count];
        for (int i = 0; i < count; i++) {
            starts[i] = table.at(i);
        }
        return starts;
    }

    @Property(tries = 200)
    void equalsTheObviousLoops(@ForAll long seed, @ForAll @IntRange(min = 1, max = 70) int width,
            @ForAll @IntRange(min = 1, max = 5) int inputs,
            @ForAll @IntRange(min = 1, max = 14) int outputs) {
        var random = new Random(seed);
        var x = random(inputs, width, random);
        var w = random(20, width, random);
        var before = copy(w);
        var step = new LogisticStep(w, inputs, outputs);
        var labels = new float[outputs];
        for (int j = 0; j < outputs; j++) {
            labels[j] = random.nextBoolean() ? 1 : 0;
            step.add(19 - j, labels[j]);
        }
        var weights = new double[outputs];
        Arrays.fill(weights, 1);
        for (int drawn = 0; drawn < 3; drawn++) { // counts again with label 0, and not with label 1
            int j = random.nextInt(outputs);
            step.addDrawn(19 - j);
            weights[j] += labels[j] == 0 ? 1 : 0;
        }
        var gradients = new float[inputs * x.stride()];
        step.run(x.values(), firstStarts(x, inputs), inputs, 0.3f, gradients, false);
        var expected = copy(before);
        for (int i = 0; i < inputs; i++) {
            var gradient = new double[width];
            for (int j = 0; j < outputs; j++) {
                double z = 0;
                for (int k = 0; k < width; k++) {
                    z += (double) x.row(i)[k] * before.row(19 - j)[k];
                }
                double g = 0.3 * weights[j] * (labels[j] - 1 / (1 + Math.exp(-z)));
                for (int k = 0; k < width; k++) {
                    gradient[k] += g * before.row(19 - j)[k];
                    expected.values()[expected.at(19 - j) + k] += (float) (g * x.row(i)[k]);
                }
            }
            for (int k = 0; k < width; k++) {
                assertThat((double) gradients[i * x.stride() + k]).isCloseTo(gradient[k], within(3e-2)); // the table's cells are 1/64 wide
            }
        }
        for (int r = 0; r <= 20; r++) {
            for (int k = 0; k < w.stride(); k++) {
                assertThat(w.values()[w.at(r) + k]).isCloseTo(expected.values()[w.at(r) + k], within(2e-2f));
            }
        }
        step.run(x.values(), firstStarts(x, inputs), inputs, 0, gradients.clone(), true);
        assertThat(w.values()).usingComparatorWithPrecision(0f).isEqualTo(w.values());
    }

    /** With a small rate, what is handed back is −rate · ∂loss/∂x. */
    @Test
    void handsBackTheGradientOfItsLoss() {
        var random = new Random(3);
        var x = random(2, 21, random);
        var w = random(9, 21, random);
        var step = new LogisticStep(w, 2, 8);
        for (int j = 0; j < 8; j++) {
            step.add(j, j % 3 == 0 ? 1 : 0);
        }
        var starts = firstStarts(x, 2);
        float rate = 1e-3f;
        for (int k = 0; k < 21; k++) {
            var up = x.values().clone();
            var down = x.values().clone();
            up[x.at(1) + k] += 1e-2f;
            down[x.at(1) + k] -= 1e-2f;
            double slope = (step.loss(up, starts, 2) - step.loss(down, starts, 2)) / (up[x.at(1) + k] - down[x.at(1) + k]);
            var gradients = new float[2 * x.stride()];
            new LogisticStepTest().run(copy(w), x, starts, rate, gradients);
            assertThat(gradients[x.stride() + k] / -rate).isCloseTo((float) slope, within(0.02f));
        }
    }

    private void run(FloatRows w, FloatRows x, int[] starts, float rate, float[] gradients) {
        var step = new LogisticStep(w, 2, 8);
        for (int j = 0; j < 8; j++) {
            step.add(j, j % 3 == 0 ? 1 : 0);
        }
        step.run(x.values(), starts, 2, rate, gradients, false);
    }

    @Test
    void theTableIsNearTheFunctionAndEndsAtItsBorders() {
        for (float z = -12; z <= 12; z += 0.037f) {
            assertThat((double) LogisticStep.sigmoid(z)).isCloseTo(1 / (1 + Math.exp(-z)), within(2.1e-3));
        }
        assertThat(LogisticStep.sigmoid(8)).isEqualTo(1);
        assertThat(LogisticStep.sigmoid(-8)).isZero();
        assertThat(LogisticStep.sigmoid(Float.NaN)).isNotNaN();
    }

    @Test
    void rowsAreAddedAndAveraged() {
        var table = random(5, 7, new Random(1));
        var mean = new float[table.stride()];
        table.mean(new int[]{table.at(4), table.at(0), table.at(1)}, 1, 3, mean);
        for (int k = 0; k < 7; k++) {
            assertThat(mean[k]).isCloseTo((table.row(0)[k] + table.row(1)[k]) / 2, within(1e-6f));
        }
        table.mean(new int[0], 0, 0, mean);
        assertThat(mean).containsOnly(0);
        var old = table.row(2);
        table.addToEach(new int[]{table.at(2)}, 0, 1, table.values().clone(), table.at(3), 2);
        for (int k = 0; k < 7; k++) {
            assertThat(table.row(2)[k]).isCloseTo(old[k] + 2 * table.row(3)[k], within(1e-6f));
        }
        assertThat(table.dot(table.at(0), table.values(), table.at(5))).isZero(); // the row of zeros
    }
}
