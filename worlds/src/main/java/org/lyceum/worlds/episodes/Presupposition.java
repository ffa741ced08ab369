package org.lyceum.worlds.episodes;

import org.jspecify.annotations.Nullable;

/** What somebody takes for granted who does something: that the key lies here, that there is such a button. */
public sealed interface Presupposition {
    /** It in words, as a clause: {@code the red door is open}. */
    String says();

    /**
     * That an atom holds.
     *
     * @param atom what holds
     * @param says it in words
     * @param place where one must have looked to know it, if that is not told by the possible worlds: what is the same in all of them
     *     has still to be seen
     */
    record Holds(Atom atom, String says, @Nullable String place) implements Presupposition {
        Holds(Atom atom, String says) {
            this(atom, says, null);
        }
    }

    /** That there is something that is in no possible world; who has looked in {@code place} has seen that it is not there. */
    record Missing(String says, String place) implements Presupposition {
    }

    /** That a variable has a value that it has in no possible world; who knows the value that it has knows that it is not this. */
    record Another(int variable, String says) implements Presupposition {
    }
}
