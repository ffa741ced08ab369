package org.lyceum.models.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.kernels.FloatRows;

/**
 * A model of fastText: a vector for each word and each bucket of n-grams, whose mean stands for a word (Bojanowski et al. 2017) or, with runs
 * of words, for a text (Joulin et al. 2017), and for each label or word to predict a vector beside it. W words, B buckets, D dimensions.
 * What is read may be used by many threads.
 */
public final class FastTextModel {
    /** What it was trained to predict. */
    public enum Task {
        /** A word from its neighbours. */
        CBOW,
        /** The neighbours from a word. */
        SKIP_GRAM,
        /** A label from a text. */
        SUPERVISED
    }

    /** How the probability of what is predicted is made of products. */
    public enum Loss {
        /** Along the path of a {@link HuffmanTree}. */
        HIERARCHICAL,
        /** Against some that are drawn. */
        NEGATIVE,
        /** Over all. */
        SOFTMAX,
        /** Each for itself. */
        ONE_AGAINST_ALL
    }

    /**
     * How it was trained, as far as fastText's files say.
     *
     * @param window words to each side at most
     * @param wordRuns words of the longest run that counts; 1 for none
     * @param subsampling the frequency from which words are left out at random
     */
    public record Settings(Task task, Loss loss, int dimensions, int window, int epochs, int minCount, int negatives, int wordRuns,
            Subwords subwords, double subsampling) {
    }

    /** A label and its probability. */
    public record Prediction(String label, double probability) {
    }

    private final Settings settings;
    private final List<String> words;
    private final long[] counts;
    private final List<String> labels;
    private final long[] labelCounts;
    private final Map<String, Integer> ids;
    private final FloatRows input;
    private final FloatRows output;
    private final HuffmanTree tree;

    /**
     * Made of its parts.
     *
     * @param labels without fastText's prefix, the most frequent first; empty unless supervised
     * @param input (W + B, D)
     * @param output (labels or W, D)
     */
    public FastTextModel(Settings settings, List<String> words, long[] counts, List<String> labels, long[] labelCounts, FloatRows input,
            FloatRows output) {
        int buckets = settings.subwords().buckets();
        int classes = settings.task() == Task.SUPERVISED ? labels.size() : words.size();
        if (input.rows() != words.size() + buckets || input.width() != settings.dimensions() || output.width() != settings.dimensions()
                || output.rows() != classes || counts.length != words.size() || labelCounts.length != labels.size()) {
            throw new IllegalArgumentException(input.rows() + " rows for " + words.size() + " words and " + buckets + " buckets, "
                    + output.rows() + " for " + classes + " classes");
        }
        this.settings = settings;
        this.words = List.copyOf(words);
        this.counts = counts;
        this.labels = List.copyOf(labels);
        this.labelCounts = labelCounts;
        this.input = input;
        this.output = output;
        ids = HashMap.newHashMap(words.size());
        for (int i = 0; i < words.size(); i++) {
            ids.putIfAbsent(words.get(i), i);
        }
        tree = new HuffmanTree(settings.loss() == Loss.HIERARCHICAL ? labelCounts : new long[]{1});
    }

    /** How it was trained. */
    public Settings settings() {
        return settings;
    }

    /** Its words. */
    public List<String> words() {
        return words;
    }

    /** How often each of {@link #words} came. */
    public long count(int word) {
        return counts[word];
    }

    /** Its labels; none unless supervised. */
    public List<String> labels() {
        return labels;
    }

    /** How often each of {@link #labels} came. */
    public long labelCount(int label) {
        return labelCounts[label];
    }

    /** (W + B, D). */
    public FloatRows input() {
        return input;
    }

    /** (labels or W, D). */
    public FloatRows output() {
        return output;
    }

    /** The rows of {@code word}: its own, if it was in the text, and its n-grams'. */
    public int[] rows(String word) {
        return rows(word, ids.getOrDefault(word, -1), settings.subwords(), words.size());
    }

    /** The same for a vocabulary of {@code words} words in which it has number {@code id}, −1 for none. */
    public static int[] rows(String word, int id, Subwords subwords, int words) {
        var grams = subwords.of(word);
        var rows = new int[grams.length + (id >= 0 ? 1 : 0)];
        int n = 0;
        if (id >= 0) {
            rows[n++] = id;
        }
        for (int gram : grams) {
            rows[n++] = words + gram;
        }
        return rows;
    }

    /** The vector (D) of a word, unseen ones by their n-grams alone. Throws {@link UserError} where it has none of these either. */
    public float[] vector(String word) {
        var rows = rows(word);
        if (rows.length == 0) {
            throw new UserError("There is no vector for '" + word + "', and " + (settings.subwords().max() == 0
                    ? "the model has no character n-grams to make one from."
                    : "it is too short for the model's character n-grams, of " + settings.subwords().min() + " characters at least."));
        }
        return mean(rows);
    }

    /** The vectors of its words; of words that are spelt alike (damaged characters, say), the first. */
    public WordVectors vectors() {
        int d = settings.dimensions();
        var first = IntStream.range(0, words.size()).filter(i -> Objects.equals(ids.get(words.get(i)), i)).toArray();
        if ((long) first.length * d > Integer.MAX_VALUE - 8) {
            throw new UserError("The model has " + words.size() + " words of " + d + " dimensions, more than fit into one array.");
        }
        var values = new float[first.length * d];
        IntStream.range(0, first.length).parallel().forEach(i -> System
                .arraycopy(mean(rows(words.get(first[i]), first[i], settings.subwords(), words.size())), 0, values, i * d, d));
        return new WordVectors(IntStream.of(first).mapToObj(words::get).toList(), d, values);
    }

    private float[] mean(int[] rows) {
        var mean = new float[input.stride()];
        var ats = IntStream.of(rows).map(input::at).toArray();
        input.mean(ats, 0, ats.length, mean);
        return Arrays.copyOf(mean, settings.dimensions());
    }

    /**
     * The rows that stand for a text: those of its words, of the end of the line, and of the runs of words.
     *
     * @param ids the numbers of words
     */
    public static int[] textRows(List<String> text, Map<String, Integer> ids, Subwords subwords, int wordRuns, int words) {
        var rows = new ArrayList<int[]>();
        var hashes = new int[text.size() + 1];
        for (int i = 0; i <= text.size(); i++) {
            var word = i < text.size() ? text.get(i) : Subwords.END_OF_LINE;
            hashes[i] = Subwords.hash(word);
            rows.add(rows(word, ids.getOrDefault(word, -1), subwords, words));
        }
        rows.add(IntStream.of(Subwords.wordRuns(hashes, wordRuns, subwords.buckets())).map(run -> words + run).toArray());
        return rows.stream().flatMapToInt(IntStream::of).toArray();
    }

    /** The {@code count} likeliest labels of a text that is cut into words, the likeliest first; without a word that is known, none. */
    public List<Prediction> predict(List<String> text, int count) {
        if (settings.task() != Task.SUPERVISED) {
            throw new UserError("This model of fastText has word vectors and no labels; train one with labels to classify.");
        }
        var rows = textRows(text, ids, settings.subwords(), settings.wordRuns(), words.size());
        if (rows.length == 0) {
            return List.of();
        }
        var hidden = new float[input.stride()];
        input.mean(IntStream.of(rows).map(input::at).toArray(), 0, rows.length, hidden);
        var probabilities = probabilities(hidden);
        return IntStream.range(0, labels.size()).boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -probabilities[i])).limit(count)
                .map(i -> new Prediction(labels.get(i), probabilities[i])).toList();
    }

    /** Of each label, given the text's vector (stride). */
    double[] probabilities(float[] hidden) {
        var p = new double[labels.size()];
        switch (settings.loss()) {
            case HIERARCHICAL -> {
                for (int i = 0; i < p.length; i++) {
                    p[i] = 1;
                    for (int d = 0; d < tree.nodes(i).length; d++) {
                        double z = output.dot(output.at(tree.nodes(i)[d]), hidden, 0);
                        p[i] *= sigmoid(tree.code(i)[d] == 1 ? z : -z);
                    }
                }
            }
            case SOFTMAX -> {
                double most = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < p.length; i++) {
                    p[i] = output.dot(output.at(i), hidden, 0);
                    most = Math.max(most, p[i]);
                }
                double sum = 0;
                for (int i = 0; i < p.length; i++) {
                    p[i] = Math.exp(p[i] - most);
                    sum += p[i];
                }
                for (int i = 0; i < p.length; i++) {
                    p[i] /= sum;
                }
            }
            case NEGATIVE, ONE_AGAINST_ALL -> {
                for (int i = 0; i < p.length; i++) {
                    p[i] = sigmoid(output.dot(output.at(i), hidden, 0));
                }
            }
        }
        return p;
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }
}
