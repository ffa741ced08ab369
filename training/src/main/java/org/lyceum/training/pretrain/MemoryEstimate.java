package org.lyceum.training.pretrain;

import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.ProductAttention;
import org.lyceum.tensor.Memory;
import org.lyceum.training.optimizer.OptimizerConfig;

/**
 * The memory that a run will need, reckoned before it starts. Within a third of what is then measured (docs/training.md); meant to refuse what
 * cannot fit, not to plan to the byte.
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
        long parameters = shape.parameterCount();
        // f32 weight and gradient, two moments of AdamW or one of Muon, and a bf16 copy while it is used.
        long weights = parameters * (optimizer == OptimizerConfig.Kind.adamw ? 18 : 16);
        long tokens = (long) rows * shape.context();
        long feedForward = shape.hiddenWidth() * (shape.activation() == FeedForward.Kind.swiglu ? 12L : 6L);
        // Scores and probabilities, where attention is done by products (ProductAttention); the fused one keeps none.
        long scores = shape.context() <= ProductAttention.LONGEST ? tokens * shape.heads() * shape.context() * 6L : 0;
        long perBlock = tokens * (56L * shape.width() + feedForward) + scores;
        long kept = checkpointing ? shape.depth() * tokens * 4L * shape.width() + perBlock : shape.depth() * perBlock;
        long head = HEAD_ROWS * shape.vocabularySize() * 16L + tokens * shape.width() * 16L;
        return new MemoryEstimate(weights, kept + head, PROCESS);
    }

    public long total() {
        return weights + activations + process;
    }

    /** Throws {@link UserError} when {@code available} bytes are too few. */
    public void mustFit(long available) {
        if (total() > available) {
            throw new UserError(String.format(Locale.ROOT, "This run needs about %.1f GiB of memory (%.1f for weights and optimizer, %.1f for activations) and "
                    + "%.1f GiB are free; take a smaller --set train.batch or --depth, or --set train.checkpointing=true.", gib(total()), gib(weights),
                    gib(activations), gib(available)));
        }
    }

    /** The same against this machine. */
    public void mustFit() {
        mustFit(Memory.availableBytes());
    }

    private static double gib(long bytes) {
        return bytes / (double) (1L << 30);
    }
}
