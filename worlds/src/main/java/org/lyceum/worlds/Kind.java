package org.lyceum.worlds;

/** What an entity is. Relations say which kinds they hold between, so that a sentence is never about the job of a lamp. */
public enum Kind {
    PERSON, TOWN, COUNTRY, BUILDING, THING, JOB, YEAR
}
