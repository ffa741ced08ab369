package org.lyceum.worlds;

/**
 * How things are said.
 *
 * @param level 1 to 3: how rare the words, how deep the clauses and how long the sentences are
 * @param switching the share, from 0 to 1, of things, buildings and kinship nouns that are named in the other language
 */
public record Style(int level, double switching) {
    /** Plain sentences in one language. */
    public static final Style PLAIN = new Style(1, 0);
}
