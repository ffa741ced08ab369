package org.lyceum.text.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Pieces merged by their scores, as SentencePiece itself and GGUF files have them: again and again the two neighbours that together spell
 * the piece of the highest score become one, leftmost first.
 */
final class ScoredPieces implements SentencePieceTokenizer.Model {
    /** Above this many characters the quadratic scan costs more than a heap. */
    private static final int SCAN_LIMIT = 48;
    private static final int NEVER = Integer.MAX_VALUE;

    private final Vocabulary vocabulary;
    private final ByteFallback fallback;
    private final int[] rank; // by id; equal scores have equal ranks, the highest score rank 0
    private final int[] slots; // id + 1, or 0: open addressing by a piece's bytes
    private final int longest;

    /** @param isPiece whether text may become the token: not those that mark structure or stand for bytes */
    ScoredPieces(Vocabulary vocabulary, float[] scores, IntPredicate isPiece, ByteFallback fallback) {
        this.vocabulary = vocabulary;
        this.fallback = fallback;
        this.rank = ranks(scores);
        this.slots = new int[Math.max(16, Integer.highestOneBit(vocabulary.size()) * 4)];
        int most = 1;
        for (int id = 0; id < vocabulary.size(); id++) {
            var bytes = vocabulary.bytes(id);
            if (bytes.length > 0 && isPiece.test(id)) {
                slots[slot(bytes, 0, bytes.length)] = id + 1;
                most = Math.max(most, bytes.length);
            }
        }
        longest = most;
    }

    private static int[] ranks(float[] scores) {
        var sorted = scores.clone();
        Arrays.sort(sorted);
        var rank = new int[scores.length];
        for (int id = 0; id < rank.length; id++) {
            rank[id] = sorted.length - 1 - firstOf(sorted, scores[id]);
        }
        return rank;
    }

    private static int firstOf(float[] sorted, float score) {
        int low = 0;
        int high = sorted.length - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Float.compare(sorted[middle], score) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public int[] ids(byte[] text, int from, int length) {
        int whole = id(text, from, from + length);
        var bounds = new int[length + 1];
        int n = 0;
        for (int i = from; i < from + length; i += CodePoints.length(CodePoints.at(text, i, from + length))) {
            bounds[n++] = i;
        }
        bounds[n] = from + length;
        if (n == 1 && whole >= 0) {
            return new int[]{whole};
        }
        n = n <= SCAN_LIMIT ? scan(text, bounds, n) : heap(text, bounds, n);
        var out = new Ints(n);
        for (int k = 0; k < n; k++) {
            int id = id(text, bounds[k], bounds[k + 1]);
            if (id >= 0) {
                out.add(id);
            } else {
                fallback.spell(text, bounds[k], bounds[k + 1], out);
            }
        }
        return out.toArray();
    }

    /** Merges {@code n} symbols, of which number k is {@code [bounds[k], bounds[k + 1])}, and returns how many are left. */
    private int scan(byte[] text, int[] bounds, int n) {
        var ranks = new int[n];
        for (int i = 0; i + 1 < n; i++) {
            ranks[i] = rank(text, bounds[i], bounds[i + 2]);
        }
        int left = n;
        while (left > 1) {
            int best = 0;
            for (int i = 1; i < left - 1; i++) {
                if (ranks[i] < ranks[best]) {
                    best = i;
                }
            }
            if (ranks[best] == NEVER) {
                break;
            }
            System.arraycopy(bounds, best + 2, bounds, best + 1, left - best - 1);
            System.arraycopy(ranks, best + 1, ranks, best, left - best - 1);
            left--;
            if (best > 0) {
                ranks[best - 1] = rank(text, bounds[best - 1], bounds[best + 1]);
            }
            ranks[best] = best + 1 < left ? rank(text, bounds[best], bounds[best + 2]) : NEVER;
        }
        return left;
    }

    /** The same with candidates in a heap, by rank and then position; one that no longer stands there is dropped. */
    private int heap(byte[] text, int[] bounds, int n) {
        var next = new int[n];
        var previous = new int[n];
        var ranks = new int[n]; // of the pair that begins here now
        var candidates = new LongHeap(n);
        for (int i = 0; i < n; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
            ranks[i] = i + 1 < n ? rank(text, bounds[i], bounds[i + 2]) : NEVER;
            push(candidates, ranks[i], i);
        }
        while (!candidates.isEmpty()) {
            long candidate = candidates.pop();
            int left = (int) candidate;
            if (ranks[left] != (int) (candidate >>> 32)) {
                continue;
            }
            int right = next[left];
            ranks[right] = -1; // gone
            next[left] = next[right];
            if (next[left] < n) {
                previous[next[left]] = left;
            }
            ranks[left] = next[left] < n ? rank(text, bounds[left], bounds[next[next[left]]]) : NEVER;
            push(candidates, ranks[left], left);
            if (previous[left] >= 0) {
                int before = previous[left];
                ranks[before] = rank(text, bounds[before], bounds[next[left]]);
                push(candidates, ranks[before], before);
            }
        }
        int left = 0;
        for (int i = 0; i < n; i = next[i]) {
            bounds[left++] = bounds[i];
        }
        bounds[left] = bounds[n];
        return left;
    }

    private static void push(LongHeap candidates, int rank, int position) {
        if (rank != NEVER) {
            candidates.push(LongIntMap.pair(rank, position));
        }
    }

    private int rank(byte[] text, int from, int end) {
        int id = id(text, from, end);
        return id < 0 ? NEVER : rank[id];
    }

    private int id(byte[] text, int from, int end) {
        return end - from > longest ? -1 : slots[slot(text, from, end)] - 1;
    }

    private int slot(byte[] text, int from, int end) {
        int length = end - from;
        int at = Words.hash(text, from, length, Words.head(text, from, length)) & slots.length - 1;
        while (slots[at] != 0) {
            var bytes = vocabulary.bytes(slots[at] - 1);
            if (Arrays.equals(bytes, 0, bytes.length, text, from, end)) {
                break;
            }
            at = at + 1 & slots.length - 1;
        }
        return at;
    }

    /** The merges that give the same pieces: every way to cut a piece in two others, the highest score first. */
    List<String[]> merges() {
        record Merge(int rank, int id, String left, String right) {
        }
        var merges = new ArrayList<Merge>();
        for (int slot : slots) {
            if (slot == 0) {
                continue;
            }
            int id = slot - 1;
            var bytes = vocabulary.bytes(id);
            for (int i = 1; i < bytes.length; i++) {
                int left = (bytes[i] & 0xC0) == 0x80 ? -1 : id(bytes, 0, i);
                int right = left < 0 ? -1 : id(bytes, i, bytes.length);
                // Tokens that are found in the text as it is, such as Gemma's runs of spaces, have names with plain spaces and are never merged.
                if (right >= 0 && vocabulary.token(id).equals(vocabulary.token(left) + vocabulary.token(right))) {
                    merges.add(new Merge(rank[id], id, vocabulary.token(left), vocabulary.token(right)));
                }
            }
        }
        merges.sort(Comparator.comparingInt(Merge::rank).thenComparingInt(Merge::id)
                .thenComparing(merge -> merge.left.length()));
        return merges.stream().map(merge -> new String[]{merge.left, merge.right}).toList();
    }
}
