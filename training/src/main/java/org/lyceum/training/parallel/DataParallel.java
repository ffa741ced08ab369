package org.lyceum.training.parallel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.distributed.GradientReducer;
import org.lyceum.tensor.distributed.ProcessGroup;

/** Workers in processes of their own, over libtorch's process group and gradient reducer. */
public final class DataParallel implements Workers {
    private final ProcessGroup group;
    private @Nullable GradientReducer reducer;
    private long words;

    /** Of those in {@code group}, which is closed with this. */
    public DataParallel(ProcessGroup group) {
        this.group = group;
    }

    @Override
    public int rank() {
        return group.rank();
    }

    @Override
    public int count() {
        return group.size();
    }

    @Override
    public int here() {
        return group.here();
    }

    @Override
    public void broadcast(List<Tensor> tensors) {
        group.broadcast(tensors, 0);
    }

    @Override
    public double[] sum(double... values) {
        return group.allReduceSum(values);
    }

    @Override
    public void average(List<Parameter> parameters, boolean inOneBackward) {
        this.reducer = new GradientReducer(group, parameters.stream().map(Parameter::value).toList(), inOneBackward);
    }

    @Override
    public void beforeLastBackward() {
        if (reducer != null) {
            reducer.beforeBackward();
        }
    }

    @Override
    public void afterLastBackward() {
        if (reducer != null) {
            reducer.afterBackward();
        }
    }

    @Override
    public void tell(String word) {
        group.publish("word/" + words, word);
        group.forget("word/" + (words - 2)); // everybody has read it: they took part in a collective since
        words++;
    }

    @Override
    public String fromLeader() {
        return group.await("word/" + words++);
    }

    @Override
    public RuntimeException explained(RuntimeException failure) {
        return group.explained(failure);
    }

    @Override
    public void close() {
        if (reducer != null) {
            reducer.close(); // it holds the connections, whose end the others should see at once
        }
        group.close();
    }
}
