package org.lyceum.worlds.episodes;

/**
 * What somebody wrote down before the episode, right or outdated.
 *
 * @param text as it is told
 * @param atom what it says
 * @param date the day in May that it is of; what is seen is of the 6th, and the records that pages and files show are of the 3rd
 */
public record Note(String text, Atom atom, int date) {
}
