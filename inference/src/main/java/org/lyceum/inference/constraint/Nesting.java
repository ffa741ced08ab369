package org.lyceum.inference.constraint;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;

/** How deep the rules of a grammar must nest. */
final class Nesting {
    /** What is beyond reach. */
    static final int NEVER = Integer.MAX_VALUE / 2;

    private Nesting() {
    }

    /**
     * For each node how deep the rules nest on the shallowest way to the end of its own, by bytes that can be written; {@link #NEVER} where
     * there is no way. From the ends backwards, the shallowest first, so that each node is come to once (Knuth 1977, a generalization of
     * Dijkstra's algorithm, to grammars).
     */
    static int[] needed(int[][] bytes, int[][] free, int[][] called, boolean[] end, BitSet writable) {
        var before = new IntLists(bytes.length); // nodes that go on to a node, and as ~i the i-th call that needs it
        var calls = new IntLists(1); // from, start, back, from, …
        for (int n = 0; n < bytes.length; n++) {
            for (int e = 0; e < bytes[n].length; e += 3) {
                int written = writable.nextSetBit(bytes[n][e]);
                if (written >= 0 && written <= bytes[n][e + 1]) {
                    before.add(bytes[n][e + 2], n);
                }
            }
            for (int to : free[n]) {
                before.add(to, n);
            }
            for (int c = 0; c < called[n].length; c += 2) {
                int call = ~calls.size(0);
                before.add(called[n][c], call);
                before.add(called[n][c + 1], call);
                calls.add(0, n);
                calls.add(0, called[n][c]);
                calls.add(0, called[n][c + 1]);
            }
        }
        var needed = new int[bytes.length];
        Arrays.fill(needed, NEVER);
        var todo = new ArrayDeque<Reached>();
        for (int n = 0; n < end.length; n++) {
            if (end[n]) {
                todo.add(new Reached(n, 0));
            }
        }
        while (!todo.isEmpty()) {
            var next = todo.removeFirst();
            if (needed[next.node] != NEVER) {
                continue;
            }
            needed[next.node] = next.depth;
            for (int i = 0; i < before.size(next.node); i++) {
                int from = before.get(next.node, i);
                if (from >= 0) {
                    todo.addFirst(new Reached(from, next.depth));
                    continue;
                }
                int start = needed[calls.get(0, ~from + 1)];
                int back = needed[calls.get(0, ~from + 2)];
                if (start == next.depth && back <= next.depth) {
                    todo.addLast(new Reached(calls.get(0, ~from), start + 1));
                } else if (Math.max(start, back) == next.depth) {
                    todo.addFirst(new Reached(calls.get(0, ~from), next.depth));
                }
            }
        }
        return needed;
    }

    private record Reached(int node, int depth) {
    }

    /** Lists of numbers that grow. */
    private static final class IntLists {
        private final int[][] lists;
        private final int[] sizes;

        IntLists(int count) {
            lists = new int[count][];
            sizes = new int[count];
        }

        void add(int list, int value) {
            if (lists[list] == null) {
                lists[list] = new int[2];
            } else if (sizes[list] == lists[list].length) {
                lists[list] = Arrays.copyOf(lists[list], 2 * sizes[list]);
            }
            lists[list][sizes[list]++] = value;
        }

        int get(int list, int index) {
            return lists[list][index];
        }

        int size(int list) {
            return sizes[list];
        }
    }
}
