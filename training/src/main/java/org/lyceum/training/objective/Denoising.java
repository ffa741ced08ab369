package org.lyceum.training.objective;

import org.lyceum.foundation.UserError;
import org.lyceum.models.DenoisingAutoencoder;
import org.lyceum.models.Pass;
import org.lyceum.tensor.Tensor;

/**
 * A clean input from one of which a share {@code corruption} is set to 0 (Vincent et al. 2008, section 2.3): the cross entropy of the values
 * as probabilities, −Σ (x log z + (1−x) log(1−z)), a mean over the batch, in nats an input. With no corruption it is a plain autoencoder.
 */
public record Denoising(double corruption) implements Objective<DenoisingAutoencoder, Tensor> {
    public Denoising {
        if (!(corruption >= 0 && corruption < 1)) {
            throw UserError.usage("The share of corrupted inputs must be from 0 up to 1, not " + corruption + ".");
        }
    }

    /** @param x (B, D), from 0 to 1 */
    @Override
    public Loss loss(DenoisingAutoencoder model, Tensor x, Pass pass) {
        var seen = pass.training() ? x.dropout(corruption).times(1 - corruption) : x; // dropout alone would make the rest larger
        var odds = model.logits(model.features(seen));
        // log(1 + e^a) − x·a without overflow: max(a, 0) − x·a + log(1 + e^−|a|)
        var each = odds.clamp(0, Double.POSITIVE_INFINITY).minus(x.times(odds)).plus(odds.abs().times(-1).exp().plus(1).log());
        return new Loss(each.sum().dividedBy(x.size(0)));
    }
}
