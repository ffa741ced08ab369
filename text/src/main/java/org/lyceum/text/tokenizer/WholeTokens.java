package org.lyceum.text.tokenizer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * From a short piece of text to the one token that it becomes: nine pieces in ten are a token. Open addressing; the pieces that could be
 * one, the spellings in the vocabulary, are entered at the start. Whether such a piece does become one token only the merges know, so each
 * is settled when it is first met.
 *
 * <p>An entry is two longs side by side, mostly one visit to memory: the first eight bytes, and
 *
 * <pre>
 * bits  0 to 31   the next four bytes
 *      32 to 35   the length, 1 to 12; 0 marks an empty slot
 *      36 to 63   {@link #UNSETTLED} or {@link #NONE} or the id, each plus 2
 * </pre>
 *
 * Threads settle entries without a lock: what they write is the same for all of them, and a long is written at once.
 */
final class WholeTokens {
    /** The piece is not one token, or too long or too rare to be entered here. */
    static final int NONE = -1;
    /** Not known yet: merge it, and {@link #settle} it. */
    static final int UNSETTLED = -2;
    /** Bytes in the longest piece entered. */
    static final int LONGEST = 12;

    private static final VarHandle BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int VALUE_SHIFT = 36;
    private static final long KEY = (1L << VALUE_SHIFT) - 1;

    private final long[] slots;
    private final int shift; // of the hash, to leave a number of a slot

    WholeTokens(Vocabulary vocabulary) {
        int bits = Math.max(9, 33 - Integer.numberOfLeadingZeros(vocabulary.size() - 1)); // a quarter to a half full
        shift = 64 - bits;
        slots = new long[2 << bits];
        for (int id = 0; id < vocabulary.size(); id++) {
            var bytes = vocabulary.bytes(id);
            if (bytes.length > 0 && bytes.length <= LONGEST) {
                long head = Words.head(bytes, 0, bytes.length);
                long rest = rest(bytes, 0, bytes.length);
                int at = find(head, rest);
                slots[at] = head;
                slots[at + 1] = rest;
            }
        }
    }

    /** The id of a piece that becomes one token, {@link #NONE}, or {@link #UNSETTLED}. */
    int id(byte[] text, int from, int length) {
        if (length > LONGEST) {
            return NONE;
        }
        long head;
        long rest;
        if (from + 16 <= text.length) {
            // Without a branch: lengths follow no pattern that a processor could guess.
            head = (long) BYTES.get(text, from) & -1L >>> 64 - 8 * Math.min(length, 8);
            rest = (long) BYTES.get(text, from + 8) & (1L << 8 * Math.max(length - 8, 0)) - 1 | (long) length << 32;
        } else {
            head = Words.head(text, from, length);
            rest = rest(text, from, length);
        }
        long found = (long) SLOT.getOpaque(slots, find(head, rest) + 1);
        return found == 0 ? NONE : (int) (found >>> VALUE_SHIFT) - 2;
    }

    /** Tells what an {@link #UNSETTLED} piece becomes: an id, or {@link #NONE}. */
    void settle(byte[] text, int from, int length, int id) {
        long rest = rest(text, from, length);
        int at = find(Words.head(text, from, length), rest) + 1;
        SLOT.setOpaque(slots, at, rest | (id + 2L) << VALUE_SHIFT);
    }

    private static long rest(byte[] text, int from, int length) {
        return (length > 8 ? Words.head(text, from + 8, length - 8) : 0) | (long) length << 32;
    }

    /** The place of the entry, or an empty one. */
    private int find(long head, long rest) {
        long mixed = head * 0x9E3779B97F4A7C15L ^ rest * 0xC2B2AE3D27D4EB4FL;
        int at = (int) ((mixed ^ mixed >>> 32) * 0x9E3779B97F4A7C15L >>> shift) << 1;
        while (true) {
            long there = (long) SLOT.getOpaque(slots, at + 1);
            if (there == 0 || (slots[at] == head && (there & KEY) == rest)) {
                return at;
            }
            at = at + 2 & slots.length - 1;
        }
    }
}
