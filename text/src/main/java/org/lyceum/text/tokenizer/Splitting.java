package org.lyceum.text.tokenizer;

import java.util.List;
import java.util.Optional;

/** How a byte-level tokenizer cuts text into pieces: by one of the expressions that run by hand here, or by several, one after the other. */
sealed interface Splitting permits PreSplit, SplitSteps {
    /** Takes pieces as they come. */
    @FunctionalInterface
    interface Pieces {
        void take(int from, int to);
    }

    /** Cuts {@code [from, end)}. */
    void cut(byte[] text, int from, int end, Pieces pieces);

    /** The expressions, each of which cuts every piece that those before it left. */
    List<String> patterns();

    /** The splitting by {@code patterns}, if all of them are known to mean the same here as they do elsewhere. */
    static Optional<Splitting> of(List<String> patterns) {
        if (patterns.size() == 1 && PreSplit.of(patterns.getFirst()).isPresent()) {
            return Optional.of(PreSplit.of(patterns.getFirst()).get());
        }
        if (patterns.size() == 2 && patterns.getFirst().equals(SplitSteps.DIGIT)
                && PreSplit.of(patterns.getLast()).equals(Optional.of(PreSplit.GPT2))) {
            return Optional.of(PreSplit.GPT2_DIGITS);
        }
        return SplitSteps.of(patterns).map(steps -> steps);
    }
}
