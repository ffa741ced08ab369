package org.lyceum.training.optimizer;

import org.lyceum.foundation.UserError;

/**
 * The learning rate as a share of its peak: a pure function of the step.
 *
 * @param kind the shape
 * @param warmupSteps steps over which the rate rises linearly from 0 to the peak
 * @param decayFraction share of all steps over which {@link Kind#WSD} falls at the end, linearly
 * @param minimum the last rate as a share of the peak
 */
public record Schedule(Kind kind, int warmupSteps, double decayFraction, double minimum) {
    /** The shape after the warm-up. */
    public enum Kind {
        /** Warm-up, stable, decay (Hu et al. 2024, equation 1): flat, then a straight line down. */
        WSD,
        /** Half a cosine down (Loshchilov and Hutter 2017, equation 5). */
        COSINE,
        /** With the inverse square root of the step (Vaswani et al. 2017, equation 3): √(warm-up / step) of the peak. */
        INVERSE_SQRT,
        /** Flat. */
        CONSTANT
    }

    public Schedule {
        if (warmupSteps < 0 || !(decayFraction >= 0 && decayFraction <= 1) || !(minimum >= 0 && minimum <= 1)) {
            throw UserError.usage("schedule: warmup_steps must be at least 0, decay_fraction and minimum between 0 and 1.");
        }
    }

    /** The factor for step {@code step} (from 1) of {@code steps}. */
    public double factor(long step, long steps) {
        if (step <= warmupSteps) {
            return (double) step / Math.max(1, warmupSteps);
        }
        return switch (kind) {
            case CONSTANT -> 1;
            case INVERSE_SQRT -> Math.max(minimum, Math.sqrt(Math.max(1, warmupSteps) / (double) step));
            case COSINE -> {
                double done = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
                yield minimum + (1 - minimum) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
            }
            case WSD -> {
                double decay = Math.max(1, decayFraction * steps);
                double left = (steps - step) / decay;
                yield left >= 1 ? 1 : minimum + (1 - minimum) * Math.max(0, left);
            }
        };
    }
}
