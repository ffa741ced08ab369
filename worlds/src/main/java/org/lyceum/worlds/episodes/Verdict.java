package org.lyceum.worlds.episodes;

/**
 * The judgement of an action.
 *
 * @param outcome what the action is
 * @param good whether it should have been done: a good step, or giving up where it was known that there is no way
 * @param support what the view says of what the action takes for granted; of several things the worst, of a wrong belief of the thing that is wrong
 * @param reason why, in words; empty for a good step
 * @param left the fewest steps to the goal after it without guessing, -1 if there is no way any more
 */
public record Verdict(Outcome outcome, boolean good, Support support, String reason, int left) {
    /** What an action is. */
    public enum Outcome {
        /** All that it takes for granted is so, and it begins a shortest plan in a world that there may be, or in the real one. */
        GOOD,
        /** All that it takes for granted is so, but whichever of the possible worlds is the real one, there is a shorter way. */
        BAD_PLAN,
        /** It takes something for granted that is not so in the reference world. Unless the view supports it, this is a hallucination. */
        WRONG_BELIEF,
        /** It says that it cannot be done. */
        ABSTENTION,
        /** It is no command. */
        INVALID
    }

    /** What the view, read by the conflict policy, says of what an action takes for granted. */
    public enum Support {
        /** That it is so. */
        SUPPORTED,
        /** Nothing: whoever does it guesses. */
        UNSEEN,
        /** That it is not so. */
        CONTRADICTED
    }

    /** Whether it rests on something false that nothing shown says. */
    public boolean hallucination() {
        return outcome == Outcome.WRONG_BELIEF && support != Support.SUPPORTED;
    }
}
