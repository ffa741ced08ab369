package org.lyceum.inference.constraint;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * The bytes of a tokenizer's tokens as a tree, its nodes in the order in which one walks through it, so that all tokens that begin with the
 * same wrong bytes are left out together. Special tokens and those without bytes are not in it.
 */
final class TokenTrie {
    /** Bytes by which a node is reached, from its parent. */
    final byte[] label;
    /** How many bytes lead to a node. */
    final int[] depth;
    /** The node after all that begin like this one. */
    final int[] next;
    /** Tokens of node n: {@code tokens[first[n]]} to {@code tokens[first[n + 1]]}. */
    final int[] first;
    final int[] tokens;
    final int deepest;
    private final byte[][] bytes;
    private final BitSet single = new BitSet(256);

    TokenTrie(Tokenizer tokenizer) {
        bytes = new byte[tokenizer.vocabularySize()][];
        for (int id = 0; id < bytes.length; id++) {
            bytes[id] = tokenizer.isSpecial(id) ? new byte[0] : tokenizer.bytes(id);
            if (bytes[id].length == 1) {
                single.set(bytes[id][0] & 0xFF);
            }
        }
        tokens = IntStream.range(0, bytes.length).filter(id -> bytes[id].length > 0).boxed()
                .sorted(Comparator.comparing(id -> bytes[id], Arrays::compareUnsigned)).mapToInt(Integer::intValue).toArray();
        deepest = Arrays.stream(tokens).map(id -> bytes[id].length).max().orElse(0);
        int nodes = 0;
        for (int t = 0; t < tokens.length; t++) {
            nodes += bytes[tokens[t]].length - sharedWithPrevious(t);
        }
        label = new byte[nodes];
        depth = new int[nodes];
        next = new int[nodes];
        first = new int[nodes + 1];
        fill();
    }

    private void fill() {
        var path = new int[deepest + 1]; // the node at each depth of the token before
        int node = 0;
        int open = 0; // depth of the token before
        for (int t = 0; t < tokens.length; t++) {
            var token = bytes[tokens[t]];
            int shared = sharedWithPrevious(t);
            while (open > shared) {
                next[path[open--]] = node;
            }
            for (int d = shared + 1; d <= token.length; d++) {
                label[node] = token[d - 1];
                depth[node] = d;
                first[node] = t;
                path[d] = node++;
            }
            open = token.length;
        }
        while (open > 0) {
            next[path[open--]] = node;
        }
        first[node] = tokens.length;
    }

    private int sharedWithPrevious(int t) {
        if (t == 0) {
            return 0;
        }
        int difference = Arrays.mismatch(bytes[tokens[t - 1]], bytes[tokens[t]]);
        return difference < 0 ? bytes[tokens[t]].length : difference;
    }

    byte[] bytes(int id) {
        return bytes[id];
    }

    /** One more than the largest id. */
    int vocabularySize() {
        return bytes.length;
    }

    /** The bytes that are tokens by themselves: with them one can write anything that is made of them. */
    BitSet single() {
        return single;
    }
}
