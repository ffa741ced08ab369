package org.lyceum.study.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a task asks a model about one document. */
public sealed interface Request {
    /** How probable {@code continuation} is behind {@code context}. */
    record Likelihood(String context, String continuation) implements Request {
    }

    /** How probable a whole text is, in windows of the model's context. */
    record Rolling(String text) implements Request {
    }

    /**
     * What the model writes behind {@code prompt}.
     *
     * @param stop strings that end it and are no part of it
     * @param maxTokens the most tokens
     * @param temperature 0 for the most probable token every time
     * @param draw which of several texts for the same prompt, from 0: each is drawn anew
     */
    record Generate(String prompt, List<String> stop, int maxTokens, double temperature, int draw) implements Request {
    }

    /**
     * A translation of {@code source}.
     *
     * @param asked how a language model is asked for it; a translator reads the source alone
     */
    record Translate(String source, Generate asked) implements Request {
    }

    /** How alike two words are, the cosine of their vectors in each layer. */
    record Alike(Placed first, Placed second) implements Request {
    }

    /** Which passages answer a query; the answer is their places, the best first. */
    record Ranking(String query, Passages passages) implements Request {
    }

    /**
     * Which class a text has, asked of a model that was taught; the answer is its place among the labels.
     *
     * @param second what stands beside the text, where the task is about pairs
     * @param seed of the teaching
     */
    record Taught(String text, @Nullable String second, Lesson lesson, long seed) implements Request {
    }

    /**
     * A word in a text.
     *
     * @param from where it begins, in UTF-16 units
     * @param to one past its end
     */
    record Placed(String text, int from, int to) {
        String word() {
            return text.substring(from, to);
        }

        private String marked() {
            return text.substring(0, from) + "⟦" + word() + "⟧" + text.substring(to);
        }
    }

    /** What the model sees first, to be shown to a person. */
    default String prompt() {
        return switch (this) {
            case Likelihood(var context, var continuation) -> context + "⟦" + continuation + "⟧";
            case Rolling(var text) -> "⟦" + text + "⟧";
            case Generate(var prompt, _, _, _, _) -> prompt;
            case Alike(var first, var second) -> first.marked() + " | " + second.marked();
            case Translate(_, var asked) -> asked.prompt();
            case Ranking(var query, _) -> query;
            case Taught(var text, var second, _, _) -> text + (second == null ? "" : " | " + second);
        };
    }
}
