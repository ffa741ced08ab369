package org.lyceum.training.objective;

import java.util.Map;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/** One label for each text or pair: the mean of −log p(label), in nats (Devlin et al. 2019, section 4.1). Targets are (B). */
public final class SequenceLabels implements Objective<HeadedEncoder<SequenceHead>, SequenceBatch> {
    @Override
    public Loss loss(HeadedEncoder<SequenceHead> model, SequenceBatch batch, Pass pass) {
        var logits = logits(model, batch, pass);
        var targets = Tensor.ofIds(batch.targets(), batch.rows());
        return new Loss(logits.crossEntropy(targets), Map.of(MaskedLanguage.ACCURACY, Sequences.accuracy(logits, targets)));
    }

    /** (B, C) */
    public static Tensor logits(HeadedEncoder<SequenceHead> model, SequenceBatch batch, Pass pass) {
        return model.head().logits(Sequences.hidden(model, batch, pass), batch.lengths(), pass);
    }
}
