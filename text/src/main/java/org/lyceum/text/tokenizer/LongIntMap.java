package org.lyceum.text.tokenizer;

import java.util.Arrays;
import org.lyceum.foundation.Seeds;

/** From pairs of ids, packed in a long, to non-negative ints: open addressing, no boxes. Not thread-safe for writes. */
final class LongIntMap {
    /** What {@link #get} answers for a key that is not there. */
    static final int NONE = -1;

    private long[] keys;
    private int[] values;
    private int size;

    LongIntMap(int expected) {
        int capacity = Integer.highestOneBit(Math.max(expected, 8)) << 2;
        keys = new long[capacity];
        values = new int[capacity];
        Arrays.fill(values, NONE);
    }

    static long pair(int left, int right) {
        return (long) left << 32 | right;
    }

    int size() {
        return size;
    }

    int get(long key) {
        int mask = keys.length - 1;
        int slot = (int) Seeds.mix(key) & mask;
        while (values[slot] != NONE && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return values[slot];
    }

    void put(long key, int value) {
        int mask = keys.length - 1;
        int slot = (int) Seeds.mix(key) & mask;
        while (values[slot] != NONE && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        if (values[slot] == NONE && ++size > keys.length / 2) {
            grow();
            size--;
            put(key, value);
            return;
        }
        keys[slot] = key;
        values[slot] = value;
    }

    private void grow() {
        var oldKeys = keys;
        var oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new int[oldKeys.length * 2];
        Arrays.fill(values, NONE);
        int mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != NONE) {
                int slot = (int) Seeds.mix(oldKeys[i]) & mask;
                while (values[slot] != NONE) {
                    slot = slot + 1 & mask;
                }
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
