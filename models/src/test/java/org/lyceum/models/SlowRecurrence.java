package org.lyceum.models;

import java.util.List;
import org.lyceum.models.layers.Recurrence.Kind;

/**
 * The oracle of recurrent layers: one step after the other in plain loops over doubles, written from the papers' equations. A sequence is
 * x[t][i]; the weights of a layer are W (G·H, I), U (G·H, H), b and b′ (G·H), row-major, as parameters are, in this order:
 * {@code input.weight}, {@code state.weight}, {@code input.bias}, {@code state.bias}.
 */
public final class SlowRecurrence {
    private SlowRecurrence() {
    }

    /**
     * All hidden states (T, H).
     *
     * @param state h and, of an LSTM, c before the first step; afterwards those after the last
     */
    public static double[][] run(Kind kind, double[][] x, double[][] state, List<double[]> weights) {
        var hidden = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            step(kind, x[t], state, weights);
            hidden[t] = state[0].clone();
        }
        return hidden;
    }

    /** A state of zeros. */
    public static double[][] zeros(Kind kind, int units) {
        return new double[kind.states()][units];
    }

    private static void step(Kind kind, double[] x, double[][] state, List<double[]> p) {
        int units = state[0].length;
        var fromInput = SlowLayers.linear(new double[][]{x}, p.get(0), p.get(2))[0];
        var fromState = SlowLayers.linear(new double[][]{state[0]}, p.get(1), p.get(3))[0];
        for (int j = 0; j < units; j++) {
            switch (kind) {
                case ELMAN -> state[0][j] = Math.tanh(fromInput[j] + fromState[j]);
                case GRU -> {
                    double reset = sigmoid(fromInput[j] + fromState[j]);
                    double update = sigmoid(fromInput[units + j] + fromState[units + j]);
                    double candidate = Math.tanh(fromInput[2 * units + j] + reset * fromState[2 * units + j]);
                    state[0][j] = (1 - update) * candidate + update * state[0][j];
                }
                case LSTM -> {
                    double input = sigmoid(fromInput[j] + fromState[j]);
                    double forget = sigmoid(fromInput[units + j] + fromState[units + j]);
                    double candidate = Math.tanh(fromInput[2 * units + j] + fromState[2 * units + j]);
                    double output = sigmoid(fromInput[3 * units + j] + fromState[3 * units + j]);
                    state[1][j] = forget * state[1][j] + input * candidate;
                    state[0][j] = output * Math.tanh(state[1][j]);
                }
            }
        }
    }

    private static double sigmoid(double v) {
        return 1 / (1 + Math.exp(-v));
    }

    /** A layer read both ways: each step's forward state beside its backward state, (T, 2·H). */
    public static double[][] both(Kind kind, double[][] x, int units, List<double[]> forward, List<double[]> backward) {
        var ahead = run(kind, x, zeros(kind, units), forward);
        var back = reversed(run(kind, reversed(x), zeros(kind, units), backward));
        var hidden = new double[x.length][2 * units];
        for (int t = 0; t < x.length; t++) {
            System.arraycopy(ahead[t], 0, hidden[t], 0, units);
            System.arraycopy(back[t], 0, hidden[t], units, units);
        }
        return hidden;
    }

    private static double[][] reversed(double[][] x) {
        var y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = x[x.length - 1 - t];
        }
        return y;
    }
}
