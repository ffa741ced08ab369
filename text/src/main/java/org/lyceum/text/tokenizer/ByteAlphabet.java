package org.lyceum.text.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * GPT-2's printable names for the 256 bytes ({@code bytes_to_unicode} in its encoder.py): a byte that Latin-1 prints is itself, the others
 * are U+0100 onwards in order. A {@code tokenizer.json} writes byte-level tokens in these characters.
 */
final class ByteAlphabet {
    private static final char[] CHARACTER = new char[256];
    private static final short[] BYTE = new short[512];

    static {
        Arrays.fill(BYTE, (short) -1);
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean prints = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            CHARACTER[b] = (char) (prints ? b : next++);
            BYTE[CHARACTER[b]] = (short) b;
        }
    }

    private ByteAlphabet() {
    }

    static char character(int unsignedByte) {
        return CHARACTER[unsignedByte];
    }

    static String write(byte[] bytes) {
        var text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            text.append(CHARACTER[b & 0xFF]);
        }
        return text.toString();
    }

    /** The bytes that {@code token} names; null if it holds a character that is not in the alphabet. */
    static byte @Nullable [] read(String token) {
        var bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= BYTE.length || BYTE[c] < 0) {
                return null;
            }
            bytes[i] = (byte) BYTE[c];
        }
        return bytes;
    }

    /** The 256 bytes by their characters' code points: the order in which Hugging Face's trainer numbers them. */
    static int[] inTrainingOrder() {
        var order = new int[256];
        int n = 0;
        for (short b : BYTE) {
            if (b >= 0) {
                order[n++] = b;
            }
        }
        return order;
    }
}
