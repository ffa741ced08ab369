package org.lyceum.training.objective;

import java.util.Map;
import org.lyceum.models.Pass;
import org.lyceum.models.classifiers.SentenceClassifier;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/** One label for each text, told by any model that reads one: the mean of −log p(label), in nats. Targets are (B). */
public final class SentenceLabels implements Objective<SentenceClassifier, SequenceBatch> {
    @Override
    public Loss loss(SentenceClassifier model, SequenceBatch batch, Pass pass) {
        var logits = logits(model, batch, pass);
        var targets = Tensor.ofIds(batch.targets(), batch.rows());
        return new Loss(logits.crossEntropy(targets), Map.of(MaskedLanguage.ACCURACY, Sequences.accuracy(logits, targets)));
    }

    /** (B, C) */
    public static Tensor logits(SentenceClassifier model, SequenceBatch batch, Pass pass) {
        return model.logits(Tensor.ofIds(batch.ids(), batch.rows(), batch.columns()), batch.lengths(), pass);
    }
}
