package org.lyceum.worlds;

/** A person's gender, or the grammatical gender of a noun in Spanish. */
public enum Gender {
    MASCULINE, FEMININE
}
