package org.lyceum.training.pretrain;

import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.ProductAttention;
import org.lyceum.tensor.Memory;
import org.lyceum.training.optimizer.OptimizerConfig;

/**
 * The memory that a run will need, reckoned before it starts. Within a third of what is then measured (docs/training.md); meant to refuse
 * what cannot fit, not to plan to the byte.
 *
 * @param weights bytes of parameters, gradients and optimizer moments
 * @param activations bytes kept between forward and backward of one micro-batch
 * @param process bytes of the JVM, libtorch and its buffers
 */
public record MemoryEstimate(long weights, long activations, long process) {
    private static final long PROCESS = 450L << 20;
    private static final long HEAD_ROWS = 512;

    /** For one micro-batch of {@code rows} sequences. */
    public static MemoryEstimate of(DecoderConfig shape, int rows, boolean checkpointing, OptimizerConfig.Kind optimizer) {
        // In f64, which does not wrap around for a shape that is far out of reach.
        double parameters = shape.parameterCount();
        // f32 weight and gradient, two moments of AdamW or one of Muon, and a bf16 copy while it is used.
        double weights = parameters * (optimizer == OptimizerConfig.Kind.ADAMW ? 18 : 16);
        double tokens = (double) rows * shape.context();
        double feedForward = shape.hiddenWidth() * (shape.activation() == FeedForward.Kind.SWIGLU ? 12.0 : 6.0);
        // Scores and probabilities, where attention is done by products (ProductAttention); the fused one keeps none.
        double scores = shape.context() <= ProductAttention.LONGEST ? tokens * shape.heads() * shape.context() * 6L : 0;
        double perBlock = tokens * (56.0 * shape.width() + feedForward) + scores;
        double kept = checkpointing ? shape.depth() * tokens * 4 * shape.width() + perBlock : shape.depth() * perBlock;
        double head = HEAD_ROWS * shape.vocabularySize() * 16.0 + tokens * shape.width() * 16;
        return new MemoryEstimate((long) weights, (long) (kept + head), PROCESS);
    }

    /** Bytes in all. */
    public double total() {
        return (double) weights + activations + process;
    }

    /** Throws {@link UserError} when {@code available} bytes are too few. */
    public void mustFit(long available) {
        if (total() > available) {
            throw new UserError(String.format(Locale.ROOT,
                    "This run needs about %.1f GiB of memory (%.1f for weights and optimizer, %.1f for activations) and "
                            + "%.1f GiB are free; take a smaller --set train.batch or --depth, or --set train.checkpointing=true.",
                    gib(total()), gib(weights),
                    gib(activations), gib(available)));
        }
    }

    /** The same against this machine. */
    public void mustFit() {
        mustFit(Memory.availableBytes());
    }

    private static double gib(double bytes) {
        return bytes / (1L << 30);
    }
}
