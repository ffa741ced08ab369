package org.lyceum.inference;

import java.util.BitSet;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;

/**
 * Draws the next token from logits, in plain Java. The steps and their order are those of Hugging Face's {@code generate}: repetition
 * penalty, temperature, top-k, top-p, min-p, draw. Where two logits are equal the lower id counts as the more probable, so exactly K tokens
 * pass top-k.
 *
 * <p>The draw at a position is a pure function of the logits, the seed and the position. Not for several threads at once: it reuses its
 * memory, 24 bytes for each token of the vocabulary.
 */
public final class Sampler {
    private final SamplingConfig config;

    // The tokens still in the race, in the order of their ids.
    private int[] ids = {};
    private float[] logits = {};
    private double[] weights = {};
    private int count;

    // Scratch that selection reorders.
    private int[] order = {};
    private float[] keys = {};

    /** Draws as {@code config} says. */
    public Sampler(SamplingConfig config) {
        this.config = config;
    }

    /**
     * The next token.
     *
     * @param modelLogits the model's logits (V); not changed; −∞ rules a token out
     * @param seen the tokens of the text so far, which {@code repetitionPenalty} makes less probable
     * @param position how many tokens were generated before this one
     * @throws UserError if a logit is NaN or +∞, or all are −∞
     */
    public int next(float[] modelLogits, BitSet seen, long position) {
        take(modelLogits, seen);
        if (config.temperature() == 0) {
            return ids[best()];
        }
        float largest = logits[best()]; // subtracted first, so that a tiny temperature cannot make infinities meet
        for (int i = 0; i < count; i++) {
            logits[i] = (float) ((logits[i] - largest) / config.temperature());
        }
        if (config.topK() > 0 && config.topK() < count) {
            cut(config.topK(), false);
        }
        double total = weigh();
        if (config.topP() < 1) {
            dropLight(total * (1 - config.topP()) / count);
            cut(total * config.topP(), true);
        }
        if (config.minP() > 0) {
            dropLight(config.minP()); // the most probable weighs 1
        }
        return draw(Seeds.generator(config.seed(), "sample", position).nextDouble());
    }

    /** Loads the candidates, with the penalty: a seen token's logit is divided by it if positive, multiplied if negative. */
    private void take(float[] modelLogits, BitSet seen) {
        if (ids.length < modelLogits.length) {
            ids = new int[modelLogits.length];
            logits = new float[modelLogits.length];
            weights = new double[modelLogits.length];
            order = new int[modelLogits.length];
            keys = new float[modelLogits.length];
        }
        count = 0;
        float penalty = (float) config.repetitionPenalty();
        for (int id = 0; id < modelLogits.length; id++) {
            float logit = modelLogits[id];
            if (!(logit < Float.POSITIVE_INFINITY)) { // NaN too
                throw new UserError("The model gave the logit " + logit + " to token " + id + ", so nothing can be drawn from it; "
                        + "its weights are damaged or its training diverged: use an earlier checkpoint.");
            }
            if (logit == Float.NEGATIVE_INFINITY) {
                continue;
            }
            if (penalty != 1 && seen.get(id)) {
                logit = logit > 0 ? logit / penalty : logit * penalty;
            }
            ids[count] = id;
            logits[count++] = logit;
        }
        if (count == 0) {
            throw new UserError(
                    "The model rules out every token (all logits are -Infinity); its weights are damaged: use an earlier checkpoint.");
        }
    }

    private int best() {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /** weights = exp(logit), the largest logit being 0 by now; their sum. */
    private double weigh() {
        double total = 0;
        for (int i = 0; i < count; i++) {
            weights[i] = Math.exp(logits[i]);
            total += weights[i];
        }
        return total;
    }

    /**
     * Keeps the tokens that weigh at least {@code least}. For top-p this comes first because it is cheap: tokens lighter than
     * (1 − p) · total / count weigh less than (1 − p) · total together, so the cut that follows would drop them all.
     */
    private void dropLight(double least) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] >= least) {
                ids[kept] = ids[i];
                logits[kept] = logits[i];
                weights[kept++] = weights[i];
            }
        }
        count = kept;
    }

    /**
     * Keeps the fewest most probable tokens whose weights (or whose number, if not {@code weighed}) reach {@code target}, by quickselect:
     * linear in the number of candidates on average, where sorting them is not.
     */
    private void cut(double target, boolean weighed) {
        for (int i = 0; i < count; i++) {
            order[i] = i;
            keys[i] = logits[i];
        }
        int low = 0;
        int high = count - 1; // the last token to keep lies in [low, high]
        double before = 0; // weight of all tokens ahead of low
        while (low < high) {
            int pivot = partition(low, high);
            double ahead = before;
            for (int i = low; i < pivot; i++) {
                ahead += weighed ? weights[order[i]] : 1;
            }
            if (ahead >= target) {
                high = pivot - 1;
            } else {
                double reached = ahead + (weighed ? weights[order[pivot]] : 1);
                if (reached >= target) {
                    low = pivot;
                    high = pivot;
                } else if (pivot == high) { // rounding: the weights do not quite sum to the target
                    low = high;
                } else {
                    before = reached;
                    low = pivot + 1;
                }
            }
        }
        float lastLogit = keys[low];
        int last = order[low];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (logits[i] > lastLogit || (logits[i] == lastLogit && i <= last)) {
                ids[kept] = ids[i];
                weights[kept] = weights[i];
                logits[kept++] = logits[i];
            }
        }
        count = kept;
    }

    /** Puts the more probable tokens of [low, high] before a pivot and the others after it; where the pivot came to lie. */
    private int partition(int low, int high) {
        int middle = (low + high) >>> 1;
        if (ahead(middle, low)) {
            swap(middle, low);
        }
        if (ahead(high, low)) {
            swap(high, low);
        }
        if (ahead(middle, high)) {
            swap(middle, high); // the median of three is now last
        }
        int at = low;
        for (int i = low; i < high; i++) {
            if (ahead(i, high)) {
                swap(i, at++);
            }
        }
        swap(at, high);
        return at;
    }

    private boolean ahead(int a, int b) {
        return keys[a] > keys[b] || (keys[a] == keys[b] && order[a] < order[b]);
    }

    private void swap(int a, int b) {
        int o = order[a];
        order[a] = order[b];
        order[b] = o;
        float k = keys[a];
        keys[a] = keys[b];
        keys[b] = k;
    }

    /** The token in whose share of the weights, laid end to end in the order of the ids, {@code u} of the way falls. */
    private int draw(double u) {
        double total = 0;
        for (int i = 0; i < count; i++) {
            total += weights[i];
        }
        double left = u * total;
        for (int i = 0; i < count; i++) {
            left -= weights[i];
            if (left < 0) {
                return ids[i];
            }
        }
        return ids[count - 1]; // u · total rounded up to the total
    }
}
