package org.lyceum.study.evaluation;

import java.util.List;

/**
 * An item and what was answered.
 *
 * @param item what was asked
 * @param answers one for each request
 */
record Outcome(Item item, List<Answer> answers) {
    double logProbability(int request) {
        return answers.get(request).logProbability();
    }
}
