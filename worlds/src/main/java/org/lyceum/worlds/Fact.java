package org.lyceum.worlds;

/**
 * That {@code relation} holds between two entities (by their ids).
 *
 * @param year of an event: when it happened; of any other fact that a world is given: since when it holds; of a claim: when it is said to hold
 */
public record Fact(Relation relation, int subject, int object, int year) {
}
