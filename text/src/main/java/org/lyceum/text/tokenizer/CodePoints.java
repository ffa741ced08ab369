package org.lyceum.text.tokenizer;

/** One code point at a time from UTF-8 bytes, and the sets of code points that pre-split patterns name. */
final class CodePoints {
    /** Neither letter, number nor space; bytes that are not valid UTF-8 as well. */
    static final int SYMBOL = 0;
    /** {@code \p{L}}. */
    static final int LETTER = 1;
    /** {@code \p{N}}. */
    static final int NUMBER = 2;
    /** {@code \s}, which is Unicode's White_Space. */
    static final int SPACE = 3;

    private static final int KIND_BITS = 3;
    private static final int UPPER = 4;
    private static final int LOWER = 8;
    private static final int INVALID = 1 << 21;

    /** The basic plane's kinds; the planes above are asked of {@link Character} as they come. */
    private static final byte[] BASIC = new byte[1 << 16];

    static {
        for (int c = 0; c < BASIC.length; c++) {
            BASIC[c] = classify(c);
        }
    }

    private CodePoints() {
    }

    /** The code point at {@code from} and its length in bytes, packed for the accessors below; an invalid byte is a symbol of length 1. */
    static int at(byte[] text, int from, int end) {
        int b = text[from];
        if (b >= 0) {
            return b | 1 << 24;
        }
        if (b >= (byte) 0xC2 && b < (byte) 0xE0) {
            if (from + 1 < end && tail(text[from + 1])) {
                return (b & 0x1F) << 6 | (text[from + 1] & 0x3F) | 2 << 24;
            }
        } else if (b >= (byte) 0xE0 && b < (byte) 0xF0) {
            if (from + 2 < end && tail(text[from + 1]) && tail(text[from + 2])) {
                int c = (b & 0x0F) << 12 | (text[from + 1] & 0x3F) << 6 | (text[from + 2] & 0x3F);
                if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) {
                    return c | 3 << 24;
                }
            }
        } else if (b >= (byte) 0xF0 && b < (byte) 0xF5 && from + 3 < end && tail(text[from + 1]) && tail(text[from + 2])
                && tail(text[from + 3])) {
            int c = (b & 0x07) << 18 | (text[from + 1] & 0x3F) << 12 | (text[from + 2] & 0x3F) << 6 | (text[from + 3] & 0x3F);
            if (c >= 0x10000 && c <= 0x10FFFF) {
                return c | 4 << 24;
            }
        }
        return INVALID | 1 << 24;
    }

    static int length(int at) {
        return at >>> 24;
    }

    static boolean valid(int at) {
        return (at & INVALID) == 0;
    }

    static int kind(int at) {
        return properties(at) & KIND_BITS;
    }

    static int asciiKind(int b) {
        return BASIC[b] & KIND_BITS;
    }

    /** {@code [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]}. */
    static boolean upper(int at) {
        return (properties(at) & UPPER) != 0;
    }

    /** {@code [\p{Ll}\p{Lm}\p{Lo}\p{M}]}. */
    static boolean lower(int at) {
        return (properties(at) & LOWER) != 0;
    }

    /** {@code \\w}: letters, marks, decimal digits, letter numbers, connectors such as the underscore. */
    static boolean word(int at) {
        int c = at & 0xFFFFFF;
        return c < INVALID && switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK, Character.DECIMAL_DIGIT_NUMBER,
                    Character.LETTER_NUMBER, Character.CONNECTOR_PUNCTUATION ->
                true;
            default -> kind(at) == LETTER;
        };
    }

    /** Where the last code point of {@code [from, end)} begins; {@code end} if there is none. */
    static int startOfLast(byte[] text, int from, int end) {
        for (int i = end - 1; i >= Math.max(from, end - 4); i--) {
            if (!tail(text[i])) {
                return i + length(at(text, i, end)) == end ? i : end - 1;
            }
        }
        return Math.max(from, end - 1);
    }

    private static boolean tail(byte b) {
        return b < (byte) 0xC0;
    }

    private static int properties(int at) {
        int c = at & 0xFFFFFF;
        return c < BASIC.length ? BASIC[c] : c >= INVALID ? SYMBOL : classify(c);
    }

    private static byte classify(int c) {
        return (byte) switch (Character.getType(c)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> LETTER | UPPER;
            case Character.LOWERCASE_LETTER -> LETTER | LOWER;
            case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> LETTER | UPPER | LOWER;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> SYMBOL | UPPER | LOWER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
            case Character.CONTROL -> (c >= '\t' && c <= '\r') || c == 0x85 ? SPACE : SYMBOL;
            default -> SYMBOL;
        };
    }
}
