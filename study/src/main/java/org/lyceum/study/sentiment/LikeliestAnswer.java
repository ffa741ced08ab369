package org.lyceum.study.sentiment;

import java.util.Arrays;
import java.util.List;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.CachedSequence;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.LogProbabilities;

/**
 * How probable each of a few answers is behind a prompt. What a prompt shares with the one before it is computed once: the examples at its
 * beginning, and the prompt itself for answers of several tokens.
 */
final class LikeliestAnswer implements AutoCloseable {
    private final LanguageModel model;
    private final List<int[]> answers;
    private final CachedSequence sequence;

    /** Each answer follows the prompt behind a space. */
    LikeliestAnswer(LanguageModel model, List<String> answers) {
        this.model = model;
        this.answers = answers.stream().map(answer -> model.tokenizer().encodePart(" " + answer, false)).toList();
        sequence = new CachedSequence(model.engine());
    }

    /** P(answer | prompt) of each, as shares of their sum. Throws {@link UserError} where the prompt is longer than the context. */
    double[] probabilities(String prompt) {
        var ids = model.promptIds(prompt);
        int context = model.engine().config().context();
        int longest = answers.stream().mapToInt(answer -> answer.length).max().orElseThrow();
        if (ids.length + longest > context) {
            throw new UserError("A prompt of " + ids.length + " tokens and its answer do not fit into the model's context of " + context
                    + "; ask with fewer examples (prompt.shots).");
        }
        var logs = new double[answers.size()];
        var first = sequence.next(ids, 0, ids.length);
        for (int i = 0; i < logs.length; i++) {
            var answer = answers.get(i);
            logs[i] = LogProbabilities.of(first, answer[0]);
            var text = Arrays.copyOf(ids, ids.length + answer.length);
            for (int t = 1; t < answer.length; t++) {
                text[ids.length + t - 1] = answer[t - 1];
                logs[i] += LogProbabilities.of(sequence.next(text, 0, ids.length + t), answer[t]);
            }
        }
        double most = Arrays.stream(logs).max().orElseThrow();
        var shares = Arrays.stream(logs).map(log -> Math.exp(log - most)).toArray();
        double sum = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / sum).toArray();
    }

    @Override
    public void close() {
        sequence.close();
    }
}
