package org.lyceum.training.optimizer;

import java.util.Map;
import org.lyceum.tensor.Tensor;

/** Changes parameters by their gradients. */
public interface Optimizer {
    /**
     * One step with what backward accumulated; a parameter without a gradient stays as it is.
     *
     * @param step counts from 1
     * @param factor of the schedule, times each group's own peak learning rate
     */
    void step(long step, double factor);

    /** What it remembers between steps, by name: the live tensors, saved by a checkpoint and copied into by a resumed run. */
    Map<String, Tensor> state();
}
