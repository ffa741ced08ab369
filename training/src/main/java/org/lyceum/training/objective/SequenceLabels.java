package org.lyceum.training.objective;

import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/** One label for each text or pair: the mean of −log p(label), in nats (Devlin et al. 2019, section 4.1). Targets are (B). */
public final class SequenceLabels implements Objective<HeadedEncoder<SequenceHead>, SequenceBatch> {
    @Override
    public Loss loss(HeadedEncoder<SequenceHead> model, SequenceBatch batch, Pass pass) {
        return Sequences.loss(logits(model, batch, pass), batch);
    }

    /** (B, C) */
    public static Tensor logits(HeadedEncoder<SequenceHead> model, SequenceBatch batch, Pass pass) {
        return model.head().logits(Sequences.hidden(model, batch, pass), batch.lengths(), pass);
    }
}
