package org.lyceum.training.objective;

import org.lyceum.models.EncoderDecoder;
import org.lyceum.models.Pass;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.parallel.PairBatch;

/**
 * Translation: the mean over the target tokens of −Σ_v wanted[v]·log p(v | source, tokens before), in nats, wanted being (1 − ε)·one-hot +
 * ε/V (Vaswani et al. 2017, section 5.4; Szegedy et al. 2016, section 7). With ε = 0 it is the plain cross entropy.
 *
 * @param smoothing ε
 */
public record SmoothedTranslation(double smoothing) implements Objective<EncoderDecoder, PairBatch> {
    @Override
    public Loss loss(EncoderDecoder model, PairBatch batch, Pass pass) {
        var source = model.read(Tensor.ofIds(batch.sources(), batch.rows(), batch.sourceColumns()), batch.sourceLengths(), pass);
        var hidden = model.hidden(Tensor.ofIds(batch.inputs(), batch.rows(), batch.targetColumns()), source, pass); // (B, T, W)
        var targets = Tensor.ofIds(batch.targets(), (long) batch.rows() * batch.targetColumns()); // (B·T)
        return new Loss(model.loss(hidden, targets, smoothing));
    }
}
