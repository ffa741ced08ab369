package org.lyceum.study.evaluation;

import java.util.List;

/**
 * What a model answers to a {@link Request}.
 *
 * @param logProbability natural logarithm of the probability of the continuation or text; 0 for what it wrote
 * @param greedy whether each token of the continuation is the most probable one
 * @param text what it wrote; empty for a probability
 * @param numbers what it says in numbers, as the request has it; empty for a probability and for text
 */
public record Answer(double logProbability, boolean greedy, String text, List<Double> numbers) {
    public Answer {
        numbers = List.copyOf(numbers);
    }

    static Answer of(double logProbability, boolean greedy) {
        return new Answer(logProbability, greedy, "", List.of());
    }

    static Answer written(String text) {
        return new Answer(0, false, text, List.of());
    }

    static Answer numbers(List<Double> numbers) {
        return new Answer(0, false, "", numbers);
    }
}
