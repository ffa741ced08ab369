package org.lyceum.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorMathTest {
    private static final int LENGTH = 2 * Lanes.COUNT + 3; // whole vectors and a rest

    private static float[] random(long seed, float scale) {
        var random = new Random(seed);
        var values = new float[LENGTH + 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * scale;
        }
        return values;
    }

    @Test
    void expIsTheExponentialToAnUlpOrTwo() {
        var out = new float[Lanes.COUNT];
        for (float x = -86; x < 88; x += 0.0137f) {
            VectorMath.exp(FloatVector.broadcast(Lanes.FLOATS, x)).intoArray(out, 0);
            double exact = Math.exp(x);
            assertThat((double) out[0]).as("e^%s", x).isCloseTo(exact, within(exact * 2.5e-7));
        }
        VectorMath.exp(FloatVector.broadcast(Lanes.FLOATS, -1e9f)).intoArray(out, 0);
        assertThat(out[0]).isBetween(0f, 1e-37f);
    }

    @Test
    void normsAreThoseOfTheirFormulas() {
        var x = random(1, 3);
        var weight = random(2, 1);
        var bias = random(3, 1);
        var out = new float[LENGTH + 2];
        double squares = IntStream.range(2, LENGTH + 2).mapToDouble(i -> (double) x[i] * x[i]).sum() / LENGTH;
        VectorMath.rmsNorm(x, 2, weight, 1, LENGTH, 1e-5f, out, 1);
        for (int i = 0; i < LENGTH; i++) {
            assertThat((double) out[1 + i]).isCloseTo(x[2 + i] / Math.sqrt(squares + 1e-5) * weight[1 + i], within(1e-5));
        }
        double mean = IntStream.range(2, LENGTH + 2).mapToDouble(i -> x[i]).sum() / LENGTH;
        double variance = IntStream.range(2, LENGTH + 2).mapToDouble(i -> (x[i] - mean) * (x[i] - mean)).sum() / LENGTH;
        VectorMath.layerNorm(x, 2, weight, bias, LENGTH, 1e-5f, out, 0);
        for (int i = 0; i < LENGTH; i++) {
            assertThat((double) out[i]).isCloseTo((x[2 + i] - mean) / Math.sqrt(variance + 1e-5) * weight[i] + bias[i], within(1e-5));
        }
    }

    @Test
    void activationsAreThoseOfTheirFormulas() {
        var gate = random(4, 4);
        var up = random(5, 1);
        var silu = gate.clone();
        VectorMath.siluTimes(silu, 1, up, 2, LENGTH);
        var gelu = gate.clone();
        VectorMath.gelu(gelu, 1, null, 0, LENGTH);
        var gated = gate.clone();
        VectorMath.gelu(gated, 1, up, 2, LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            double g = gate[1 + i];
            double tanh = 0.5 * g * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g)));
            assertThat((double) silu[1 + i]).isCloseTo(g / (1 + Math.exp(-g)) * up[2 + i], within(1e-5));
            assertThat((double) gelu[1 + i]).isCloseTo(tanh, within(1e-5));
            assertThat((double) gated[1 + i]).isCloseTo(tanh * up[2 + i], within(1e-5));
        }
        assertThat(silu[0]).isEqualTo(gate[0]);
        assertThat(silu[LENGTH + 1]).isEqualTo(gate[LENGTH + 1]);
    }

    @Test
    void scoresBecomeProbabilities() {
        var scores = random(6, 5);
        var out = scores.clone();
        float inverse = VectorMath.expScores(out, 1, LENGTH);
        double max = IntStream.range(1, LENGTH + 1).mapToDouble(i -> scores[i]).max().orElseThrow();
        double sum = IntStream.range(1, LENGTH + 1).mapToDouble(i -> Math.exp(scores[i] - max)).sum();
        for (int i = 1; i <= LENGTH; i++) {
            assertThat((double) out[i] * inverse).isCloseTo(Math.exp(scores[i] - max) / sum, within(1e-6));
        }
    }

    @Test
    void sumsAndProducts() {
        var a = random(7, 1);
        var b = random(8, 1);
        double dot = IntStream.range(0, LENGTH).mapToDouble(i -> (double) a[1 + i] * b[2 + i]).sum();
        assertThat((double) VectorMath.dot(a, 1, b, 2, LENGTH)).isCloseTo(dot, within(1e-4));
        var sum = a.clone();
        VectorMath.add(sum, 1, b, 2, LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            assertThat(sum[1 + i]).isEqualTo(a[1 + i] + b[2 + i]);
        }
        assertThat(sum[0]).isEqualTo(a[0]);
    }
}
