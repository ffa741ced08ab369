package org.lyceum.training.parallel;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.lyceum.foundation.UserError;
import org.lyceum.models.CausalModel;
import org.lyceum.text.shard.Batch;
import org.lyceum.training.objective.Loss;
import org.lyceum.training.objective.Objective;

/**
 * One worker's rows of a batch.
 *
 * @param rows its rows
 * @param weight what its mean loss counts for: the mean over the workers of weight × loss is the mean over the whole batch, also when some
 *     rows are padded; 1 where none is
 */
public record Share(Batch rows, double weight) {
    /**
     * The rows of {@code whole} that fall to worker {@code rank} of {@code count}: the first gets the first ones, and so on.
     *
     * @throws UserError when {@code count} does not divide the rows
     */
    public static Share of(Batch whole, int rank, int count) {
        if (count == 1) {
            return new Share(whole, 1);
        }
        mustDivide(whole.rows(), count);
        int rows = whole.rows() / count;
        int from = rank * rows * whole.columns();
        int to = from + rows * whole.columns();
        var own = new Batch(Arrays.copyOfRange(whole.inputs(), from, to), Arrays.copyOfRange(whole.targets(), from, to), rows,
                whole.columns());
        return new Share(own, (double) count * targets(own) / targets(whole));
    }

    /** Throws {@link UserError} unless {@code rows} can be shared evenly by {@code count} workers. */
    public static void mustDivide(int rows, int count) {
        if (rows % count != 0) {
            throw UserError.usage("train.batch=" + rows + " is the batch of all workers together, and " + count
                    + " workers cannot share it evenly; set it to a multiple of " + count + ", as in --set train.batch="
                    + Math.ceilDiv(rows, count) * count + ".");
        }
    }

    /** {@code objective}, which is a mean over targets, for shares. */
    public static Objective<CausalModel, Share> weighted(Objective<CausalModel, Batch> objective) {
        return (model, share, pass) -> {
            var loss = objective.loss(model, share.rows(), pass);
            double weight = share.weight();
            return weight == 1 ? loss : new Loss(loss.value().times(weight), scaled(loss.metrics(), weight));
        };
    }

    private static Map<String, Double> scaled(Map<String, Double> metrics, double weight) {
        return metrics.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> weight * entry.getValue()));
    }

    /** Those that are predicted; at least 1. */
    private static long targets(Batch batch) {
        return Math.max(1, Arrays.stream(batch.targets()).filter(target -> target >= 0).count());
    }
}
