package org.lyceum.models;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.lyceum.foundation.Seeds;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;

/**
 * Gradient checkpointing (Chen et al. 2016, section 4): a segment's forward keeps only its input; backward runs the segment again with the
 * graph and differentiates it. libtorch's automatic differentiation cannot be extended from Java, so the chain is cut at each segment's
 * output and {@link #backward} walks the segments in reverse, handing each one's output gradient to the next.
 */
public final class Checkpointing {
    private record Segment(Tensor input, UnaryOperator<Tensor> function, Tensor output, long seed) {
    }

    private final Deque<Segment> segments = new ArrayDeque<>();
    private final long seed;

    /** {@code seed} makes dropout draw the same in the first and in the second run of a segment. */
    public Checkpointing(long seed) {
        this.seed = seed;
    }

    /** function(x) without its graph, remembered, and kept beyond the open scope, until {@link #backward}. */
    public Tensor segment(Tensor x, UnaryOperator<Tensor> function) {
        long segmentSeed = Seeds.derive(seed, "checkpointing", segments.size());
        Torch.seed(segmentSeed);
        Tensor output;
        try (var scope = Scope.open(); var _ = NoGradient.open()) {
            output = scope.keep(function.apply(x));
        }
        segments.push(new Segment(x, function, output.requireGradient(), segmentSeed));
        return output;
    }

    /** loss.backward() through every segment. */
    public void backward(Tensor loss) {
        loss.backward();
        while (!segments.isEmpty()) {
            var segment = segments.pop();
            try (var _ = Scope.open()) {
                var gradient = Objects.requireNonNull(segment.output().gradient(), "the loss does not depend on the segment");
                Torch.seed(segment.seed());
                segment.function().apply(segment.input()).backward(gradient);
            }
            segment.output().close();
        }
    }
}
