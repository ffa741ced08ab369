package org.lyceum.study.senses;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.lyceum.study.contextual.Contextual;

/**
 * How well vectors tell the senses of words apart, by Word-in-Context's question (Pilehvar and Camacho-Collados 2019): the same word in two
 * sentences, in the same sense or not? Every two occurrences of a word are a pair; a pair is called the same where its cosine is at least a
 * threshold, which for each word is the one that is best for the pairs of all other words.
 */
final class SensePairs {
    /**
     * Two occurrences of a word.
     *
     * @param cosine between their vectors
     * @param same whether their senses are
     */
    record Pair(String word, double cosine, boolean same) {
    }

    /**
     * What came out.
     *
     * @param accuracy share of pairs that are called right, the mean over words
     * @param error standard error of that mean over words
     * @param auc how often a pair of the same sense has the larger cosine than a pair of different ones of the same word, ties being half; the
     *     mean over words
     * @param within mean cosine of pairs of the same sense
     * @param between of different senses
     * @param byWord accuracy of each word
     */
    record Verdict(double accuracy, double error, double auc, double within, double between, Map<String, Double> byWord) {
    }

    private SensePairs() {
    }

    /** All pairs; vectors stand in the order of {@code occurrences}. */
    static List<Pair> of(List<Occurrence> occurrences, List<float[]> vectors) {
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < occurrences.size(); i++) {
            for (int j = i + 1; j < occurrences.size(); j++) {
                var a = occurrences.get(i);
                var b = occurrences.get(j);
                if (a.word().equals(b.word())) {
                    pairs.add(new Pair(a.word(), Contextual.cosine(vectors.get(i), vectors.get(j)), a.sense().equals(b.sense())));
                }
            }
        }
        return pairs;
    }

    /** Judges each word by the threshold of the others; needs at least two words. */
    static Verdict judge(List<Pair> pairs) {
        var words = pairs.stream().map(Pair::word).distinct().toList();
        var byWord = new LinkedHashMap<String, Double>();
        double auc = 0;
        for (var word : words) {
            var own = pairs.stream().filter(pair -> pair.word().equals(word)).toList();
            double threshold = threshold(pairs.stream().filter(pair -> !pair.word().equals(word)).toList());
            byWord.put(word, accuracy(own, threshold));
            auc += auc(own) / words.size();
        }
        var accuracies = byWord.values().stream().mapToDouble(Double::doubleValue).toArray();
        return new Verdict(mean(accuracies), standardError(accuracies), auc, mean(pairs, true), mean(pairs, false), byWord);
    }

    /** The least cosine to call a pair the same, so that most of {@code pairs} are right: midway between two cosines, or beyond all. */
    static double threshold(List<Pair> pairs) {
        var sorted = pairs.stream().sorted(Comparator.comparingDouble((ToDoubleFunction<Pair>) Pair::cosine).reversed()).toList();
        // With everything called different, as many are right as are different; each pair called the same adds one or takes one.
        long right = sorted.stream().filter(pair -> !pair.same()).count();
        long most = right;
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < sorted.size(); i++) {
            right += sorted.get(i).same() ? 1 : -1;
            boolean last = i + 1 == sorted.size();
            if (right > most && (last || sorted.get(i + 1).cosine() < sorted.get(i).cosine())) {
                most = right;
                best = last ? Double.NEGATIVE_INFINITY : (sorted.get(i).cosine() + sorted.get(i + 1).cosine()) / 2;
            }
        }
        return best;
    }

    private static double accuracy(List<Pair> pairs, double threshold) {
        return (double) pairs.stream().filter(pair -> pair.cosine() >= threshold == pair.same()).count() / pairs.size();
    }

    /** The area under the curve of true against false positives (Mann and Whitney's U over the number of comparisons). */
    static double auc(List<Pair> pairs) {
        double won = 0;
        long compared = 0;
        for (var same : pairs) {
            for (var other : pairs) {
                if (same.same() && !other.same()) {
                    won += same.cosine() > other.cosine() ? 1 : same.cosine() == other.cosine() ? 0.5 : 0;
                    compared++;
                }
            }
        }
        return won / compared;
    }

    private static double mean(List<Pair> pairs, boolean same) {
        return pairs.stream().filter(pair -> pair.same() == same).mapToDouble(Pair::cosine).average().orElse(Double.NaN);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** s / √n of independent values; NaN for fewer than two. */
    private static double standardError(double[] values) {
        double mean = mean(values);
        double square = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        return Math.sqrt(square / (values.length - 1) / values.length);
    }

    /** The occurrence of the same word that is nearest to occurrence {@code query}. */
    static int nearest(List<Occurrence> occurrences, List<float[]> vectors, int query) {
        return IntStream.range(0, occurrences.size()).boxed()
                .filter(i -> i != query && occurrences.get(i).word().equals(occurrences.get(query).word()))
                .max(Comparator.comparingDouble(i -> Contextual.cosine(vectors.get(query), vectors.get(i)))).orElseThrow();
    }

    /** How often the nearest occurrence of the same word has the same sense; of several that are equally near, the share that has. */
    static double nearestAgree(List<Occurrence> occurrences, List<float[]> vectors) {
        double agreed = 0;
        for (int query = 0; query < occurrences.size(); query++) {
            var own = occurrences.get(query);
            double best = Contextual.cosine(vectors.get(query), vectors.get(nearest(occurrences, vectors, query)));
            int near = 0;
            int same = 0;
            for (int i = 0; i < occurrences.size(); i++) {
                var other = occurrences.get(i);
                if (i != query && other.word().equals(own.word()) && Contextual.cosine(vectors.get(query), vectors.get(i)) == best) {
                    near++;
                    same += other.sense().equals(own.sense()) ? 1 : 0;
                }
            }
            agreed += (double) same / near;
        }
        return agreed / occurrences.size();
    }
}
