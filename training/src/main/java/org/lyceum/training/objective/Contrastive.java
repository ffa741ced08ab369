package org.lyceum.training.objective;

import java.util.Map;
import java.util.stream.IntStream;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/**
 * Sentences whose vectors lie near what they belong to and far from the others of the batch: InfoNCE (van den Oord et al. 2018, equation 4) with
 * in-batch negatives, as SimCSE has it (Gao et al. 2021, equation 1): −log (exp(cos(aᵢ, bᵢ)/τ) / Σⱼ exp(cos(aᵢ, bⱼ)/τ)), the vector of a
 * sentence being the mean of its states. Without a partner of its own, a sentence is its own: read twice, under two draws of dropout.
 *
 * @param temperature τ, 0.05 in SimCSE
 */
public record Contrastive(double temperature) implements Objective<Encoder, Contrastive.Pairs> {
    /**
     * @param anchors B sentences
     * @param partners the sentence that belongs to each; the anchors again for dropout to make the difference
     */
    public record Pairs(SequenceBatch anchors, SequenceBatch partners) {
    }

    public Contrastive {
        if (!(temperature > 0)) {
            throw UserError.usage("The temperature of a contrastive loss must be above 0, not " + temperature + "; SimCSE has 0.05.");
        }
    }

    @Override
    public Loss loss(Encoder model, Pairs batch, Pass pass) {
        var similarities = unit(vectors(model, batch.anchors(), pass)).matmul(unit(vectors(model, batch.partners(), pass)).transpose(0, 1));
        var logits = similarities.dividedBy(temperature); // (B, B)
        int rows = batch.anchors().rows();
        var targets = Tensor.ofIds(IntStream.range(0, rows).toArray(), rows);
        return new Loss(logits.crossEntropy(targets), Map.of(MaskedLanguage.ACCURACY, Sequences.accuracy(logits, targets)));
    }

    /** The mean of the states of each sequence (B, W). */
    public static Tensor vectors(Encoder model, SequenceBatch batch, Pass pass) {
        var ids = Tensor.ofIds(batch.ids(), batch.rows(), batch.columns());
        return SequenceHead.mean(model.hidden(ids, null, batch.lengths(), pass), batch.lengths());
    }

    /** Rows (B, W) of length 1. */
    private static Tensor unit(Tensor rows) {
        return rows.dividedBy(rows.square().sum(1, true).plus(1e-12).sqrt());
    }
}
