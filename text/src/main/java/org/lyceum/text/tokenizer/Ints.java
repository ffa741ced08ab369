package org.lyceum.text.tokenizer;

import java.util.Arrays;

/** A growing array of ints. */
final class Ints {
    private int[] values;
    private int size;

    Ints(int capacity) {
        values = new int[Math.max(capacity, 8)];
    }

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1) + 8);
        }
        values[size++] = value;
    }

    void addAll(int[] from, int length) {
        if (size + length > values.length) {
            values = Arrays.copyOf(values, Math.max(size + length, size + (size >> 1)));
        }
        System.arraycopy(from, 0, values, size, length);
        size += length;
    }

    int get(int index) {
        return values[index];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
