package org.lyceum.worlds;

/**
 * How things are said, and how much is left to the reader.
 *
 * @param words 1 to 3: how rare the words are
 * @param clauses 1 to 3: how deep the clauses are
 * @param inference 1 to 3: what documents leave to be inferred. At 1 they say all that holds; at 2 also what follows from one given fact (who
 *     moved there lives there), but nothing that takes two; at 3 only what is given
 * @param sentences the most that a document has; 0 for no limit
 * @param switching the share, from 0 to 1, of things, buildings and kinship nouns that are named in the other language
 * @param pronouns whether a document calls the person whom it is about by a pronoun, or in Spanish often not at all, where the sentence before named
 *     that person and nobody else whom the pronoun could stand for
 */
public record Style(int words, int clauses, int inference, int sentences, double switching, boolean pronouns) {
    /** The hardest of each. */
    public static final int HARDEST = 3;
    /** Plain sentences in one language. */
    public static final Style PLAIN = new Style(1, 0);

    /** Sentences of a level, with names everywhere, in documents of all that is given and nothing else. */
    public Style(int level, double switching) {
        this(level, level, HARDEST, 0, switching, false);
    }

    /** A level of all that makes a text hard to read: rarer words, deeper clauses, longer documents, more to infer. */
    public static Style ofLevel(int level) {
        return new Style(level, level, level, sentences(level), 0, false);
    }

    /** The most sentences of a document of that level; 0 for no limit. */
    public static int sentences(int level) {
        return switch (level) {
            case 1 -> 8;
            case 2 -> 12;
            default -> 0;
        };
    }
}
