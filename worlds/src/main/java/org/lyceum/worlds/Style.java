package org.lyceum.worlds;

/**
 * How things are said.
 *
 * @param level 1 to 3: how rare the words, how deep the clauses and how long the sentences are
 * @param switching the share, from 0 to 1, of things, buildings and kinship nouns that are named in the other language
 * @param pronouns whether a story calls the person whom it is about by a pronoun once it has named the person, or in Spanish not at all
 * @param sentences the most that a document has; 0 for no limit
 */
public record Style(int level, double switching, boolean pronouns, int sentences) {
    /** Plain sentences in one language. */
    public static final Style PLAIN = new Style(1, 0);

    /** With names everywhere, and documents as long as there is something to say. */
    public Style(int level, double switching) {
        this(level, switching, false, 0);
    }
}
