package org.lyceum.training.pretrain;

import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.ProductAttention;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Memory;
import org.lyceum.training.optimizer.OptimizerConfig;

/**
 * The memory that a run will need on this machine, reckoned before it starts. Between what is then measured and a quarter more
 * (docs/training.md); meant to refuse what cannot fit, not to plan to the byte.
 *
 * @param weights bytes of parameters, gradients and optimizer moments of one worker
 * @param activations bytes of one worker's share of a micro-batch: what is kept between forward and backward, and what passes
 * @param process bytes of one worker's JVM, libtorch and its buffers
 * @param workers how many of them share this machine's memory
 */
public record MemoryEstimate(long weights, long activations, long process, int workers) {
    private static final long PROCESS = 400L << 20;
    private static final long HEAD_ROWS = 512;

    /** For one worker with a micro-batch of {@code rows} sequences, matrix products in {@code matmulType}. */
    public static MemoryEstimate of(CausalConfig shape, int rows, boolean checkpointing, DType matmulType,
            OptimizerConfig.Kind optimizer) {
        // In f64, which does not wrap around for a shape that is far out of reach.
        double parameters = shape.parameterCount();
        // f32 weight and gradient, two moments of AdamW or one of Muon, and a bf16 copy that the graph holds.
        double weights = parameters * (optimizer == OptimizerConfig.Kind.ADAMW ? 18 : 16);
        double tokens = (double) rows * shape.context();
        double layers = switch (shape) {
            case DecoderConfig transformer -> blocks(transformer, tokens, checkpointing, matmulType);
            case RecurrentConfig recurrent -> recurrences(recurrent, tokens, checkpointing);
        };
        double vocabulary = shape.vocabularySize();
        double head = HEAD_ROWS * vocabulary * 16 + vocabulary * shape.width() * 8 + tokens * shape.width() * 16;
        return new MemoryEstimate((long) weights, (long) (layers + head), PROCESS, 1);
    }

    private static double blocks(DecoderConfig shape, double tokens, boolean checkpointing, DType matmulType) {
        boolean half = matmulType == DType.BF16;
        boolean products = half && shape.context() <= ProductAttention.LONGEST;
        // What the graph of a block holds, by token: the residual stream and inputs of norms in f32, inputs of products in their type.
        double width = shape.width() * ((products ? 28.0 : 44.0) + (shape.norm() == Norm.Kind.RMS ? 24 : 0));
        // GELU: its value and its derivative; gated: gate, up, activated gate and their product.
        double feedForward = shape.hiddenWidth() * (shape.activation().gated() ? 4.0 : 2.0) * matmulType.bytes();
        // Probabilities of attention by products, for the keys that a block of queries sees; the fused one keeps none.
        double keys = (shape.context() + Math.min(shape.context(), ProductAttention.BLOCK)) / 2.0;
        double scores = products ? shape.heads() * keys * 3 : 0;
        double perBlock = tokens * (width + feedForward + scores);
        double kept = checkpointing ? shape.depth() * tokens * 4 * shape.width() + perBlock : shape.depth() * perBlock;
        // What a block's forward and backward make and let go, and what such holes between longer-lived tensors cost.
        return kept + tokens * (64.0 * shape.width() + 8.0 * shape.hiddenWidth());
    }

    /** What goes in and comes out of a layer, and for each gate its sum and its value, in f32; backward makes as much again for one layer. */
    private static double recurrences(RecurrentConfig shape, double tokens, boolean checkpointing) {
        double states = tokens * shape.width() * 4;
        double perLayer = states * (4 + 4 * shape.kind().gates());
        return (checkpointing ? shape.depth() * states + perLayer : shape.depth() * perLayer) + perLayer;
    }

    /** For {@code count} such workers on this machine. */
    public MemoryEstimate times(int count) {
        return new MemoryEstimate(weights, activations, process, count);
    }

    /** Bytes in all. */
    public double total() {
        return ((double) weights + activations + process) * workers;
    }

    /** Throws {@link UserError} when {@code available} bytes are too few. */
    public void mustFit(long available) {
        if (total() > available) {
            throw new UserError(String.format(Locale.ROOT,
                    "This run needs about %.1f GiB of memory (%s%.1f for weights and optimizer, %.1f for activations) and "
                            + "%.1f GiB are free; take %sa smaller --set train.batch or --depth, or --set train.checkpointing=true.",
                    gib(total()), workers == 1 ? "" : "for " + workers + " workers on this machine, each with ", gib(weights),
                    gib(activations), gib(available), workers == 1 ? "" : "fewer workers, "));
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
