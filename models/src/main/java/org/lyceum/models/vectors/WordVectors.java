package org.lyceum.models.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;

/** A vector for each of some words, the most frequent first where they were counted. N words, D dimensions. Safe for many threads. */
public final class WordVectors {
    /** Words whose similarities are computed together, so that their sums stay in the first cache. */
    private static final int BLOCK = 1024;

    private final List<String> words;
    private final Map<String, Integer> ids;
    private final int dimensions;
    private final float[] values; // (N, D)
    private final float[] units; // (D, N): of length 1, column by column, which the compiler turns into vector instructions

    /**
     * A word and how near it is.
     *
     * @param similarity the cosine, from −1 to 1
     */
    public record Neighbour(String word, double similarity) {
    }

    /**
     * Vectors for {@code words}, all of them different.
     *
     * @param values (N, D), row after row; not to be changed afterwards
     */
    public WordVectors(List<String> words, int dimensions, float[] values) {
        if (dimensions < 1 || values.length != (long) words.size() * dimensions) {
            throw new IllegalArgumentException(values.length + " numbers for " + words.size() + " words of " + dimensions);
        }
        this.words = List.copyOf(words);
        this.dimensions = dimensions;
        this.values = values;
        this.ids = HashMap.newHashMap(words.size());
        for (int i = 0; i < words.size(); i++) {
            if (ids.put(words.get(i), i) != null) {
                throw new IllegalArgumentException("'" + words.get(i) + "' twice");
            }
        }
        this.units = new float[values.length];
        for (int i = 0; i < words.size(); i++) {
            var unit = unit(Arrays.copyOfRange(values, i * dimensions, (i + 1) * dimensions));
            for (int k = 0; k < dimensions; k++) {
                units[k * words.size() + i] = unit[k];
            }
        }
    }

    /** The words, in their order. */
    public List<String> words() {
        return words;
    }

    /** N. */
    public int size() {
        return words.size();
    }

    /** D. */
    public int dimensions() {
        return dimensions;
    }

    /** Where {@code word} stands, if it is there. */
    public OptionalInt index(String word) {
        var id = ids.get(word);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The vector (D) of {@code word}. Throws {@link UserError} with the nearest spellings where there is none. */
    public float[] vector(String word) {
        int at = known(word) * dimensions;
        return Arrays.copyOfRange(values, at, at + dimensions);
    }

    /** All vectors (N, D), row after row; not to be changed. */
    float[] values() {
        return values;
    }

    /** The cosine between the vectors of two words. Throws {@link UserError} where one is not there. */
    public double similarity(String a, String b) {
        int i = known(a);
        int j = known(b);
        double sum = 0;
        for (int k = 0; k < dimensions; k++) {
            sum += (double) units[k * size() + i] * units[k * size() + j];
        }
        return sum;
    }

    /** The {@code count} words nearest to {@code word} but itself. Throws {@link UserError} where it is not there. */
    public List<Neighbour> nearest(String word, int count) {
        int id = known(word);
        return best(unitOf(id), size(), count, id);
    }

    /**
     * What is to {@code c} as {@code b} is to {@code a}: the words nearest to b − a + c, all of length 1, but these three (3CosAdd: Mikolov,
     * Yih and Zweig 2013; Levy and Goldberg 2014, equation 1). Throws {@link UserError} where one is not there.
     */
    public List<Neighbour> analogy(String a, String b, String c, int count) {
        return analogy(known(a), known(b), known(c), size(), count);
    }

    /** The same by the places of the words, with an answer among the first {@code among} words. */
    List<Neighbour> analogy(int a, int b, int c, int among, int count) {
        var query = new float[dimensions];
        for (int k = 0; k < dimensions; k++) {
            int column = k * size();
            query[k] = units[column + b] - units[column + a] + units[column + c];
        }
        return best(unit(query), among, count, a, b, c);
    }

    /** The {@code count} words nearest to any vector (D), that of an unseen word for instance. */
    public List<Neighbour> nearest(float[] vector, int count) {
        return best(unit(vector.clone()), size(), count);
    }

    /** The vector (D) of {@code word}, of length 1. Throws {@link UserError} with the nearest spellings where there is none. */
    public float[] unit(String word) {
        return unitOf(known(word));
    }

    private float[] unitOf(int id) {
        var unit = new float[dimensions];
        for (int k = 0; k < dimensions; k++) {
            unit[k] = units[k * size() + id];
        }
        return unit;
    }

    private List<Neighbour> best(float[] query, int among, int count, int... except) {
        record Found(int id, float similarity) {
        }
        var worstFirst = Comparator.<Found>comparingDouble(Found::similarity).thenComparing(Comparator.comparingInt(Found::id).reversed());
        var best = new PriorityQueue<>(worstFirst);
        var sums = new float[BLOCK];
        for (int from = 0; from < among; from += BLOCK) {
            int block = Math.min(BLOCK, among - from);
            Arrays.fill(sums, 0);
            for (int k = 0; k < dimensions; k++) {
                int at = k * size() + from;
                float factor = query[k];
                for (int i = 0; i < block; i++) {
                    sums[i] += factor * units[at + i];
                }
            }
            for (int i = 0; i < block; i++) {
                int id = from + i;
                if (best.size() < count || sums[i] > best.element().similarity()) {
                    if (IntStream.of(except).noneMatch(one -> one == id)) {
                        best.add(new Found(id, sums[i]));
                        if (best.size() > count) {
                            best.remove();
                        }
                    }
                }
            }
        }
        var sorted = new ArrayList<>(best);
        sorted.sort(worstFirst.reversed());
        return sorted.stream().map(found -> new Neighbour(words.get(found.id()), found.similarity())).toList();
    }

    private int known(String word) {
        return index(word).orElseThrow(() -> {
            var near = Nearest.several(word, words, 3);
            return new UserError("There is no vector for '" + word + "'; " + (near.isEmpty()
                    ? "it was too rare in the text, or is spelt otherwise there."
                    : "did you mean '" + String.join("', '", near).replaceFirst("(.*), ", "$1 or ") + "'?"));
        });
    }

    /** {@code vector}, scaled to length 1 unless it is zero. */
    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }
}
