package org.lyceum.models.layers;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.tensor.Tensor;

/**
 * Recurrent layers that read a sequence both ways (Schuster and Paliwal 1997): each layer is one recurrence from the first step to the last
 * and one from the last to the first, side by side, and the next layer reads both.
 *
 * <p>Sequences shorter than the longest of their batch are padded at the end. Forward, padding comes after all that counts and changes none
 * of it; backward, each sequence is turned around within its own length. So no kernel need know of lengths.
 */
public final class BidirectionalStack {
    private record Layer(Recurrence forward, Recurrence backward) {
    }

    private final List<Layer> layers = new ArrayList<>();
    private final double dropout;

    /** {@code depth} layers of {@code units} each way; {@code dropout} between them is a probability. */
    public BidirectionalStack(Parameters parameters, Kind kind, int depth, long inputs, long units, double dropout) {
        for (int i = 0; i < depth; i++) {
            var here = parameters.in(i);
            long below = i == 0 ? inputs : 2 * units;
            layers.add(new Layer(new Recurrence(here.in("forward"), kind, below, units),
                    new Recurrence(here.in("backward"), kind, below, units)));
        }
        this.dropout = dropout;
    }

    /**
     * x (B, T, I) → (B, T, 2·H), forward's hidden states before backward's. At padding they mean nothing.
     *
     * @param lengths the steps of each sequence before its padding, from 1 to T
     */
    public Tensor forward(Tensor x, int[] lengths, boolean training) {
        var order = turned(lengths, (int) x.size(1));
        var in = x;
        for (int i = 0; i < layers.size(); i++) {
            var layer = layers.get(i);
            var below = i == 0 ? in : in.dropout(training ? dropout : 0);
            var ahead = layer.forward().forward(below, null).hidden(); // (B, T, H)
            var back = reordered(layer.backward().forward(reordered(below, order), null).hidden(), order);
            in = Tensor.cat(List.of(ahead, back), 2);
        }
        return in;
    }

    /** For each step of each sequence the step that takes its place: the length's last for its first and so on, padding in place. (B, T, 1). */
    private static Tensor turned(int[] lengths, int longest) {
        var order = new int[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            for (int t = 0; t < longest; t++) {
                order[b * longest + t] = t < lengths[b] ? lengths[b] - 1 - t : t;
            }
        }
        return Tensor.ofIds(order, lengths.length, longest, 1);
    }

    private static Tensor reordered(Tensor x, Tensor order) {
        return x.gather(1, order.expand(x.shape()));
    }
}
