package org.lyceum.training.parallel;

import java.util.List;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Tensor;

/** The group of one. */
record Alone() implements Workers {
    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public int here() {
        return 1;
    }

    @Override
    public void broadcast(List<Tensor> tensors) {
    }

    @Override
    public double[] sum(double... values) {
        return values;
    }

    @Override
    public void average(List<Parameter> parameters, boolean inOneBackward) {
    }

    @Override
    public void beforeLastBackward() {
    }

    @Override
    public void afterLastBackward() {
    }

    @Override
    public void tell(String word) {
    }

    @Override
    public String fromLeader() {
        throw new IllegalStateException("there is no leader but us");
    }

    @Override
    public RuntimeException explained(RuntimeException failure) {
        return failure;
    }

    @Override
    public void close() {
    }
}
