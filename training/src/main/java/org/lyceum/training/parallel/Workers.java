package org.lyceum.training.parallel;

import java.util.List;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Tensor;

/**
 * Those who train one model together, as one of them sees them. All have the same weights and take the same steps; each computes the
 * gradient of its rows of every batch, and the mean of these is everybody's gradient. The one with rank 0 leads: it alone writes.
 */
public interface Workers extends AutoCloseable {
    /** One process on its own, for which there is nothing to agree on. */
    Workers ALONE = new Alone();

    /** Of this worker, from 0. */
    int rank();

    int count();

    /** How many of them run on this machine, this one included. */
    int here();

    /** Whether this is the worker that writes checkpoints, logs, samples and reports. */
    default boolean leads() {
        return rank() == 0;
    }

    /** Gives every worker the leader's values of {@code tensors}. */
    void broadcast(List<Tensor> tensors);

    /** The sums over the workers, number by number. */
    double[] sum(double... values);

    /**
     * From here on gradients of {@code parameters} are averaged.
     *
     * @param inOneBackward whether one backward pass gives each parameter its whole gradient; else several do, the same in every step
     */
    void average(List<Parameter> parameters, boolean inOneBackward);

    /** Told before the backward that completes a step's gradient. */
    void beforeLastBackward();

    /** Told after it; when this returns, the gradients are the means over the workers. */
    void afterLastBackward();

    /** Tells the others where the leader stands, {@code word}; called by the leader once for every {@link #fromLeader} of the others. */
    void tell(String word);

    /** What the leader tells next, waiting as long as it lives: it may be busy for longer than a collective waits. */
    String fromLeader();

    /** Returns when the leader has done what it does alone. */
    default void awaitLeader() {
        if (leads()) {
            tell("");
        } else {
            String _ = fromLeader();
        }
    }

    /** What to say of a failure here, after telling the others: theirs, where it comes of theirs. */
    RuntimeException explained(RuntimeException failure);

    @Override
    void close();
}
