package org.lyceum.tensor.distributed;

import java.util.List;
import org.bytedeco.pytorch.BoolVector;
import org.bytedeco.pytorch.Reducer;
import org.bytedeco.pytorch.SizeTStringMap;
import org.bytedeco.pytorch.SizeTVector;
import org.bytedeco.pytorch.SizeTVectorVector;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.lyceum.tensor.Tensor;

/**
 * Averages gradients over the workers while backward still makes them: libtorch's {@code c10d::Reducer}, as in Li et al. 2020, "PyTorch
 * Distributed", section 3.2. It hooks into the accumulation of every parameter's gradient, and starts the sum of a bucket of them as soon as
 * the last of the bucket is there. The end of backward waits for all sums; the gradients are then the averages, the same bits everywhere.
 */
public final class GradientReducer implements AutoCloseable {
    /** The first bucket is small, so that communication begins early; libtorch's own sizes. */
    private static final long FIRST_BUCKET_BYTES = 1 << 20;
    private static final long BUCKET_BYTES = 25 << 20;

    private final Reducer reducer;
    private final TensorVector parameters;
    private final TensorVector noOutputs = new TensorVector();
    private boolean counting;

    /**
     * For the leaves {@code parameters}, each of which must get a gradient in every backward that is averaged.
     *
     * @param inOneBackward whether one pass gives each its whole gradient; else it may take several, the same ones every time
     */
    public GradientReducer(ProcessGroup group, List<Tensor> parameters, boolean inOneBackward) {
        this.parameters = ProcessGroup.vector(parameters);
        // Buckets in the order of the model; backward goes through it in reverse, so the last bucket is the first to be full.
        var assigned = torch.compute_bucket_assignment_by_size(this.parameters, new SizeTVector(FIRST_BUCKET_BYTES, BUCKET_BYTES)).get0();
        var buckets = new SizeTVector[(int) assigned.size()];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = assigned.get(buckets.length - 1 - i);
        }
        this.reducer = new Reducer(this.parameters, new SizeTVectorVector(buckets), group.whole(), new BoolVector(new boolean[parameters
                .size()]), BUCKET_BYTES, false, true, new SizeTStringMap(), FIRST_BUCKET_BYTES, false, false);
        counting = !inOneBackward;
        if (counting) {
            reducer.set_static_graph();
        }
    }

    /** The next backward, all of its passes, averages; one without this call before it only adds to this worker's gradients. */
    public void beforeBackward() {
        if (reducer.should_rebuild_buckets()) { // once, in the order in which gradients were seen to come
            reducer.rebuild_buckets();
        }
        reducer.prepare_for_forward();
        reducer.prepare_for_backward(noOutputs);
    }

    /** When this returns, the gradients are averages. */
    public void afterBackward() {
        if (counting) {
            reducer.delay_all_reduce();
            counting = false;
        }
    }

    /** Takes the hooks off the parameters. */
    @Override
    public void close() {
        reducer.close();
    }
}
