package org.lyceum.text.tokenizer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;

/**
 * Distinct byte strings and how often each was seen: open addressing over one byte arena. Most pieces of text are at most eight bytes, so
 * the first eight, packed in a long, stand for the hash and, for a short piece, for the comparison.
 */
final class Words {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MOST_BYTES = Integer.MAX_VALUE - 8; // the longest array of the virtual machine

    private byte[] arena = new byte[1 << 16];
    private int[] start = new int[1 << 12]; // word w is arena[start[w] .. start[w + 1])
    private long[] head = new long[1 << 12];
    private long[] count = new long[1 << 12];
    private int[] hash = new int[1 << 12];
    private int[] slots = new int[1 << 14]; // word + 1, or 0
    private int size;

    /** The first eight bytes (or all, zero-filled), the first one lowest. */
    static long head(byte[] text, int from, int length) {
        if (from + 8 <= text.length) {
            long eight = (long) LONGS.get(text, from);
            return length >= 8 ? eight : eight & (1L << length * 8) - 1;
        }
        long h = 0;
        for (int i = Math.min(length, 8) - 1; i >= 0; i--) {
            h = h << 8 | text[from + i] & 0xFF;
        }
        return h;
    }

    static int hash(byte[] text, int from, int length, long head) {
        long h = Seeds.mix(head + length);
        for (int i = 8; i < length; i += 8) {
            h = Seeds.mix(h ^ head(text, from + i, length - i));
        }
        return (int) (h ^ h >>> 32);
    }

    void add(byte[] text, int from, int length, long times) {
        long first = head(text, from, length);
        int h = hash(text, from, length, first);
        int mask = slots.length - 1;
        int slot = h & mask;
        while (slots[slot] != 0) {
            int w = slots[slot] - 1;
            if (head[w] == first && length(w) == length
                    && (length <= 8 || Arrays.equals(arena, start[w] + 8, start[w] + length, text, from + 8, from + length))) {
                count[w] += times;
                return;
            }
            slot = slot + 1 & mask;
        }
        append(text, from, length, first, h, times);
        slots[slot] = size;
        if (size > slots.length / 2) {
            grow();
        }
    }

    void addAll(Words other) {
        for (int w = 0; w < other.size; w++) {
            add(other.arena, other.start[w], other.length(w), other.count[w]);
        }
    }

    int size() {
        return size;
    }

    int length(int word) {
        return start[word + 1] - start[word];
    }

    byte at(int word, int index) {
        return arena[start[word] + index];
    }

    long count(int word) {
        return count[word];
    }

    /** The bytes of all words together. */
    int bytes() {
        return start[size];
    }

    private void append(byte[] text, int from, int length, long first, int h, long times) {
        if (size + 2 > start.length) {
            int more = start.length * 2;
            start = Arrays.copyOf(start, more);
            head = Arrays.copyOf(head, more);
            count = Arrays.copyOf(count, more);
            hash = Arrays.copyOf(hash, more);
        }
        int at = start[size];
        if (length > MOST_BYTES - at) {
            throw new UserError("The text has more than 2 GiB of different words; train the tokenizer on a part of it.");
        }
        if (at + length > arena.length) {
            arena = Arrays.copyOf(arena, Math.max(at + length, (int) Math.min(arena.length * 2L, MOST_BYTES)));
        }
        System.arraycopy(text, from, arena, at, length);
        head[size] = first;
        count[size] = times;
        hash[size] = h;
        start[++size] = at + length;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int w = 0; w < size; w++) {
            int slot = hash[w] & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = w + 1;
        }
    }
}
