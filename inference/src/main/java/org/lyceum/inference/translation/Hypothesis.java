package org.lyceum.inference.translation;

import java.util.List;

/**
 * A finished translation.
 *
 * @param ids its tokens, without start and end
 * @param logProbability log p(translation and its end | source), in nats
 * @param score the same with the penalty on length, which hypotheses are ordered by
 */
public record Hypothesis(List<Integer> ids, double logProbability, double score) {
}
