package org.lyceum.worlds.episodes;

/** That a variable has a value, or ({@code equal} false) that it has another: an atom of SAS+ (Bäckström and Nebel 1995, section 2). */
public record Atom(int variable, int value, boolean equal) {
    /** That the variable has the value. */
    static Atom is(int variable, int value) {
        return new Atom(variable, value, true);
    }

    /** That the variable has another value. */
    static Atom not(int variable, int value) {
        return new Atom(variable, value, false);
    }

    /** Whether it holds where the variable has the value {@code actual}. */
    boolean allows(int actual) {
        return (actual == value) == equal;
    }
}
