package org.lyceum.text.tokenizer;

import org.lyceum.foundation.Seeds;

/** From pairs of ids, packed in a long, to non-negative ints: open addressing, no boxes. Not thread-safe for writes. */
final class LongIntMap {
    /** What {@link #get} answers for a key that is not there. */
    static final int NONE = -1;

    /** Key, then value + 1 or 0 for an empty slot: side by side, so that a look-up is mostly one visit to memory. */
    private long[] slots;
    private int size;

    LongIntMap(int expected) {
        slots = new long[Integer.highestOneBit(Math.max(expected, 8)) << 3];
    }

    static long pair(int left, int right) {
        return (long) left << 32 | right;
    }

    int size() {
        return size;
    }

    int get(long key) {
        return (int) slots[find(key) + 1] - 1;
    }

    void put(long key, int value) {
        int at = find(key);
        if (slots[at + 1] == 0 && ++size > slots.length / 4) {
            grow();
            at = find(key);
        }
        slots[at] = key;
        slots[at + 1] = value + 1L;
    }

    private int find(long key) {
        int mask = slots.length - 1;
        int at = (int) Seeds.mix(key) << 1 & mask;
        while (slots[at + 1] != 0 && slots[at] != key) {
            at = at + 2 & mask;
        }
        return at;
    }

    private void grow() {
        var old = slots;
        slots = new long[Math.multiplyExact(old.length, 2)];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i + 1] != 0) {
                int at = find(old[i]);
                slots[at] = old[i];
                slots[at + 1] = old[i + 1];
            }
        }
    }
}
