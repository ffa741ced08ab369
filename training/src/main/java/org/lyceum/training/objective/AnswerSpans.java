package org.lyceum.training.objective;

import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SpanHead;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/**
 * Where an answer begins and ends: the mean of −log p(first token) and −log p(last token), each over the tokens of the sequence (Devlin et al.
 * 2019, section 4.2). Targets are (2, B); answers that were cut off count nothing.
 */
public final class AnswerSpans implements Objective<HeadedEncoder<SpanHead>, SequenceBatch> {
    @Override
    public Loss loss(HeadedEncoder<SpanHead> model, SequenceBatch batch, Pass pass) {
        var logits = logits(model, batch, pass); // (2, B, T)
        var flat = logits.reshape(2L * batch.rows(), batch.columns());
        return new Loss(flat.crossEntropy(Tensor.ofIds(batch.targets(), batch.targets().length)));
    }

    /** (2, B, T) */
    public static Tensor logits(HeadedEncoder<SpanHead> model, SequenceBatch batch, Pass pass) {
        return model.head().logits(Sequences.hidden(model, batch, pass), batch.lengths());
    }
}
