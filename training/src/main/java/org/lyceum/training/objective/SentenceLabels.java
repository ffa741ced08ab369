package org.lyceum.training.objective;

import org.lyceum.models.Pass;
import org.lyceum.models.classifiers.SentenceClassifier;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/** One label for each text, told by any model that reads one: the mean of −log p(label), in nats. Targets are (B). */
public final class SentenceLabels implements Objective<SentenceClassifier, SequenceBatch> {
    @Override
    public Loss loss(SentenceClassifier model, SequenceBatch batch, Pass pass) {
        return Sequences.loss(logits(model, batch, pass), batch);
    }

    /** (B, C) */
    public static Tensor logits(SentenceClassifier model, SequenceBatch batch, Pass pass) {
        return model.logits(Tensor.ofIds(batch.ids(), batch.rows(), batch.columns()), batch.lengths(), pass);
    }
}
