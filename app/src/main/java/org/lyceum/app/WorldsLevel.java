package org.lyceum.app;

import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Style;
import picocli.CommandLine.Option;

/** The options of what makes texts about worlds hard: a level sets all, and each can be set by itself. */
final class WorldsLevel {
    private static final int FEWEST_HOPS = 2;

    @Option(names = "--level", paramLabel = "1|2|3", description = "How hard it is (${DEFAULT-VALUE}): sets the next five.")
    private int level = 1;

    @Option(names = "--words", paramLabel = "1|2|3", description = "How rare the words are (the level).")
    private @Nullable Integer words;

    @Option(names = "--clauses", paramLabel = "1|2|3", description = "How deep the clauses are (the level).")
    private @Nullable Integer clauses;

    @Option(names = "--sentences", paramLabel = "N", description = "At most in a document; 0 for as many as there are (8, 12 or 0, by level).")
    private @Nullable Integer sentences;

    @Option(names = "--inference", paramLabel = "1|2|3", description = "What documents leave to be inferred (the level): 1 nothing, 2 what "
            + "takes two facts or more, 3 all that is not given.")
    private @Nullable Integer inference;

    @Option(names = "--hops", paramLabel = "N", description = "Given facts that a question of the type many_hops takes; 0 for any number from 2 "
            + "(2, 3 or 4, by level).")
    private @Nullable Integer hops;

    /** How things are said. */
    Style style(boolean pronouns) {
        int most = sentences == null ? Style.sentences(oneToThree("--level", level)) : sentences;
        if (most < 0) {
            throw UserError.usage("--sentences cannot be below 0.");
        }
        return new Style(axis("--words", words), axis("--clauses", clauses), axis("--inference", inference), most, 0, pronouns);
    }

    /** The facts of a question of many hops. */
    int hops() {
        int facts = hops == null ? level + 1 : hops;
        if (facts != 0 && facts < FEWEST_HOPS) {
            throw UserError.usage("--hops is 0 or from " + FEWEST_HOPS + " on, not " + facts + ".");
        }
        return facts;
    }

    private int axis(String option, @Nullable Integer value) {
        return oneToThree(value == null ? "--level" : option, value == null ? level : value);
    }

    private static int oneToThree(String option, int value) {
        if (value < 1 || value > Style.HARDEST) {
            throw UserError.usage(option + " is 1, 2 or 3, not " + value + ".");
        }
        return value;
    }
}
