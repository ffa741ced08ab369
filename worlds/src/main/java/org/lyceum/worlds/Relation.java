package org.lyceum.worlds;

import static org.lyceum.worlds.Kind.BUILDING;
import static org.lyceum.worlds.Kind.COUNTRY;
import static org.lyceum.worlds.Kind.JOB;
import static org.lyceum.worlds.Kind.PERSON;
import static org.lyceum.worlds.Kind.THING;
import static org.lyceum.worlds.Kind.TOWN;
import static org.lyceum.worlds.Kind.YEAR;

import org.jspecify.annotations.Nullable;

/**
 * What can hold between two entities. {@code SIBLING(a, b)} reads "a sibling of a is b": the object is what a question about the subject asks
 * for.
 */
public enum Relation {
    /** True from an event until the next event that concerns the same thing. */
    LIVES_IN(Sort.STATE, PERSON, TOWN), WORKS_AS(Sort.STATE, PERSON, JOB), WORKS_AT(Sort.STATE, PERSON, BUILDING), SPOUSE(Sort.STATE,
            PERSON,
            PERSON), OWNED_BY(Sort.STATE, THING, PERSON), CARRIED_BY(Sort.STATE, THING, PERSON), KEPT_IN(Sort.STATE, THING, BUILDING),

    /** Given, and true from some year on. Who is born in a town lives there until moving. */
    BORN_IN(Sort.LASTING, PERSON, TOWN, LIVES_IN), BORN_IN_YEAR(Sort.LASTING, PERSON, YEAR), PARENT(Sort.LASTING, PERSON,
            PERSON), TOWN_IN(Sort.LASTING, TOWN, COUNTRY), BUILDING_IN(Sort.LASTING, BUILDING, TOWN),

    /** What happened, each in one year. */
    MOVED_TO(LIVES_IN), BECAME(WORKS_AS), HIRED_AT(WORKS_AT), MARRIED(SPOUSE), BOUGHT_BY(OWNED_BY), TAKEN_BY(CARRIED_BY), PUT_IN(KEPT_IN),

    /** What follows by {@link Rule#ALL}. */
    CHILD(Sort.DERIVED, PERSON, PERSON), SIBLING(Sort.DERIVED, PERSON, PERSON), OLDER_SIBLING(Sort.DERIVED, PERSON, PERSON), GRANDPARENT(
            Sort.DERIVED, PERSON,
            PERSON), GRANDCHILD(Sort.DERIVED, PERSON, PERSON), AUNT_OR_UNCLE(Sort.DERIVED, PERSON, PERSON), NIECE_OR_NEPHEW(Sort.DERIVED,
                    PERSON, PERSON), COUSIN(Sort.DERIVED, PERSON, PERSON), PARENT_IN_LAW(Sort.DERIVED, PERSON, PERSON), ANCESTOR(
                            Sort.DERIVED, PERSON, PERSON), LIVES_IN_COUNTRY(Sort.DERIVED, PERSON, COUNTRY), WORKS_IN_TOWN(Sort.DERIVED,
                                    PERSON, TOWN), COLLEAGUE(Sort.DERIVED, PERSON, PERSON), THING_IN_TOWN(Sort.DERIVED, THING, TOWN);

    /** How facts of a relation come to be true. */
    public enum Sort {
        LASTING, STATE, EVENT, DERIVED
    }

    private final Sort sort;
    private final Kind subject;
    private final Kind object;
    private final @Nullable Relation begins;

    Relation(Sort sort, Kind subject, Kind object, @Nullable Relation begins) {
        this.sort = sort;
        this.subject = subject;
        this.object = object;
        this.begins = begins;
    }

    Relation(Sort sort, Kind subject, Kind object) {
        this(sort, subject, object, null);
    }

    Relation(Relation begins) {
        this(Sort.EVENT, begins.subject, begins.object, begins);
    }

    /** How its facts come to be true. */
    public Sort sort() {
        return sort;
    }

    /** What its subjects are. */
    public Kind subject() {
        return subject;
    }

    /** What its objects are. */
    public Kind object() {
        return object;
    }

    /** For an event, and for a birth: the state that it begins. */
    public @Nullable Relation begins() {
        return begins;
    }

    /** Two states with the same answer exclude each other: a thing that somebody takes is no longer kept in a building. */
    Relation slot() {
        return this == KEPT_IN ? CARRIED_BY : this;
    }

    /** Whether a subject has one object at most. */
    public boolean single() {
        return switch (this) {
            case BORN_IN, BORN_IN_YEAR, TOWN_IN, BUILDING_IN, LIVES_IN, WORKS_AS, WORKS_AT, SPOUSE, OWNED_BY, CARRIED_BY, KEPT_IN,
                    LIVES_IN_COUNTRY, WORKS_IN_TOWN, THING_IN_TOWN ->
                true;
            default -> false;
        };
    }

    /** Whether it holds between people because of births and marriages. */
    public boolean kinship() {
        return switch (this) {
            case PARENT, SPOUSE, CHILD, SIBLING, OLDER_SIBLING, GRANDPARENT, GRANDCHILD, AUNT_OR_UNCLE, NIECE_OR_NEPHEW, COUSIN,
                    PARENT_IN_LAW,
                    ANCESTOR ->
                true;
            default -> false;
        };
    }
}
