package org.lyceum.study.vectors;

import java.util.List;
import org.lyceum.foundation.UserError;

/**
 * The study {@code vectors}.
 *
 * @param text files of the recipe's data folder to learn from, or {@code wordnet}
 * @param similarity a folder of lists of pairs with people's judgements
 * @param analogies a file of analogies in sections
 * @param among analogies are asked where all four words are among so many of the most frequent
 * @param kinds what to compare: skip-gram, cbow, glove, fasttext
 * @param seeds how many trainings of each
 * @param seed of the first
 * @param threads with more than one, a seed does not give the same vectors twice
 * @param dimensions of a vector
 * @param window words to each side, for glove twice as many
 * @param minCount words that come less often are left out
 * @param epochs passes over the text, for glove three times as many passes over the pairs
 * @param fewest lists of which so many pairs have vectors go into the mean
 * @param examples analogies to show, three words each
 * @param near words whose neighbours to show
 * @param map groups of words for the picture, with spaces between
 */
public record VectorsConfig(List<String> text, String similarity, String analogies, int among, List<String> kinds, int seeds, long seed,
        int threads,
        int dimensions, int window, int minCount, int epochs, int fewest, List<String> examples, List<String> near, List<String> map) {
    static final List<String> KINDS = List.of("skip-gram", "cbow", "glove", "fasttext");

    /** The four kinds on WordNet's definitions. */
    public static final VectorsConfig DEFAULT = new VectorsConfig(List.of("wordnet"), "word_similarity/word-sim",
            "word_similarity/analogies/questions-words.txt", 10_000, KINDS, 3, 1, 1, 100, 5, 5, 10, 100,
            List.of("man king woman", "france paris england"), List.of("river", "king"),
            List.of("cat dog horse cow sheep", "red blue green yellow white", "king queen prince duke lord"));

    public VectorsConfig {
        if (text.isEmpty() || kinds.isEmpty() || seeds < 1 || threads < 1 || dimensions < 1 || window < 1 || epochs < 1 || among < 1) {
            throw UserError.usage("vectors needs text, kinds, and seeds, threads, dimensions, window, epochs and among above 0.");
        }
        kinds.stream().filter(kind -> !KINDS.contains(kind)).findFirst().ifPresent(kind -> {
            throw UserError.usage("vectors knows no kind '" + kind + "'; known are " + String.join(", ", KINDS) + ".");
        });
        examples.stream().filter(example -> example.strip().split("\\s+").length != 3).findFirst().ifPresent(example -> {
            throw UserError.usage("The example '" + example + "' should be three words, as in man king woman.");
        });
    }
}
