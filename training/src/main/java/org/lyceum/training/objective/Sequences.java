package org.lyceum.training.objective;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/** What the objectives of encoders have in common. */
final class Sequences {
    private Sequences() {
    }

    /** The hidden states (B, T, W) of {@code batch}. */
    static Tensor hidden(HeadedEncoder<?> model, SequenceBatch batch, Pass pass) {
        return model.hidden(ids(batch), types(model, batch), batch.lengths(), pass);
    }

    private static Tensor ids(SequenceBatch batch) {
        return Tensor.ofIds(batch.ids(), batch.rows(), batch.columns());
    }

    /** (B, T); null where the model tells no second text from the first. */
    private static @Nullable Tensor types(HeadedEncoder<?> model, SequenceBatch batch) {
        return model.encoder().config().types() == 1 ? null : Tensor.ofIds(batch.types(), batch.rows(), batch.columns());
    }

    /** The share of rows of logits (N, C) that are largest at their target (N), all of which count. */
    static double accuracy(Tensor logits, Tensor targets) {
        try (var _ = NoGradient.open()) {
            var wanted = logits.gather(1, targets.unsqueeze(1)).squeeze(1);
            double hits = wanted.minus(logits.max(1, false)).atLeast(0).to(logits.dtype()).sum().item();
            return hits / targets.numel();
        }
    }

    /** One label for each row: the mean of −log p(label) of logits (B, C) against targets (B), in nats, and how many have the highest. */
    static Loss loss(Tensor logits, SequenceBatch batch) {
        var targets = Tensor.ofIds(batch.targets(), batch.rows());
        return new Loss(logits.crossEntropy(targets), Map.of(MaskedLanguage.ACCURACY, accuracy(logits, targets)));
    }
}
