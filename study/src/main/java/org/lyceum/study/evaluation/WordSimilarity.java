package org.lyceum.study.evaluation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pairs of words that people have judged: how alike are a model's vectors of them? Each word is put alone into {@code doc_to_text}, which names
 * it {@code word}, and its vector in each layer is the mean over its tokens there.
 */
final class WordSimilarity {
    /** Stands for the word, to find its place. */
    private static final String MARK = "\uE000";
    private static final String WORD = "word";

    private WordSimilarity() {
    }

    /**
     * The question about a pair.
     *
     * @param judgement how alike people find the two, a number
     */
    static Item item(Task task, Document document, List<String> words, String judgement) {
        try {
            Double.parseDouble(judgement);
        } catch (NumberFormatException _) {
            throw task.where().wrong("doc_to_target", "the target of " + document.origin() + " is '" + judgement
                    + "', and word_similarity needs a number, how alike people find the words.");
        }
        var request = new Request.Alike(placed(task, document, words.get(0)), placed(task, document, words.get(1)));
        return new Item(document, List.of(request), words, List.of(), List.of(judgement));
    }

    private static Request.Placed placed(Task task, Document document, String word) {
        var marked = task.text().text(new Document(document.index(), document.origin(), Map.of(WORD, MARK)));
        int from = marked.indexOf(MARK);
        if (from < 0 || marked.indexOf(MARK, from + 1) >= 0) {
            throw task.where().wrong("doc_to_text", "of word_similarity it must hold {{ word }}, once.");
        }
        return new Request.Placed(marked.replace(MARK, word), from, from + word.length());
    }

    /** The share of letter trigrams (of {@code <word>}) that two words have in common, as a cosine: likeness that has no meaning in it. */
    static double spelling(String first, String second) {
        var a = trigrams(first);
        var b = trigrams(second);
        double dot = a.entrySet().stream().mapToDouble(each -> each.getValue() * b.getOrDefault(each.getKey(), 0)).sum();
        return dot / Math.sqrt(squares(a) * squares(b));
    }

    private static Map<String, Integer> trigrams(String word) {
        var counts = new HashMap<String, Integer>();
        var framed = "<" + word + ">";
        for (int i = 0; i + 3 <= framed.length(); i++) {
            counts.merge(framed.substring(i, i + 3), 1, Integer::sum);
        }
        return counts;
    }

    private static double squares(Map<String, Integer> counts) {
        return counts.values().stream().mapToDouble(count -> (double) count * count).sum();
    }
}
