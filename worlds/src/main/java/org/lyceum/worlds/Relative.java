package org.lyceum.worlds;

/**
 * A step from a person to a relative: {@code the mother of}.
 *
 * @param kinship what the relative is to the person
 * @param gender of the relative
 */
public record Relative(Relation kinship, Gender gender) {
    public Relative {
        if (!kinship.kinship()) {
            throw new IllegalArgumentException(kinship + " is not a kinship");
        }
    }
}
