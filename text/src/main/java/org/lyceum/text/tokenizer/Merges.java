package org.lyceum.text.tokenizer;

/**
 * The ranked list of merges of a byte-pair model and how they are applied: again and again the pair with the lowest rank, leftmost first,
 * becomes one symbol (Sennrich et al. 2016, algorithm 1, run forwards).
 */
final class Merges {
    /** Above this length the quadratic scan costs more than a heap. */
    private static final int SCAN_LIMIT = 48;

    private static final int NEVER = Integer.MAX_VALUE;

    private final long[] pairs; // by rank
    private final int[] results; // by rank
    private final LongIntMap ranks;

    /** {@code pairs[r]} (see {@link LongIntMap#pair}) becomes {@code results[r]}; of equal pairs the last counts, as in Hugging Face's. */
    Merges(long[] pairs, int[] results) {
        this.pairs = pairs;
        this.results = results;
        this.ranks = new LongIntMap(pairs.length);
        for (int rank = 0; rank < pairs.length; rank++) {
            ranks.put(pairs[rank], rank);
        }
    }

    int size() {
        return pairs.length;
    }

    int left(int rank) {
        return (int) (pairs[rank] >>> 32);
    }

    int right(int rank) {
        return (int) pairs[rank];
    }

    /** Merges the first {@code length} symbols in place and returns how many are left. */
    int apply(int[] symbols, int length) {
        return length <= SCAN_LIMIT ? scan(symbols, length) : heap(symbols, length);
    }

    private int rank(int left, int right) {
        int rank = ranks.get(LongIntMap.pair(left, right));
        return rank == LongIntMap.NONE ? NEVER : rank;
    }

    /** O(length²), no bookkeeping: best for words. */
    int scan(int[] symbols, int length) {
        var rank = new int[length];
        for (int i = 0; i + 1 < length; i++) {
            rank[i] = rank(symbols[i], symbols[i + 1]);
        }
        int n = length;
        while (n > 1) {
            int best = 0;
            for (int i = 1; i < n - 1; i++) {
                if (rank[i] < rank[best]) {
                    best = i;
                }
            }
            if (rank[best] == NEVER) {
                break;
            }
            symbols[best] = results[rank[best]];
            n--;
            System.arraycopy(symbols, best + 2, symbols, best + 1, n - best - 1);
            System.arraycopy(rank, best + 1, rank, best, n - best);
            if (best > 0) {
                rank[best - 1] = rank(symbols[best - 1], symbols[best]);
            }
            rank[best] = best + 1 < n ? rank(symbols[best], symbols[best + 1]) : NEVER;
        }
        return n;
    }

    /** O(length · log length): candidates in a heap by rank, then position; a candidate that no longer stands there is dropped. */
    int heap(int[] symbols, int length) {
        var next = new int[length];
        var previous = new int[length];
        var candidates = new LongHeap(length);
        for (int i = 0; i < length; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
            push(candidates, symbols, i, i + 1, length);
        }
        while (!candidates.isEmpty()) {
            long candidate = candidates.pop();
            int rank = (int) (candidate >>> 32);
            int left = (int) candidate;
            if (symbols[left] < 0 || next[left] >= length || rank(symbols[left], symbols[next[left]]) != rank) {
                continue;
            }
            int right = next[left];
            symbols[left] = results[rank];
            symbols[right] = -1;
            next[left] = next[right];
            if (next[left] < length) {
                previous[next[left]] = left;
            }
            if (previous[left] >= 0) {
                push(candidates, symbols, previous[left], left, length);
            }
            push(candidates, symbols, left, next[left], length);
        }
        int n = 0;
        for (int i = 0; i < length; i = next[i]) {
            symbols[n++] = symbols[i];
        }
        return n;
    }

    private void push(LongHeap candidates, int[] symbols, int left, int right, int length) {
        if (right < length) {
            int rank = rank(symbols[left], symbols[right]);
            if (rank != NEVER) {
                candidates.push(LongIntMap.pair(rank, left));
            }
        }
    }
}
