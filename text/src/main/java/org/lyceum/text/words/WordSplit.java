package org.lyceum.text.words;

import java.util.Locale;
import java.util.function.Consumer;

/** How a line of text is cut into words. */
public enum WordSplit {
    /** What stands between white space, exactly as it is: for text that has been cut before, as word2vec's and fastText's tools read it. */
    SPACES {
        @Override
        public void words(String line, Consumer<String> each) {
            int n = line.length();
            for (int i = 0; i < n;) {
                while (i < n && isSpace(line.charAt(i))) {
                    i++;
                }
                int from = i;
                while (i < n && !isSpace(line.charAt(i))) {
                    i++;
                }
                if (i > from) {
                    each.accept(line.substring(from, i));
                }
            }
        }
    },
    /**
     * In lower case, letters and digits of any script with the marks on them, and apostrophes within (don't); everything else stands between
     * words. Languages that write no spaces need a text that has been cut before, and {@link #SPACES}.
     */
    WORDS {
        @Override
        public void words(String line, Consumer<String> each) {
            var lower = line.toLowerCase(Locale.ROOT);
            int n = lower.length();
            for (int i = 0; i < n;) {
                int c = lower.codePointAt(i);
                if (!inWord(c)) {
                    i += Character.charCount(c);
                    continue;
                }
                int from = i;
                while (i < n) {
                    c = lower.codePointAt(i);
                    boolean apostrophe = (c == '\'' || c == '’') && i + 1 < n && inWord(lower.codePointAt(i + 1));
                    if (!inWord(c) && !apostrophe) {
                        break;
                    }
                    i += Character.charCount(c);
                }
                each.accept(lower.substring(from, i).replace('’', '\''));
            }
        }
    };

    /** Gives the words of {@code line} to {@code each}, in order. */
    public abstract void words(String line, Consumer<String> each);

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r' || c > 127 && Character.isWhitespace(c);
    }

    private static boolean inWord(int c) {
        if (c < 128) {
            return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z';
        }
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> Character.isLetterOrDigit(c);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
