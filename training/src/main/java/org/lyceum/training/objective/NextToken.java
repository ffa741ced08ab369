package org.lyceum.training.objective;

import org.lyceum.models.CausalModel;
import org.lyceum.models.Pass;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.shard.Batch;

/** Next-token prediction: the mean of −log p(token | tokens before it), in nats (Radford et al. 2018, equation 1). */
public final class NextToken implements Objective<CausalModel, Batch> {
    @Override
    public Loss loss(CausalModel model, Batch batch, Pass pass) {
        var ids = Tensor.ofIds(batch.inputs(), batch.rows(), batch.columns()); // (B, T)
        var targets = Tensor.ofIds(batch.targets(), (long) batch.rows() * batch.columns()); // (B·T)
        return new Loss(model.loss(model.hidden(ids, pass), targets));
    }
}
