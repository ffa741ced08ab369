package org.lyceum.study.evaluation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.study.evaluation.Scores.Score;

/**
 * What came out of a task.
 *
 * @param task the task
 * @param documents how many were asked
 * @param scores of the model, by metric, the task's own first; empty where it failed
 * @param baselines by metric, then by the baseline's name
 * @param groups the task's own metric within each group, where it has groups
 * @param samples the first prompts, exactly as asked
 * @param seconds of the model's computing
 * @param curves when words are learned, over the checkpoints of a run; null where nobody asked
 * @param contamination how much of it stands in the training text, and what is scored without that; null where nobody looked
 * @param failure why there is no score
 */
record TaskResult(Task task, int documents, Map<String, Score> scores, Map<String, Map<String, Double>> baselines,
        Map<String, Score> groups,
        List<Sample> samples, double seconds, @Nullable AcquisitionCurves curves, @Nullable Clean contamination, @Nullable String failure) {

    /**
     * What is left without the documents that stand in the training text.
     *
     * @param found those
     * @param scores of the rest, by metric; empty where nothing is left
     */
    record Clean(Contamination.Found found, Map<String, Score> scores) {
        int documents() {
            return found.documents() - found.dirty().size();
        }
    }

    /**
     * A question as it was asked.
     *
     * @param origin where the document was read
     * @param prompts one for each request, what is scored in brackets
     * @param answers what the model answered, in words
     * @param right what would have been right
     */
    record Sample(String origin, List<String> prompts, List<String> answers, String right) {
    }
}
