package org.lyceum.training;

import org.lyceum.models.CausalModel;
import org.lyceum.models.Pass;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.shard.Batch;

/**
 * How well a model predicts held-out text.
 *
 * @param nats the sum over all predicted tokens of −log p
 * @param tokens predicted
 * @param bytes of UTF-8 text that these tokens spell
 */
public record Evaluation(double nats, long tokens, long bytes) {
    /** Logits are made for so many positions at a time. */
    private static final long ROWS = 512;

    /** Mean negative log-likelihood, nats a token. */
    public double loss() {
        return nats / tokens;
    }

    /** Bits a byte of text: comparable between tokenizers, and with compressors. */
    public double bitsPerByte() {
        return nats / Math.log(2) / bytes;
    }

    /** Predicts every target of {@code batches} that is not ignored; {@code bytes} is the text that they spell. */
    public static Evaluation of(CausalModel model, Iterable<Batch> batches, long bytes) {
        double nats = 0;
        long tokens = 0;
        try (var _ = NoGradient.open()) {
            for (var batch : batches) {
                try (var _ = Scope.open()) {
                    long n = (long) batch.rows() * batch.columns();
                    var hidden = model.hidden(Tensor.ofIds(batch.inputs(), batch.rows(), batch.columns()), Pass.EVALUATION)
                            .reshape(n, model.config().width()); // (B·T, W)
                    var targets = Tensor.ofIds(batch.targets(), n);
                    for (long row = 0; row < n; row += ROWS) {
                        try (var _ = Scope.open()) {
                            long rows = Math.min(ROWS, n - row);
                            var logits = model.head(hidden.narrow(0, row, rows)); // (rows, V)
                            nats += logits.crossEntropyEach(targets.narrow(0, row, rows)).to(DType.F64).sum().item();
                        }
                    }
                }
                for (int target : batch.targets()) {
                    tokens += target >= 0 ? 1 : 0;
                }
            }
        }
        return new Evaluation(nats, tokens, bytes);
    }
}
