package org.lyceum.training.objective;

import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.TokenHead;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/** A label for each token that has a target: the mean of −log p(label), in nats (Devlin et al. 2019, section 5.3). Targets are (B, T). */
public final class TokenLabels implements Objective<HeadedEncoder<TokenHead>, SequenceBatch> {
    @Override
    public Loss loss(HeadedEncoder<TokenHead> model, SequenceBatch batch, Pass pass) {
        var logits = logits(model, batch, pass);
        return new Loss(logits.reshape(-1, logits.size(2)).crossEntropy(Tensor.ofIds(batch.targets(), batch.targets().length)));
    }

    /** (B, T, C) */
    public static Tensor logits(HeadedEncoder<TokenHead> model, SequenceBatch batch, Pass pass) {
        return model.head().logits(Sequences.hidden(model, batch, pass), pass);
    }
}
