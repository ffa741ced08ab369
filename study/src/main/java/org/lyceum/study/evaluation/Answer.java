package org.lyceum.study.evaluation;

/**
 * What a model answers to a {@link Request}.
 *
 * @param logProbability natural logarithm of the probability of the continuation or text; 0 for what it wrote
 * @param greedy whether each token of the continuation is the most probable one
 * @param text what it wrote; empty for a probability
 */
public record Answer(double logProbability, boolean greedy, String text) {
    static Answer of(double logProbability, boolean greedy) {
        return new Answer(logProbability, greedy, "");
    }

    static Answer written(String text) {
        return new Answer(0, false, text);
    }
}
