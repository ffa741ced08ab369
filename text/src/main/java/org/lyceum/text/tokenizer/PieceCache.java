package org.lyceum.text.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the ids of pieces of text. Direct-mapped: a piece takes the slot of whatever was there. Racy on purpose; a lost write costs one
 * more encoding, nothing else.
 */
final class PieceCache {
    /** What is remembered. Must give the same ids for the same bytes. */
    @FunctionalInterface
    interface Encoding {
        int[] ids(byte[] text, int from, int length);
    }

    private static final int SLOTS = 1 << 16;
    private static final int LONGEST = 64;

    /** First eight bytes, length, all bytes, ids. All are final, so that threads may hand a piece over without a lock. */
    private record Piece(long head, int length, byte[] bytes, int[] ids) {
    }

    private final @Nullable Piece[] slots = new Piece[SLOTS];
    private final Encoding encoding;

    PieceCache(Encoding encoding) {
        this.encoding = encoding;
    }

    /** Shared: callers must not write to it. */
    int[] ids(byte[] text, int from, int length) {
        if (length > LONGEST) {
            return encoding.ids(text, from, length);
        }
        long head = Words.head(text, from, length);
        int slot = Words.hash(text, from, length, head) & SLOTS - 1;
        var piece = slots[slot];
        if (piece == null || piece.head != head || piece.length != length
                || (length > 8 && !Arrays.equals(piece.bytes, 8, length, text, from + 8, from + length))) {
            piece = new Piece(head, length, Arrays.copyOfRange(text, from, from + length), encoding.ids(text, from, length));
            slots[slot] = piece;
        }
        return piece.ids;
    }
}
