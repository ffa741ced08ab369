package org.lyceum.models.layers;

import java.util.List;
import org.lyceum.tensor.Tensor;

/**
 * Where tokens stand that are computed together though they do not all follow each other: some that do, the trunk, and behind its end several
 * branches that do not see each other. Several continuations of one text then take one pass, in which the text is computed once (tree
 * attention: Miao et al. 2024, "SpecInfer", section 4.2).
 *
 * <pre>
 *   cache  trunk   branches        token      w x  a b c  d e
 *   . . .  w x     a b c           position   3 4  5 6 7  5 6      offset 3, trunk 2, lengths 3 and 2
 *                  d e
 * </pre>
 *
 * @param offset positions before all of them, which every token sees
 * @param trunk tokens that follow those, one after the other
 * @param lengths of the branches, whose tokens lie one branch after the other behind the trunk
 */
public record Branches(int offset, int trunk, List<Integer> lengths) {
    public Branches {
        lengths = List.copyOf(lengths);
    }

    /** T, the tokens of trunk and branches. */
    public int size() {
        return trunk + lengths.stream().mapToInt(length -> length).sum();
    }

    /** Whether there is nothing that does not follow what stands before it. */
    public boolean one() {
        return lengths.size() <= 1;
    }

    /** The place of each token in its own text: (T) i64. */
    public Tensor positions() {
        return Tensor.ofIds(places(), size());
    }

    /**
     * What is added to the scores of the T queries on the keys that one of them sees, as {@link CausalMask#of} of as many tokens: (T, S).
     *
     * @param reach how many keys a query sees at most, its own position's included
     */
    public Tensor mask(int reach) {
        int keys = offset + size() - CausalMask.firstKey(offset, reach);
        return Tensor.of(values(new double[]{0}, reach), size(), keys);
    }

    /** The same with the biases of ALiBi: (1, H, T, S). */
    public Tensor mask(int reach, LinearBiases biases) {
        int keys = offset + size() - CausalMask.firstKey(offset, reach);
        return Tensor.of(values(biases.slopes(), reach), 1, biases.slopes().length, size(), keys);
    }

    private float[] values(double[] slopes, int reach) {
        int first = CausalMask.firstKey(offset, reach);
        int size = size();
        int keys = offset + size - first;
        var places = places();
        var branch = branchOfEach();
        var values = new float[slopes.length * size * keys];
        int at = 0;
        for (double slope : slopes) {
            for (int t = 0; t < size; t++) {
                for (int s = 0; s < keys; s++) {
                    int key = first + s - offset; // below 0 in the cache
                    int distance = places[t] - (key < 0 ? first + s : places[key]);
                    boolean seen = distance >= 0 && distance < reach && (key < trunk || branch[key] == branch[t]);
                    values[at++] = seen ? (float) (-slope * distance) : Float.NEGATIVE_INFINITY;
                }
            }
        }
        return values;
    }

    private int[] places() {
        var places = new int[size()];
        int at = 0;
        for (; at < trunk; at++) {
            places[at] = offset + at;
        }
        for (int length : lengths) {
            for (int i = 0; i < length; i++) {
                places[at++] = offset + trunk + i;
            }
        }
        return places;
    }

    private int[] branchOfEach() {
        var branch = new int[size()];
        int at = trunk;
        for (int b = 0; b < lengths.size(); b++) {
            for (int i = 0; i < lengths.get(b); i++) {
                branch[at++] = b + 1; // 0 is the trunk
            }
        }
        return branch;
    }
}
