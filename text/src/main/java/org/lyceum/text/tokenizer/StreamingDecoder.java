package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Token ids, one at a time, to text that can be shown at once: bytes are held back until the character that they begin is whole. What it
 * emits, joined, is what {@link Tokenizer#decode} gives for all the ids (a {@link HuggingFaceTokenizer} may leave out a space at the very
 * start there). For one generation, on one thread.
 */
public final class StreamingDecoder {
    private final Tokenizer tokenizer;
    private byte[] pending = {};

    public StreamingDecoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The text that is certain now that {@code id} has come; often empty in the midst of an emoji. */
    public String accept(int id) {
        var piece = tokenizer.bytes(id);
        var bytes = Arrays.copyOf(pending, pending.length + piece.length);
        System.arraycopy(piece, 0, bytes, pending.length, piece.length);
        int whole = whole(bytes);
        pending = Arrays.copyOfRange(bytes, whole, bytes.length);
        return new String(bytes, 0, whole, StandardCharsets.UTF_8);
    }

    /** What was held back at the end of the generation: empty, or U+FFFD for a character that never became whole. */
    public String finish() {
        var rest = new String(pending, StandardCharsets.UTF_8);
        pending = new byte[0];
        return rest;
    }

    /** The length of {@code bytes} without a character at its end that further bytes could complete. */
    private static int whole(byte[] bytes) {
        int n = bytes.length;
        for (int back = 1; back <= Math.min(3, n); back++) {
            int b = bytes[n - back] & 0xFF;
            if (b < 0x80) {
                return n;
            }
            if (b >= 0xC0) {
                int needed = b >= 0xC2 && b < 0xE0 ? 2 : b >= 0xE0 && b < 0xF0 ? 3 : b >= 0xF0 && b < 0xF5 ? 4 : 1;
                return needed > back && possible(bytes, n - back, back) ? n - back : n;
            }
        }
        return n;
    }

    /** Whether the second byte, if there, may follow the first (no overlong forms, nothing above U+10FFFF; an encoded surrogate is
     * replaced as a whole, as {@link String} does it). */
    private static boolean possible(byte[] bytes, int from, int length) {
        if (length < 2) {
            return true;
        }
        int second = bytes[from + 1] & 0xFF;
        return switch (bytes[from] & 0xFF) {
            case 0xE0 -> second >= 0xA0;
            case 0xF0 -> second >= 0x90;
            case 0xF4 -> second < 0x90;
            default -> true;
        };
    }
}
