package org.lyceum.models.layers;

import java.util.ArrayList;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * The head's matrix product and the cross entropy of its logits in one, a chunk of rows at a time, so that the logits of all rows never
 * exist at once and each chunk stays in the cache. The gradient is written out (N the targets counted): d loss / d logits =
 * (softmax − wanted) / N, wanted being 1 at the target, or smoothed, and from it d hidden = d logits · W, d W = d logitsᵀ · hidden. libtorch's differentiation gets it through a
 * surrogate: Σ hidden ⊙ d hidden + Σ W ⊙ d W with both gradients held constant has just these gradients.
 */
public final class LinearCrossEntropy {
    /** Rows of a chunk: for a few thousand tokens of vocabulary the f32 logits fit into a core's share of cache. */
    private static final long ROWS = 512;

    private LinearCrossEntropy() {
    }

    /** The mean over the targets that are not negative of −log softmax(hidden·Wᵀ)[target]: without smoothing. */
    public static Tensor loss(Tensor hidden, Tensor weight, Tensor targets, DType matmulType) {
        return loss(hidden, weight, targets, 0, matmulType);
    }

    /**
     * The mean over the targets that are not negative of −Σ_v wanted[v]·log softmax(hidden·Wᵀ)[v] with wanted = (1 − ε)·one-hot(target) +
     * ε/V (Szegedy et al. 2016, section 7).
     *
     * @param hidden (N, W)
     * @param weight (V, W)
     * @param targets (N) i64; negative ones are ignored
     * @param smoothing ε, at least 0 and below 1
     * @param matmulType of the three matrix products
     * @return a scalar, f32
     */
    public static Tensor loss(Tensor hidden, Tensor weight, Tensor targets, double smoothing, DType matmulType) {
        double everywhere = smoothing / weight.size(0);
        Tensor value;
        Tensor hiddenGradient;
        Tensor weightGradient;
        try (var scope = Scope.open(); var _ = NoGradient.open()) {
            weightGradient = scope.keep(Tensor.zeros(DType.F32, weight.shape()));
            var counted = targets.atLeast(0).to(DType.F32); // (N), 1 where there is a target
            double count = Math.max(1, counted.sum().item());
            boolean allCounted = count == hidden.size(0);
            var x = hidden.to(matmulType);
            var w = weight.to(matmulType);
            var wt = w.transpose(0, 1);
            var total = Tensor.zeros(DType.F32);
            var parts = new ArrayList<Tensor>();
            for (long row = 0; row < hidden.size(0); row += ROWS) {
                long rows = Math.min(ROWS, hidden.size(0) - row);
                try (var chunk = Scope.open()) {
                    var weights = counted.narrow(0, row, rows).unsqueeze(1); // (n, 1)
                    var index = targets.narrow(0, row, rows).clamp(0, weight.size(0) - 1).to(DType.I64).unsqueeze(1);
                    var in = x.narrow(0, row, rows);
                    var gradient = Scope.of(() -> { // N · d logits (n, V); only this outlives the braces
                        var logs = Scope.of(() -> in.matmul(wt).to(DType.F32).logSoftmax(-1));
                        total.plusInPlace(logs.gather(1, index).times(weights).sum(), smoothing - 1);
                        if (smoothing > 0) {
                            total.plusInPlace(logs.sum(1, true).times(weights).sum(), -everywhere);
                        }
                        logs.expInPlace(); // the same memory now holds the probabilities
                        if (smoothing > 0) {
                            logs.plusInPlace(-everywhere);
                        }
                        logs.scatterAddInPlace(1, index, Tensor.full(smoothing - 1, DType.F32, rows, 1));
                        return (allCounted ? logs : logs.timesInPlace(weights)).to(matmulType);
                    });
                    parts.add(chunk.keep(gradient.matmul(w).to(DType.F32)));
                    weightGradient.plusInPlace(gradient.transpose(0, 1).matmul(in));
                }
            }
            weightGradient.timesInPlace(1 / count);
            hiddenGradient = scope.keep(Tensor.cat(parts, 0));
            hiddenGradient.timesInPlace(1 / count);
            parts.forEach(Tensor::close);
            value = scope.keep(total.dividedBy(count));
        }
        // The graph holds what backward needs of the three. What is returned belongs to the caller's scope: it holds the whole graph.
        try (value; hiddenGradient; weightGradient) {
            var surrogate = dot(hidden, hiddenGradient).plus(dot(weight, weightGradient));
            return value.plus(surrogate.minus(surrogate.detached())); // value + 0, which is value to the last bit
        }
    }

    /** Σ a ⊙ b without the product in memory. */
    private static Tensor dot(Tensor a, Tensor b) {
        return a.reshape(-1).matmul(b.reshape(-1));
    }
}
