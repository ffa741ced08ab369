package org.lyceum.worlds.episodes;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A world to act in, which says what there is to do in it and what it looks like. What is done and believed is the same for all: {@link
 * Task}. A {@code settled} array has a value for each variable, -1 for one that depends on the world; {@code values} has all.
 */
public sealed interface EpisodeWorld permits GridWorld, FormWorld, ShellWorld {
    /** The kinds of worlds. */
    enum Kind {
        /** Rooms, doors, keys: after MiniGrid (Chevalier-Boisvert et al. 2023) and BabyAI (Chevalier-Boisvert et al. 2019). */
        GRID,
        /** A form to fill in, over several pages: after MiniWoB++ (Shi et al. 2017; Liu et al. 2018). */
        FORM,
        /**
         * Folders and files under a small shell: after the text worlds of TextWorld (Côté et al. 2018) and ALFWorld (Shridhar et al.
         * 2021).
         */
        SHELL
    }

    /** What it is. */
    Kind kind();

    /** Its variables, the possible worlds, and the real one. */
    Task task();

    /** What the agent is told first: the task, the commands, and what there may be. */
    String instruction();

    /** What there is to try here, whether it works or not, in a fixed order; every shortest plan is made of these. */
    List<Action> menu(int[] settled);

    /** What {@code command} means here, or nothing if it is no command. */
    Optional<Action> parse(String command, int[] settled);

    /** What is seen after {@code action}, or at the beginning. */
    String observe(@Nullable Action action, int[] values);

    /** The place that one sees without doing anything. */
    String place(int[] settled);

    /** The variables whose value one sees at the beginning. */
    List<Atom> looks(int[] settled);

    /** Whether the episode is over, for better or worse. */
    boolean over(int[] settled);

    /** Whether the task is done, or rightly given up, in an episode that is over. */
    boolean succeeded(int[] values);

    /** Commands that take something for granted that is not so in this state: things that are not there, values that are wrong. */
    List<String> mistakes(int[] values);

    /** A picture for people, in HTML. */
    String picture(int[] values);
}
