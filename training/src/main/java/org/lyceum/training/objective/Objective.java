package org.lyceum.training.objective;

import org.lyceum.models.Pass;

/**
 * What a model is trained to do: a pure function from a model and a batch to a loss.
 *
 * @param <M> the kind of model
 * @param <B> the kind of batch
 */
@FunctionalInterface
public interface Objective<M, B> {
    /** The loss of {@code batch}, with its graph; called inside the loop's scope. */
    Loss loss(M model, B batch, Pass pass);
}
