package org.lyceum.worlds;

import java.util.Locale;

/** A language that worlds are told in. */
public enum Language {
    EN, ES;

    /** The two-letter code. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is not this one. */
    public Language other() {
        return this == EN ? ES : EN;
    }

    @Override
    public String toString() {
        return code();
    }
}
