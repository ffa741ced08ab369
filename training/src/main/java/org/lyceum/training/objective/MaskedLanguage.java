package org.lyceum.training.objective;

import java.util.Map;
import java.util.stream.IntStream;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.MaskedLanguageHead;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/**
 * The masked language model (Devlin et al. 2019, section 3.1): the mean over the places with a target of −log p(token | the sequence as it was
 * corrupted), in nats. Only these places go through the head. With targets everywhere it is the loss of a denoising autoencoder. Targets are
 * (B, T).
 */
public final class MaskedLanguage implements Objective<HeadedEncoder<MaskedLanguageHead>, SequenceBatch> {
    /** The share of the targets that the model guesses. */
    public static final String ACCURACY = "accuracy";

    @Override
    public Loss loss(HeadedEncoder<MaskedLanguageHead> model, SequenceBatch batch, Pass pass) {
        var hidden = Sequences.hidden(model, batch, pass);
        var places = IntStream.range(0, batch.targets().length).filter(i -> batch.targets()[i] >= 0).toArray();
        var targets = Tensor.ofIds(IntStream.of(places).map(i -> batch.targets()[i]).toArray(), places.length);
        // Rows of a table chosen by number: what an embedding does.
        var there = Tensor.ofIds(places, places.length).embedding(hidden.reshape(-1, hidden.size(2))); // (N, W)
        var logits = model.head().logits(there); // (N, V)
        return new Loss(logits.crossEntropy(targets), Map.of(ACCURACY, Sequences.accuracy(logits, targets)));
    }
}
