package org.lyceum.models.layers;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.tensor.Tensor;

/**
 * Recurrent layers one above the other, forward in time: each reads the hidden states of the one below, with dropout between them and not
 * from step to step (Zaremba, Sutskever and Vinyals 2014, section 3.1).
 */
public final class RecurrentStack {
    /**
     * What the stack carries from one stretch of a sequence to the next: truncated backpropagation through time goes on from it, and so
     * does generation.
     *
     * @param layers of each layer, from the lowest, the tensors (B, H) that its kind carries
     */
    public record State(List<List<Tensor>> layers) {
        /** The same values, cut off from the graph: the next stretch begins with them and backward ends there. */
        public State detached() {
            return new State(layers.stream().map(layer -> layer.stream().map(Tensor::detached).toList()).toList());
        }
    }

    /** The top layer's hidden states (B, T, H), and the state after the last step. */
    public record Output(Tensor hidden, State state) {
    }

    private final List<Recurrence> layers = new ArrayList<>();
    private final double dropout;

    /** {@code depth} layers of {@code units} each, the lowest over {@code inputs}; {@code dropout} is a probability. */
    public RecurrentStack(Parameters parameters, Kind kind, int depth, long inputs, long units, double dropout) {
        for (int i = 0; i < depth; i++) {
            layers.add(new Recurrence(parameters.in(i), kind, i == 0 ? inputs : units, units));
        }
        this.dropout = dropout;
    }

    /** The number of layers. */
    public int depth() {
        return layers.size();
    }

    /** One layer alone, {@code index} from 0 at the lowest, from the beginning of a sequence: what comes from below (B, T, I or H) → (B, T, H). */
    public Tensor layer(int index, Tensor below, boolean training) {
        return layers.get(index).forward(dropped(index, below, training), null).hidden();
    }

    private Tensor dropped(int index, Tensor below, boolean training) {
        return below.dropout(index > 0 && training ? dropout : 0);
    }

    /** x (B, T, I) → hidden states (B, T, H); {@code state} is null at the beginning of a sequence. */
    public Output forward(Tensor x, @Nullable State state, boolean training) {
        var in = x;
        var left = new ArrayList<List<Tensor>>();
        for (int i = 0; i < layers.size(); i++) {
            var unrolled = layers.get(i).forward(dropped(i, in, training), state == null ? null : state.layers().get(i));
            left.add(unrolled.last());
            in = unrolled.hidden();
        }
        return new Output(in, new State(left));
    }
}
