package org.lyceum.models.layers;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * One transformer block: x + attention(x), then x + feed-forward(x), each branch normalised before (Radford et al. 2019, section 2.3), after,
 * or both.
 */
public final class Block {
    private final Branch<Attention> attention;
    private final Branch<FeedForward> feedForward;
    private final double dropout;

    /**
     * A layer and the normalisations around it.
     *
     * @param before of what goes in; null for none
     * @param after of what comes out; null for none
     */
    public record Branch<L>(@Nullable Norm before, L layer, @Nullable Norm after) {
        private Tensor in(Tensor x) {
            return before == null ? x : before.forward(x);
        }

        private Tensor out(Tensor x) {
            return after == null ? x : after.forward(x);
        }
    }

    /** From its branches; {@code dropout} is a probability. */
    public Block(Branch<Attention> attention, Branch<FeedForward> feedForward, double dropout) {
        this.attention = attention;
        this.feedForward = feedForward;
        this.dropout = dropout;
    }

    /** x (B, T, W) → (B, T, W) in f32; dropout (Srivastava et al. 2014) on each branch while {@code training}. */
    public Tensor forward(Tensor x, @Nullable Tensor mask, @Nullable KeyValueCache cache, boolean training) {
        return forward(x, in -> attention.layer().forward(in, mask, cache), training ? dropout : 0);
    }

    /** The same for several texts at once, (1, T, W), as {@link Attention#forwardEach} takes them; without dropout. */
    public Tensor forwardEach(Tensor x, Tensor positions, List<Attention.Span> spans) {
        return forward(x, in -> attention.layer().forwardEach(in, positions, spans), 0);
    }

    private Tensor forward(Tensor x, UnaryOperator<Tensor> attends, double p) {
        var a = attention;
        var f = feedForward;
        var mixed = Scope.of(() -> x.plus(a.out(attends.apply(a.in(x))).dropout(p)));
        return Scope.of(() -> mixed.plus(f.out(f.layer().forward(f.in(mixed))).dropout(p)));
    }
}
