package org.lyceum.text.tokenizer;

import java.util.Arrays;

/** A max-heap of pairs by count; of equal counts the smaller pair is first, of equal pairs the older entry. */
final class PairHeap {
    private static final int[] NO_WORDS = {};

    // Entries, by age.
    private int entries;
    private int[] slot = new int[1 << 16];
    private long[] pair = new long[1 << 16];
    private long[] count = new long[1 << 16];
    private int[][] words = new int[1 << 16][];

    private int[] heap = new int[1 << 16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int top() {
        return heap[0];
    }

    int slot(int entry) {
        return slot[entry];
    }

    long count(int entry) {
        return count[entry];
    }

    /** The words given with {@code entry}; they are let go. */
    int[] takeWords(int entry) {
        var taken = words[entry];
        words[entry] = NO_WORDS;
        return taken;
    }

    void push(int pairSlot, long key, long occurrences, int[] inWords) {
        if (entries == slot.length) {
            slot = Arrays.copyOf(slot, entries * 2);
            pair = Arrays.copyOf(pair, entries * 2);
            count = Arrays.copyOf(count, entries * 2);
            words = Arrays.copyOf(words, entries * 2);
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        slot[entries] = pairSlot;
        pair[entries] = key;
        count[entries] = occurrences;
        words[entries] = inWords;
        int i = size++;
        while (i > 0 && before(entries, heap[i - 1 >>> 1])) {
            heap[i] = heap[i - 1 >>> 1];
            i = i - 1 >>> 1;
        }
        heap[i] = entries++;
    }

    void removeTop() {
        int last = heap[--size];
        sink(last);
    }

    /** Gives the top entry its true count, which is lower, and lets it sink to its place. */
    void lowerTop(long trueCount) {
        count[heap[0]] = trueCount;
        sink(heap[0]);
    }

    private void sink(int entry) {
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], entry)) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = entry;
    }

    private boolean before(int a, int b) {
        return count[a] != count[b] ? count[a] > count[b] : pair[a] != pair[b] ? pair[a] < pair[b] : a < b;
    }
}
