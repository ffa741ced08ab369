package org.lyceum.text.tokenizer;

import java.text.Normalizer;

/**
 * How BERT prepares text (Devlin et al. 2019, tokenization.py in google-research/bert): control characters go, Chinese characters stand
 * alone, accents and case may go; then words end at white space and at each punctuation mark.
 *
 * @param cleanText    drops control characters and U+FFFD
 * @param chinese      puts spaces around Chinese characters
 * @param stripAccents decomposes characters and drops their accents
 * @param lowercase    lower case
 */
record BertNormalizer(boolean cleanText, boolean chinese, boolean stripAccents, boolean lowercase) {
    /** A character that a word can hold, or {@link #GAP}, or a mark that is a word of its own, with {@link #ALONE} set. */
    static final int ALONE = 1 << 30;
    static final int GAP = ' ';

    /** Characters as the model sees them: words' characters, gaps, and marks that stand alone. */
    int[] characters(String text) {
        var prepared = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (cleanText && (c == 0 || c == 0xFFFD || control(c))) {
                return;
            }
            if (chinese && chinese(c)) {
                prepared.append(' ').appendCodePoint(c).append(' ');
            } else {
                prepared.appendCodePoint(space(c) ? GAP : c);
            }
        });
        CharSequence rest = prepared;
        if (stripAccents && !Normalizer.isNormalized(prepared, Normalizer.Form.NFD)) {
            rest = Normalizer.normalize(prepared, Normalizer.Form.NFD);
        }
        var out = new Ints(rest.length());
        rest.codePoints().forEach(c -> {
            if (stripAccents && c >= 0x300 && Character.getType(c) == Character.NON_SPACING_MARK) {
                return;
            }
            if (lowercase && c == 0x130) { // the one capital whose small form is two characters
                out.add('i');
                out.add(0x307);
                return;
            }
            int lower = lowercase ? Character.toLowerCase(c) : c;
            out.add(space(lower) ? GAP : punctuation(lower) ? lower | ALONE : lower);
        });
        return out.toArray();
    }

    private static boolean control(int c) {
        return c != '\t' && c != '\n' && c != '\r' && switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static boolean space(int c) {
        return switch (Character.getType(c)) {
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> (c >= '\t' && c <= '\r') || c == 0x85;
        };
    }

    /** Unicode's punctuation, and ASCII's symbols with it. */
    private static boolean punctuation(int c) {
        return c < 128
                ? (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~')
                : switch (Character.getType(c)) {
                    case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
                            Character.OTHER_PUNCTUATION ->
                        true;
                    default -> false;
                };
    }

    private static boolean chinese(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF)
                || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
    }
}
