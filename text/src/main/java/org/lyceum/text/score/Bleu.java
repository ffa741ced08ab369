package org.lyceum.text.score;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * BLEU of a corpus (Papineni et al. 2002): how many of the n-grams, n up to 4, of what was translated are found in the reference,
 * geometrically averaged, times a penalty for brevity. The figures are those of sacreBLEU (Post 2018).
 *
 * @param score 0 to 100
 * @param matches n-grams found in the reference, by n from 1
 * @param totals n-grams there are
 * @param precisions of each n, 0 to 100, smoothed
 * @param brevity the penalty, 0 to 1
 * @param words in the translations
 * @param referenceWords in the references; of several for a sentence, in the one that is nearest in length
 * @param setting how it was measured
 * @param references for each sentence
 */
public record Bleu(double score, List<Long> matches, List<Long> totals, List<Double> precisions, double brevity, long words,
        long referenceWords, Setting setting, int references) {
    private static final int ORDER = 4;

    /**
     * How BLEU is measured.
     *
     * @param lowerCase whether letters are compared in lower case
     * @param words what counts as a word
     * @param smoothing what becomes of an n without any match
     */
    public record Setting(boolean lowerCase, Cutting words, Smoothing smoothing) {
        /** sacreBLEU's own: cased, 13a, exponential smoothing. */
        public static final Setting CASED = new Setting(false, Cutting.MTEVAL_13A, Smoothing.EXPONENTIAL);
        /** The same in lower case: {@code sacrebleu -lc}. */
        public static final Setting LOWER_CASED = new Setting(true, Cutting.MTEVAL_13A, Smoothing.EXPONENTIAL);
    }

    /** What counts as a word. */
    public enum Cutting {
        /** Punctuation stands alone, as in {@code mteval-v13a}. */
        MTEVAL_13A,
        /** What white space separates. */
        NONE
    }

    /** What becomes of an n without any match, whose precision of 0 would make the whole score 0. */
    public enum Smoothing {
        /** Nothing. */
        NONE,
        /** The k-th such n counts 1 / 2^k matches (Chen and Cherry 2014, method 3). */
        EXPONENTIAL,
        /** It counts 0.1 of a match (method 1). */
        FLOOR,
        /** Every n above 1 counts one match and one n-gram more (method 2). */
        ADD_ONE
    }

    /**
     * The score of {@code translations} against one reference each.
     *
     * @throws IllegalArgumentException where there are more of the one than of the other, or none
     */
    public static Bleu of(List<String> translations, List<String> references, Setting setting) {
        return ofSeveral(translations, references.stream().map(List::of).toList(), setting);
    }

    /** The same with several references for each, at least one; an n-gram counts as often as the reference that has most of it. */
    public static Bleu ofSeveral(List<String> translations, List<List<String>> references, Setting setting) {
        if (translations.isEmpty() || translations.size() != references.size()) {
            throw new IllegalArgumentException(translations.size() + " translations against " + references.size() + " references");
        }
        var matches = new long[ORDER];
        var totals = new long[ORDER];
        long words = 0;
        long referenceWords = 0;
        for (int i = 0; i < translations.size(); i++) {
            var translation = cut(translations.get(i), setting);
            words += translation.size();
            var wanted = new HashMap<List<String>, Integer>();
            int nearest = -1;
            for (var text : references.get(i)) {
                var reference = cut(text, setting);
                ngrams(reference).forEach((ngram, count) -> wanted.merge(ngram, count, Math::max));
                int distance = Math.abs(reference.size() - translation.size()) - Math.abs(nearest - translation.size());
                if (nearest < 0 || distance < 0 || distance == 0 && reference.size() < nearest) {
                    nearest = reference.size();
                }
            }
            referenceWords += nearest;
            ngrams(translation).forEach((ngram, count) -> {
                totals[ngram.size() - 1] += count;
                matches[ngram.size() - 1] += Math.min(count, wanted.getOrDefault(ngram, 0));
            });
        }
        return of(matches, totals, words, referenceWords, setting, references.getFirst().size());
    }

    private static Bleu of(long[] matches, long[] totals, long words, long referenceWords, Setting setting, int references) {
        double brevity = words >= referenceWords ? 1 : words == 0 ? 0 : Math.exp(1 - (double) referenceWords / words);
        var precisions = new double[ORDER];
        boolean any = false;
        for (long match : matches) {
            any |= match > 0;
        }
        double halves = 1;
        for (int n = 0; any && n < ORDER; n++) {
            int more = setting.smoothing() == Smoothing.ADD_ONE && n > 0 ? 1 : 0;
            if (totals[n] + more == 0) {
                break;
            }
            double found = matches[n] + more;
            if (found == 0) {
                halves /= 2;
                found = switch (setting.smoothing()) {
                    case EXPONENTIAL -> halves;
                    case FLOOR -> 0.1;
                    case NONE, ADD_ONE -> 0;
                };
            }
            precisions[n] = 100 * found / (totals[n] + more);
        }
        double logs = 0;
        for (double precision : precisions) {
            logs += Math.log(precision) / ORDER; // −∞, and the score 0, for an n that has none
        }
        return new Bleu(brevity * Math.exp(logs), boxed(matches), boxed(totals),
                java.util.Arrays.stream(precisions).boxed().toList(), brevity, words, referenceWords, setting, references);
    }

    /** How the figure was made, in the words of sacreBLEU but for its version. */
    public String signature() {
        return "nrefs:" + references + "|case:" + (setting.lowerCase() ? "lc" : "mixed") + "|eff:no|tok:" + switch (setting.words()) {
            case MTEVAL_13A -> "13a";
            case NONE -> "none";
        } + "|smooth:" + switch (setting.smoothing()) {
            case NONE -> "none";
            case EXPONENTIAL -> "exp";
            case FLOOR -> "floor[0.10]";
            case ADD_ONE -> "add-k[1.00]";
        };
    }

    /** The score and what it is made of, on one line. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "BLEU %.2f (%.1f/%.1f/%.1f/%.1f, brevity %.3f, %d words for %d) %s", score, precisions.get(0),
                precisions.get(1), precisions.get(2), precisions.get(3), brevity, words, referenceWords, signature());
    }

    private static List<String> cut(String text, Setting setting) {
        var cased = setting.lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
        return setting.words() == Cutting.MTEVAL_13A ? Words13a.of(cased) : Words13a.split(cased);
    }

    /** Each n-gram and how often it occurs. */
    private static Map<List<String>, Integer> ngrams(List<String> words) {
        var counts = new HashMap<List<String>, Integer>();
        for (int n = 1; n <= ORDER; n++) {
            for (int i = 0; i + n <= words.size(); i++) {
                counts.merge(words.subList(i, i + n), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static List<Long> boxed(long[] values) {
        return java.util.Arrays.stream(values).boxed().toList();
    }
}
