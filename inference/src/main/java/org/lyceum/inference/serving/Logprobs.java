package org.lyceum.inference.serving;

import java.util.List;

/**
 * How probable the model found a token that was drawn, and what it found more or less probable: natural logarithms of its own
 * probabilities, before temperature, penalties, cuts and constraints.
 *
 * @param logprob of the token drawn
 * @param top the most probable tokens, most probable first; as many as the request asked for
 */
public record Logprobs(double logprob, List<Alternative> top) {
    /** A token that might have been drawn. */
    public record Alternative(int id, double logprob) {
    }
}
