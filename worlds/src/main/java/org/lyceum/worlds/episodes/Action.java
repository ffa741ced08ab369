package org.lyceum.worlds.episodes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something to do where one is: an operator of SAS+ (Bäckström and Nebel 1995) that also says what it lets one see.
 *
 * @param text the command
 * @param needs what must hold; the world refuses the action otherwise
 * @param claims what is taken for granted beside, which the world does not check: that a number typed is the right one
 * @param effects the values that variables get, each an atom of equality
 * @param looks the atoms of which one sees afterwards whether they hold
 * @param place the place into which it looks, if any
 * @param abstains whether it says that the task cannot be done
 */
public record Action(String text, List<Presupposition> needs, List<Presupposition> claims, List<Atom> effects, List<Atom> looks,
        @Nullable String place, boolean abstains) {
    /** The same that takes {@code claims} for granted. */
    Action claiming(List<Presupposition> more) {
        return new Action(text, needs, more, effects, looks, place, abstains);
    }

    /** What changes the world. */
    static Action doing(String text, List<Presupposition> needs, List<Atom> effects) {
        return new Action(text, needs, List.of(), effects, List.of(), null, false);
    }

    /** What changes the world and lets one see {@code looks} in {@code place}. */
    static Action looking(String text, List<Presupposition> needs, List<Atom> effects, List<Atom> looks, @Nullable String place) {
        return new Action(text, needs, List.of(), effects, looks, place, false);
    }
}
