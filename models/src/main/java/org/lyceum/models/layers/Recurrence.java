package org.lyceum.models.layers;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Recurrences;
import org.lyceum.tensor.Recurrences.Unrolled;
import org.lyceum.tensor.Tensor;

/**
 * One recurrent layer in one direction: the state after each step is a function of the state before it and of the step's input. In f32
 * throughout: rounding the state at each of hundreds of steps would be an error of its own.
 *
 * <p>Shapes: B sequences of T steps, I inputs, H units, G gates.
 */
public final class Recurrence {
    /** Which recurrence; {@link Recurrences} has the equations. */
    public enum Kind {
        /** One tanh of input and last state (Elman 1990). */
        ELMAN(1, 1),
        /** Gated recurrent units (Cho et al. 2014). */
        GRU(3, 1),
        /** Long short-term memory (Hochreiter and Schmidhuber 1997) with a forget gate (Gers, Schmidhuber and Cummins 2000). */
        LSTM(4, 2);

        private final int gates;
        private final int states;

        Kind(int gates, int states) {
            this.gates = gates;
            this.states = states;
        }

        /** G, the vectors of H that are computed at each step. */
        public int gates() {
            return gates;
        }

        /** The vectors of H that are carried from step to step. */
        public int states() {
            return states;
        }

        /** The weights and offsets of a layer: G·H·(I + H + 2). */
        public long parameterCount(long inputs, long units) {
            return gates * units * (inputs + units + 2);
        }
    }

    private final Kind kind;
    private final long units;
    private final List<Tensor> weights;

    /** Registers {@code input.weight} (G·H, I) and {@code state.weight} (G·H, H), and an offset (G·H) of each. */
    public Recurrence(Parameters parameters, Kind kind, long inputs, long units) {
        this.kind = kind;
        this.units = units;
        long rows = kind.gates * units;
        var fromInput = parameters.in("input");
        var fromState = parameters.in("state");
        var bias = kind == Kind.LSTM ? Parameter.Role.LSTM_BIAS : Parameter.Role.BIAS;
        weights = List.of(fromInput.add("weight", Parameter.Role.RECURRENT_MATRIX, rows, inputs),
                fromState.add("weight", Parameter.Role.RECURRENT_MATRIX, rows, units),
                fromInput.add("bias", bias, rows), fromState.add("bias", Parameter.Role.BIAS, rows));
    }

    /**
     * x (B, T, I) → all hidden states (B, T, H) and the state after the last step.
     *
     * @param state what an earlier call left, as many tensors (B, H) as the kind has states; null for zeros
     */
    public Unrolled forward(Tensor x, @Nullable List<Tensor> state) {
        var in = x.to(DType.F32);
        var from = state != null
                ? state
                : IntStream.range(0, kind.states).mapToObj(_ -> Tensor.zeros(DType.F32, x.size(0), units)).toList();
        return switch (kind) {
            case ELMAN -> Recurrences.tanh(in, from.getFirst(), weights);
            case GRU -> Recurrences.gru(in, from.getFirst(), weights);
            case LSTM -> Recurrences.lstm(in, from.getFirst(), from.getLast(), weights);
        };
    }
}
