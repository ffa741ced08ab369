package org.lyceum.models;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.layers.Rope;

/**
 * The oracles: every layer once more as plain loops over doubles, written from the papers and not from the fast code. A sequence is
 * x[t][d]; matrices are (O, I), row-major, as parameters are.
 */
public final class SlowLayers {
    private SlowLayers() {
    }

    /** y = x·Wᵀ + b. */
    public static double[][] linear(double[][] x, double[] weight, double @Nullable [] bias) {
        int inputs = x[0].length;
        int outputs = weight.length / inputs;
        var y = new double[x.length][outputs];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < outputs; o++) {
                y[t][o] = bias == null ? 0 : bias[o];
                for (int i = 0; i < inputs; i++) {
                    y[t][o] += x[t][i] * weight[o * inputs + i];
                }
            }
        }
        return y;
    }

    /** (x − mean) / √(variance + ε) · w + b. */
    public static double[][] layerNorm(double[][] x, double[] weight, double[] bias, double epsilon) {
        var y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            for (double v : x[t]) {
                mean += v / x[t].length;
            }
            double variance = 0;
            for (double v : x[t]) {
                variance += (v - mean) * (v - mean) / x[t].length;
            }
            for (int d = 0; d < x[t].length; d++) {
                y[t][d] = (x[t][d] - mean) / Math.sqrt(variance + epsilon) * weight[d] + bias[d];
            }
        }
        return y;
    }

    /** x / √(mean(x²) + ε) · w. */
    public static double[][] rmsNorm(double[][] x, double[] weight, double epsilon) {
        var y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            double square = 0;
            for (double v : x[t]) {
                square += v * v / x[t].length;
            }
            for (int d = 0; d < x[t].length; d++) {
                y[t][d] = x[t][d] / Math.sqrt(square + epsilon) * weight[d];
            }
        }
        return y;
    }

    /** Turns the pair (i, i + D/2) of a head's vector at position t as the complex number a + ib times e^(i·t·θ^(−2i/D)), or slower. */
    public static double[] rotated(double[] head, int t, Rope rope) {
        int half = head.length / 2;
        var y = new double[head.length];
        for (int i = 0; i < half; i++) {
            double plain = Math.pow(rope.theta(), -2.0 * i / head.length);
            double angle = t * switch (rope.scaling()) {
                case Rope.Unscaled() -> plain;
                case Rope.Linear(double factor) -> plain / factor;
                case Rope.Llama3 s -> {
                    double turns = s.originalContext() * plain / (2 * Math.PI);
                    double kept = (turns - s.lowFrequencyFactor()) / (s.highFrequencyFactor() - s.lowFrequencyFactor());
                    kept = Math.max(0, Math.min(1, kept));
                    yield kept * plain + (1 - kept) * plain / s.factor();
                }
            };
            y[i] = head[i] * Math.cos(angle) - head[i + half] * Math.sin(angle);
            y[i + half] = head[i] * Math.sin(angle) + head[i + half] * Math.cos(angle);
        }
        return y;
    }

    /** The score of query t on key s before the softmax. */
    @FunctionalInterface
    public interface Score {
        double of(int head, int t, int s, double[] query, double[] key);
    }

    /**
     * Σ_{s ≤ t} softmax_s(score)·v_s for each head, side by side.
     *
     * @param q (T, H·D), and {@code k}, {@code v} (T, K·D): head h attends to key–value head h·K/H
     */
    public static double[][] attention(double[][] q, double[][] k, double[][] v, int heads, int keyValueHeads, Score score) {
        int width = q[0].length / heads;
        var y = new double[q.length][q[0].length];
        for (int h = 0; h < heads; h++) {
            int group = h * keyValueHeads / heads;
            for (int t = 0; t < q.length; t++) {
                var weights = new double[t + 1];
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    weights[s] = Math.exp(score.of(h, t, s, slice(q[t], h, width), slice(k[s], group, width)));
                    sum += weights[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int d = 0; d < width; d++) {
                        y[t][h * width + d] += weights[s] / sum * v[s][group * width + d];
                    }
                }
            }
        }
        return y;
    }

    /** The {@code index}-th run of {@code width} numbers. */
    public static double[] slice(double[] x, int index, int width) {
        return Arrays.copyOfRange(x, index * width, (index + 1) * width);
    }

    /** {@code count} columns from {@code from} on, of each row. */
    public static double[][] columns(double[][] x, int from, int count) {
        return Arrays.stream(x).map(row -> Arrays.copyOfRange(row, from, from + count)).toArray(double[][]::new);
    }

    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** ALiBi's slope of head h (from 0) of H, as the authors' code has it: powers of two first, then every other one of twice as many. */
    public static double slope(int head, int heads) {
        int power = 1;
        while (power * 2 <= heads) {
            power *= 2;
        }
        return head < power ? Math.pow(2, -8.0 / power * (head + 1)) : Math.pow(2, -4.0 / power * (2 * (head - power) + 1));
    }

    /** Vaswani et al. 2017: sin(t / 10000^(2i/W)) at 2i and cos of the same at 2i + 1. */
    public static double sinusoid(int t, int dimension, int width) {
        int i = dimension / 2;
        double angle = t / Math.pow(10_000, 2.0 * i / width);
        return dimension % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
    }

    /** 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
    public static double gelu(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    /** x / (1 + e^−x). */
    public static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    /** down(gelu(up x)). */
    public static double[][] geluNetwork(double[][] x, double[] up, double @Nullable [] upBias, double[] down,
            double @Nullable [] downBias) {
        var h = linear(x, up, upBias);
        for (var row : h) {
            for (int i = 0; i < row.length; i++) {
                row[i] = gelu(row[i]);
            }
        }
        return linear(h, down, downBias);
    }

    /** down(max(up x, 0)). */
    public static double[][] reluNetwork(double[][] x, double[] up, double @Nullable [] upBias, double[] down,
            double @Nullable [] downBias) {
        var h = linear(x, up, upBias);
        for (var row : h) {
            for (int i = 0; i < row.length; i++) {
                row[i] = Math.max(row[i], 0);
            }
        }
        return linear(h, down, downBias);
    }

    /** down(activation(gate x) ⊙ up x), gate above up in one matrix. */
    public static double[][] gatedNetwork(DoubleUnaryOperator activation, double[][] x, double[] gateUp, double @Nullable [] gateUpBias,
            double[] down,
            double @Nullable [] downBias) {
        var both = linear(x, gateUp, gateUpBias);
        int hidden = both[0].length / 2;
        var h = new double[x.length][hidden];
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < hidden; i++) {
                h[t][i] = activation.applyAsDouble(both[t][i]) * both[t][hidden + i];
            }
        }
        return linear(h, down, downBias);
    }

    /** The mean of −Σ_v wanted[v]·log softmax(logits)[v], wanted being (1 − ε)·one-hot(target) + ε/V; negative targets are passed over. */
    public static double smoothedCrossEntropy(double[][] logits, int[] targets, double smoothing) {
        double sum = 0;
        int counted = 0;
        for (int t = 0; t < logits.length; t++) {
            if (targets[t] < 0) {
                continue;
            }
            counted++;
            double z = 0;
            for (double v : logits[t]) {
                z += Math.exp(v);
            }
            for (int v = 0; v < logits[t].length; v++) {
                double wanted = (v == targets[t] ? 1 - smoothing : 0) + smoothing / logits[t].length;
                sum += wanted * (Math.log(z) - logits[t][v]);
            }
        }
        return sum / counted;
    }

    /** The mean of −log softmax(logits)[target]. */
    public static double crossEntropy(double[][] logits, int[] targets) {
        double sum = 0;
        for (int t = 0; t < logits.length; t++) {
            double z = 0;
            for (double v : logits[t]) {
                z += Math.exp(v);
            }
            sum += Math.log(z) - logits[t][targets[t]];
        }
        return sum / logits.length;
    }
}
