package org.lyceum.models.vectors;

import java.util.Arrays;

/**
 * The binary tree whose leaves are classes, frequent ones near the root, so that the expected path is shortest (Huffman 1952; Mikolov et al.
 * 2013, section 2.1): hierarchical softmax gives a class the product over its path of σ(±x·w), one w for each of the N − 1 inner nodes.
 * Nodes are numbered and sides chosen as word2vec and fastText do, so that a fastText file's output rows mean the same.
 */
public final class HuffmanTree {
    private final int[][] nodes;
    private final byte[][] codes;

    /** @param counts of the classes, falling */
    public HuffmanTree(long[] counts) {
        int n = counts.length;
        var weight = Arrays.copyOf(counts, Math.max(1, 2 * n - 1));
        Arrays.fill(weight, n, weight.length, Long.MAX_VALUE);
        var parent = new int[weight.length];
        var second = new boolean[weight.length]; // of its parent's two
        int leaf = n - 1;
        int inner = n;
        for (int i = n; i < 2 * n - 1; i++) {
            long sum = 0;
            for (int side = 0; side < 2; side++) {
                int lightest = leaf >= 0 && weight[leaf] < weight[inner] ? leaf-- : inner++;
                sum += weight[lightest];
                parent[lightest] = i;
                second[lightest] = side == 1;
            }
            weight[i] = sum;
        }
        nodes = new int[n][];
        codes = new byte[n][];
        var path = new int[64];
        for (int i = 0; i < n; i++) {
            int depth = 0;
            for (int at = i; at < weight.length - 1; at = parent[at]) {
                if (depth == path.length) {
                    path = Arrays.copyOf(path, 2 * depth);
                }
                path[depth++] = at;
            }
            nodes[i] = new int[depth];
            codes[i] = new byte[depth];
            for (int d = 0; d < depth; d++) {
                nodes[i][d] = parent[path[d]] - n;
                codes[i][d] = (byte) (second[path[d]] ? 1 : 0);
            }
        }
    }

    /** Classes. */
    public int leaves() {
        return nodes.length;
    }

    /** The inner nodes on the way from leaf {@code i} to the root, by their numbers from 0; not to be changed. */
    public int[] nodes(int i) {
        return nodes[i];
    }

    /** At each of {@link #nodes}, 1 where the way goes to its second side, which has the probability σ(x·w). */
    public byte[] code(int i) {
        return codes[i];
    }

    /** Nodes on the longest way. */
    public int depth() {
        return Arrays.stream(nodes).mapToInt(path -> path.length).max().orElse(0);
    }
}
