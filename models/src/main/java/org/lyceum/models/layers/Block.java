package org.lyceum.models.layers;

import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** One pre-norm transformer block (Radford et al. 2019, section 2.3): x + attention(norm x), then x + feed-forward(norm x). */
public final class Block {
    private final Norm attentionNorm;
    private final Attention attention;
    private final Norm feedForwardNorm;
    private final FeedForward feedForward;
    private final double dropout;

    /** From its parts; {@code dropout} is a probability. */
    public Block(Norm attentionNorm, Attention attention, Norm feedForwardNorm, FeedForward feedForward, double dropout) {
        this.attentionNorm = attentionNorm;
        this.attention = attention;
        this.feedForwardNorm = feedForwardNorm;
        this.feedForward = feedForward;
        this.dropout = dropout;
    }

    /** x (B, T, W) → (B, T, W) in f32; dropout (Srivastava et al. 2014) on each branch while {@code training}. */
    public Tensor forward(Tensor x, @Nullable Tensor mask, @Nullable KeyValueCache cache, boolean training) {
        double p = training ? dropout : 0;
        var mixed = Scope.of(() -> x.plus(attention.forward(attentionNorm.forward(x), mask, cache).dropout(p)));
        return Scope.of(() -> mixed.plus(feedForward.forward(feedForwardNorm.forward(mixed)).dropout(p)));
    }
}
