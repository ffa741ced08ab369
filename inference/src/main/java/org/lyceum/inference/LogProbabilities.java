package org.lyceum.inference;

/** Logits as natural logarithms of probabilities, the padding of the vocabulary included: log softmax, in f64. */
public final class LogProbabilities {
    private LogProbabilities() {
    }

    /** ln p(id) under {@code logits} (V); NaN where one of them is. */
    public static double of(float[] logits, int id) {
        return logits[id] - logSum(logits);
    }

    /** ln Σ exp(logit), what is subtracted from each. */
    public static double logSum(float[] logits) {
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit); // NaN if either is
        }
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit - largest);
        }
        return largest + Math.log(total);
    }
}
