package org.lyceum.study.evaluation;

import java.util.List;

/**
 * What was asked for, as the page shows it.
 *
 * @param model the path or address
 * @param tasks as named
 * @param limit the most documents of a task; 0 for all
 * @param numFewshot examples before each question; −1 for what each task says
 * @param curves whether every checkpoint of the run was asked about ages of acquisition
 * @param seed of the choice of examples and of bootstrap
 */
public record EvaluationConfig(String model, List<String> tasks, int limit, int numFewshot, boolean curves, long seed) {
}
