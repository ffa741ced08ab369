package org.lyceum.app.bench;

import java.util.List;
import org.lyceum.models.DecoderConfig;

/**
 * A GPT-2 and its batch.
 *
 * @param name about how many parameters
 * @param vocabulary tokens
 * @param context tokens of a row
 * @param width of the residual stream
 * @param depth blocks
 * @param heads of attention
 * @param bias whether linear layers have offsets
 * @param batch rows
 */
record TrainingSize(String name, int vocabulary, int context, int width, int depth, int heads, boolean bias, int batch) {
    /** nanoGPT's setting for a laptop's CPU, its setting for tiny Shakespeare with 4096 tokens, and GPT-2 small with its vocabulary padded. */
    static final List<TrainingSize> ALL = List.of(
            new TrainingSize("0.8M", 65, 64, 128, 4, 4, false, 12),
            new TrainingSize("12M", 4096, 256, 384, 6, 6, false, 16),
            new TrainingSize("124M", 50_304, 512, 768, 12, 12, true, 4));

    /** For tests. */
    static final TrainingSize TOY = new TrainingSize("toy", 32, 8, 16, 1, 2, true, 2);

    /** Tokens of a step. */
    long tokens() {
        return (long) batch * context;
    }

    /** As a model. */
    DecoderConfig config() {
        return DecoderConfig.gpt2(vocabulary, context, width, depth, heads)
                .with(c -> c.biases = bias ? DecoderConfig.Biases.ALL : DecoderConfig.Biases.NONE);
    }

    /**
     * Floating-point operations of a token's forward and backward pass: 6 for each weight in a matrix product (the head's counted, the
     * embedding tables' not), and for attention 6·L·W·T, half of 12·L·W·T, because a causal model needs only the half below the diagonal.
     */
    double flopsPerToken() {
        return config().trainingFlopsPerToken() - 6.0 * depth * width * context;
    }
}
