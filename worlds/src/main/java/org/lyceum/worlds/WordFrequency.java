package org.lyceum.worlds;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How frequent the words of our phrasings are, on the Zipf scale (van Heuven et al. 2014, "SUBTLEX-UK"): the logarithm to base 10 of how often a
 * word or its lemma stands in 10⁹ words.
 */
final class WordFrequency {
    /** Rarer than this, once in ten thousand words, is rare. */
    static final double RARE = 5;

    private static final Map<Language, WordFrequency> ALL = new EnumMap<>(Language.class);
    static {
        for (var language : Language.values()) {
            ALL.put(language, new WordFrequency(language));
        }
    }

    private final Map<String, Double> frequencies = new HashMap<>();

    private WordFrequency(Language language) {
        var name = "frequencies." + language.code() + ".txt";
        var in = Objects.requireNonNull(WordFrequency.class.getResourceAsStream(name), name);
        try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.split(" ");
                for (int i = 1; i < words.length && !words[0].equals("#"); i++) {
                    frequencies.put(words[i], Double.valueOf(words[0]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WordFrequency of(Language language) {
        return Objects.requireNonNull(ALL.get(language));
    }

    /** Whether a word in lower case is one of our phrasings. */
    boolean knows(String word) {
        return frequencies.containsKey(word);
    }

    /** Whether a word in lower case is rare; names are not, nor what the phrasings do not have. */
    boolean rare(String word) {
        return frequencies.getOrDefault(word, RARE) < RARE;
    }
}
