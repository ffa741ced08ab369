package org.lyceum.inference.translation;

import org.lyceum.foundation.UserError;

/**
 * How translations are searched for.
 *
 * @param beam hypotheses kept for a sentence at each length; 1 takes the most probable token each time
 * @param lengthPenalty α: a hypothesis Y is worth log p(Y | X) / ((5 + |Y|) / 6)^α (Wu et al. 2016, equation 14); 0 for its probability
 *     alone, which favours short ones
 * @param best translations wanted of each sentence, at most the beam
 * @param extraTokens how many tokens a translation may have more than its source; where it has not ended by then it is ended
 */
public record BeamConfig(int beam, double lengthPenalty, int best, int extraTokens) {
    /** The most probable token each time. */
    public static final BeamConfig GREEDY = new BeamConfig(1, 0, 1, 50);

    /** The best translation of each sentence by a beam. */
    public static BeamConfig of(int beam, double lengthPenalty) {
        return new BeamConfig(beam, lengthPenalty, 1, 50);
    }

    /** Throws {@link UserError} with the first thing that cannot be. */
    public BeamConfig {
        if (beam < 1 || beam > 1000) {
            throw UserError.usage("beam=" + beam + " must be from 1 to 1000.");
        }
        if (!(lengthPenalty >= 0 && lengthPenalty <= 10)) { // NaN too
            throw UserError.usage("length_penalty=" + lengthPenalty + " must be from 0 to 10.");
        }
        if (best < 1 || best > beam) {
            throw UserError.usage("The " + best + " best translations cannot be had from a beam of " + beam + "; ask for at most as many.");
        }
        if (extraTokens < 1) {
            throw UserError.usage("extra_tokens=" + extraTokens + " must be at least 1.");
        }
    }

    /** What a hypothesis is worth that has {@code tokens} tokens, its end included. */
    double worth(double logProbability, int tokens) {
        return logProbability / Math.pow((5.0 + tokens) / 6, lengthPenalty);
    }
}
