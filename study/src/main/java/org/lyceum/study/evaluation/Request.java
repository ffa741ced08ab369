package org.lyceum.study.evaluation;

import java.util.List;

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
     */
    record Generate(String prompt, List<String> stop, int maxTokens, double temperature) implements Request {
    }

    /** What the model sees first, to be shown to a person. */
    default String prompt() {
        return switch (this) {
            case Likelihood(var context, var continuation) -> context + "⟦" + continuation + "⟧";
            case Rolling(var text) -> "⟦" + text + "⟧";
            case Generate(var prompt, _, _, _) -> prompt;
        };
    }
}
