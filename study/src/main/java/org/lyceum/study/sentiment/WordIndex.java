package org.lyceum.study.sentiment;

import java.util.HashMap;
import java.util.List;
import org.lyceum.text.words.WordVocabulary;

/** Words as rows of a table: 0 for padding, 1 for every word that the training sentences have too seldom, then the frequent ones. */
final class WordIndex {
    private static final int UNKNOWN = 1;
    private static final int FIRST = 2;

    private final WordVocabulary words;

    private WordIndex(WordVocabulary words) {
        this.words = words;
    }

    /** The words that come at least {@code minCount} times in {@code sentences}. */
    static WordIndex of(List<Sentence> sentences, int minCount) {
        var counts = new HashMap<String, Long>();
        sentences.forEach(sentence -> sentence.words().forEach(word -> counts.merge(word, 1L, Long::sum)));
        return new WordIndex(WordVocabulary.of(counts, minCount));
    }

    /** The rows of the table. */
    int size() {
        return FIRST + words.size();
    }

    int[] ids(Sentence sentence) {
        return sentence.words().stream().mapToInt(word -> words.id(word) < 0 ? UNKNOWN : FIRST + words.id(word)).toArray();
    }
}
