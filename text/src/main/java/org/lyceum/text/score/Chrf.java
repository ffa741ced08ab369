package org.lyceum.text.score;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * chrF2 of a corpus (Popović 2015): the F-score, recall counting twice, of the n-grams of characters, n up to 6, white space left out. The
 * figures are those of sacreBLEU.
 */
public final class Chrf {
    private static final int ORDER = 6;
    private static final double BETA_SQUARED = 4;

    private Chrf() {
    }

    /**
     * The score of {@code translations} against a reference each, 0 to 100.
     *
     * @throws IllegalArgumentException where there are more of the one than of the other, or none
     */
    public static double of(List<String> translations, List<String> references, boolean lowerCase) {
        if (translations.isEmpty() || translations.size() != references.size()) {
            throw new IllegalArgumentException(translations.size() + " translations against " + references.size() + " references");
        }
        var matches = new long[ORDER];
        var made = new long[ORDER];
        var wanted = new long[ORDER];
        for (int i = 0; i < translations.size(); i++) {
            var translation = characters(translations.get(i), lowerCase);
            var reference = characters(references.get(i), lowerCase);
            for (int n = 1; n <= ORDER; n++) {
                var there = ngrams(reference, n);
                for (var ngram : ngrams(translation, n).entrySet()) {
                    matches[n - 1] += Math.min(ngram.getValue(), there.getOrDefault(ngram.getKey(), 0));
                }
                if (!there.isEmpty()) { // what no reference could hold is not held against a translation
                    made[n - 1] += Math.max(0, translation.length - n + 1);
                }
                wanted[n - 1] += Math.max(0, reference.length - n + 1);
            }
        }
        double precision = 0;
        double recall = 0;
        int orders = 0;
        for (int n = 0; n < ORDER; n++) {
            if (made[n] > 0 && wanted[n] > 0) {
                precision += (double) matches[n] / made[n];
                recall += (double) matches[n] / wanted[n];
                orders++;
            }
        }
        if (precision + recall == 0) {
            return 0;
        }
        precision /= orders;
        recall /= orders;
        return 100 * (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall);
    }

    private static int[] characters(String text, boolean lowerCase) {
        return String.join("", Words13a.split(lowerCase ? text.toLowerCase(Locale.ROOT) : text)).codePoints().toArray();
    }

    private static Map<String, Integer> ngrams(int[] characters, int n) {
        var counts = new HashMap<String, Integer>();
        for (int i = 0; i + n <= characters.length; i++) {
            counts.merge(new String(characters, i, n), 1, Integer::sum);
        }
        return counts;
    }
}
