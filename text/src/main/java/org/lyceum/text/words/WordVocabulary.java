package org.lyceum.text.words;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Document;

/** The words of a corpus that come often enough, the most frequent first and equally frequent ones by their letters. */
public final class WordVocabulary {
    private final List<String> words;
    private final long[] counts;
    private final Map<String, Integer> ids;
    private final long total;
    private final long seen;

    private WordVocabulary(List<String> words, long[] counts, long seen) {
        this.words = words;
        this.counts = counts;
        this.seen = seen;
        ids = HashMap.newHashMap(words.size());
        long sum = 0;
        for (int i = 0; i < words.size(); i++) {
            ids.put(words.get(i), i);
            sum += counts[i];
        }
        total = sum;
    }

    /**
     * Counts the words of {@code documents}, line by line.
     *
     * @param minCount words that come less often are left out
     * @throws UserError where none is left; the sentence says how often the most frequent word comes
     */
    public static WordVocabulary count(Iterable<Document> documents, WordSplit split, long minCount) {
        var counts = new HashMap<String, long[]>();
        for (var document : documents) {
            split.words(document.text(), word -> counts.computeIfAbsent(word, _ -> new long[1])[0]++);
        }
        var plain = HashMap.<String, Long>newHashMap(counts.size());
        counts.forEach((word, count) -> plain.put(word, count[0]));
        return of(plain, minCount);
    }

    /** The same from counts. */
    public static WordVocabulary of(Map<String, Long> counts, long minCount) {
        long seen = counts.values().stream().mapToLong(Long::longValue).sum();
        var kept = counts.entrySet().stream().filter(entry -> entry.getValue() >= minCount)
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
                .toList();
        if (kept.isEmpty()) {
            throw new UserError(counts.isEmpty()
                    ? "There is no word in the text; name data with words in them."
                    : counts.entrySet().stream().max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                            .map(most -> "No word comes " + minCount + " times; the most frequent, '" + most.getKey() + "', comes "
                                    + most.getValue() + " times. Lower --min-count, or give more text.")
                            .orElseThrow());
        }
        return new WordVocabulary(kept.stream().map(Map.Entry::getKey).toList(), kept.stream().mapToLong(Map.Entry::getValue).toArray(),
                seen);
    }

    /** The words, by their numbers. */
    public List<String> words() {
        return words;
    }

    /** How many. */
    public int size() {
        return words.size();
    }

    /** How often word {@code id} comes. */
    public long count(int id) {
        return counts[id];
    }

    /** How often each word comes; not to be changed. */
    public long[] counts() {
        return counts;
    }

    /** The number of {@code word}; −1 where it is not among them. */
    public int id(String word) {
        var id = ids.get(word);
        return id == null ? -1 : id;
    }

    /** How many words of the text are among them: the sum of the counts. */
    public long total() {
        return total;
    }

    /** How many words the text has, the rare ones among them. */
    public long seen() {
        return seen;
    }
}
