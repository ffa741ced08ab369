package org.lyceum.text.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.IntFunction;

/**
 * The merging half of BPE training. Words stay in one array of symbols; each pair has a count and the words it occurs in, so that a merge
 * touches these words only; a heap yields the most frequent pair, of equals the one with the smaller ids. A pair's place in the heap is
 * corrected when it comes up, which is enough because counts of waiting pairs fall.
 */
final class MergeLearner {
    private final List<String> tokens;
    private final Map<String, Integer> ids = new HashMap<>();
    private long[] mergedPairs = new long[1024];
    private int[] mergedIds = new int[1024];
    private int merges;

    // Words: symbols[start[w] .. start[w] + length[w]), seen count[w] times.
    private final int[] symbols;
    private final int[] start;
    private final int[] length;
    private final long[] count;

    // Pairs, by the order in which they were first seen.
    private final LongIntMap pairs = new LongIntMap(1 << 16);
    private long[] pair = new long[1 << 16];
    private long[] pairCount = new long[1 << 16];
    private long[] lastSeen = new long[1 << 16]; // round and word in which the pair last appeared

    private final BinaryOperator<String> join;
    private final PairHeap heap = new PairHeap();

    // What the current round found: pair and word, in order, each combination once; and for each pair of the round, how many words.
    private final Ints foundPair = new Ints(1 << 16);
    private final Ints foundWord = new Ints(1 << 16);
    private final Ints roundPairs = new Ints(1 << 10);
    private int[] wordsInRound = new int[1 << 16];
    private int round;

    /**
     * @param byteIds the id of each byte
     * @param first   the tokens that are there before any merge
     */
    MergeLearner(Words words, int[] byteIds, List<String> first) {
        this(words, word -> {
            var spelled = new int[words.length(word)];
            for (int i = 0; i < spelled.length; i++) {
                spelled[i] = byteIds[words.at(word, i) & 0xFF];
            }
            return spelled;
        }, first, String::concat);
    }

    /**
     * @param spell the ids of a word's symbols, by the word's number; at most as many as it has bytes
     * @param first the tokens that are there before any merge
     * @param join  the name of two tokens in one
     */
    MergeLearner(Words words, IntFunction<int[]> spell, List<String> first, BinaryOperator<String> join) {
        this.join = join;
        tokens = new ArrayList<>(first);
        for (int id = 0; id < tokens.size(); id++) {
            ids.put(tokens.get(id), id);
        }
        symbols = new int[words.bytes()];
        start = new int[words.size()];
        length = new int[words.size()];
        count = new long[words.size()];
        int at = 0;
        for (int w = 0; w < words.size(); w++) {
            var spelled = spell.apply(w);
            start[w] = at;
            length[w] = spelled.length;
            count[w] = words.count(w);
            System.arraycopy(spelled, 0, symbols, at, spelled.length);
            at += spelled.length;
        }
    }

    List<String> tokens() {
        return tokens;
    }

    Merges merges() {
        return new Merges(Arrays.copyOf(mergedPairs, merges), Arrays.copyOf(mergedIds, merges));
    }

    /** Merges until there are {@code vocabularySize} tokens or no pair occurs {@code minFrequency} times. */
    void learn(int vocabularySize, long minFrequency, BytePairTrainer.Progress progress) {
        int wanted = vocabularySize - tokens.size();
        countPairs();
        while (tokens.size() < vocabularySize && !heap.isEmpty()) {
            int entry = heap.top();
            int slot = heap.slot(entry);
            if (heap.count(entry) != pairCount[slot]) {
                heap.lowerTop(pairCount[slot]);
                continue;
            }
            if (pairCount[slot] < minFrequency) {
                break;
            }
            heap.removeTop();
            merge(slot, heap.takeWords(entry));
            if (merges % 256 == 0) {
                progress.report(BytePairTrainer.Stage.MERGING, merges, wanted);
            }
        }
        progress.report(BytePairTrainer.Stage.MERGING, merges, merges);
    }

    private void countPairs() {
        for (int w = 0; w < start.length; w++) {
            for (int i = start[w]; i < start[w] + length[w] - 1; i++) {
                appear(symbols[i], symbols[i + 1], w);
            }
        }
        enqueueRound();
    }

    private void merge(int slot, int[] words) {
        int left = (int) (pair[slot] >>> 32);
        int right = (int) pair[slot];
        var name = join.apply(tokens.get(left), tokens.get(right));
        // Two merges may spell the same token; it keeps its first id.
        int merged = ids.computeIfAbsent(name, _ -> tokens.size());
        if (merged == tokens.size()) {
            tokens.add(name);
        }
        if (merges == mergedPairs.length) {
            mergedPairs = Arrays.copyOf(mergedPairs, merges * 2);
            mergedIds = Arrays.copyOf(mergedIds, merges * 2);
        }
        mergedPairs[merges] = pair[slot];
        mergedIds[merges++] = merged;

        for (int w : words) {
            mergeIn(w, left, right, merged);
        }
        enqueueRound();
    }

    private void mergeIn(int w, int left, int right, int merged) {
        int from = start[w];
        int end = from + length[w];
        int out = from;
        for (int i = from; i < end; i++) {
            int symbol = symbols[i];
            if (symbol == left && i + 1 < end && symbols[i + 1] == right) {
                if (out > from) {
                    disappear(symbols[out - 1], left, w);
                    appear(symbols[out - 1], merged, w);
                }
                if (i + 2 < end) {
                    disappear(right, symbols[i + 2], w);
                    appear(merged, symbols[i + 2], w);
                }
                symbol = merged;
                i++;
            }
            symbols[out++] = symbol;
        }
        length[w] = out - from;
    }

    private void disappear(int left, int right, int w) {
        pairCount[pairs.get(LongIntMap.pair(left, right))] -= count[w];
    }

    private void appear(int left, int right, int w) {
        long key = LongIntMap.pair(left, right);
        int slot = pairs.get(key);
        if (slot == LongIntMap.NONE) {
            slot = pairs.size();
            if (slot == pair.length) {
                pair = Arrays.copyOf(pair, slot * 2);
                pairCount = Arrays.copyOf(pairCount, slot * 2);
                lastSeen = Arrays.copyOf(lastSeen, slot * 2);
                wordsInRound = Arrays.copyOf(wordsInRound, slot * 2);
            }
            pairs.put(key, slot);
            pair[slot] = key;
            lastSeen[slot] = -1;
        }
        pairCount[slot] += count[w];
        long now = LongIntMap.pair(round, w);
        if (lastSeen[slot] != now) {
            if (wordsInRound[slot]++ == 0) {
                roundPairs.add(slot);
            }
            lastSeen[slot] = now;
            foundPair.add(slot);
            foundWord.add(w);
        }
    }

    /** Puts the pairs that this round made into the heap, each with its words. */
    private void enqueueRound() {
        var words = new int[roundPairs.size()][];
        for (int i = 0; i < words.length; i++) {
            int slot = roundPairs.get(i);
            words[i] = new int[wordsInRound[slot]];
            wordsInRound[slot] = -i - 1; // from here on: which of the round's pairs it is
        }
        var filled = new int[words.length];
        for (int k = 0; k < foundPair.size(); k++) {
            int i = -wordsInRound[foundPair.get(k)] - 1;
            words[i][filled[i]++] = foundWord.get(k);
        }
        for (int i = 0; i < words.length; i++) {
            int slot = roundPairs.get(i);
            wordsInRound[slot] = 0;
            if (pairCount[slot] > 0) {
                heap.push(slot, pair[slot], pairCount[slot], words[i]);
            }
        }
        roundPairs.clear();
        foundPair.clear();
        foundWord.clear();
        round++;
    }
}
