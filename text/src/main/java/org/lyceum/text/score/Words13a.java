package org.lyceum.text.score;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts a sentence into words as NIST's {@code mteval-v13a} does, the way in which translations have been compared at WMT since 2014 (Post
 * 2018, section 2): punctuation and symbols stand alone, but for a stop or comma between digits and a dash that no digit precedes.
 */
final class Words13a {
    private static final Pattern SYMBOL = Pattern.compile("[{-~\\[-` -&(-+:-@/]");
    private static final Pattern STOP_AFTER_OTHER = Pattern.compile("([^0-9])([.,])");
    private static final Pattern STOP_BEFORE_OTHER = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");
    /** What Python's {@code str.split} splits at. */
    private static final Pattern SPACE = Pattern
            .compile("[\\t-\\r\\x1C-\\x20\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+");

    private Words13a() {
    }

    /** The words of {@code sentence}. */
    static List<String> of(String sentence) {
        var text = withoutTrailingSpace(sentence).replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
        text = text.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
        text = SYMBOL.matcher(" " + text + " ").replaceAll(" $0 ");
        text = STOP_AFTER_OTHER.matcher(text).replaceAll("$1 $2 ");
        text = STOP_BEFORE_OTHER.matcher(text).replaceAll(" $1 $2");
        text = DASH_AFTER_DIGIT.matcher(text).replaceAll("$1 $2 ");
        return split(text);
    }

    /** {@code text} at its white space. */
    static List<String> split(String text) {
        return SPACE.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    }

    private static String withoutTrailingSpace(String text) {
        int end = text.length();
        while (end > 0 && SPACE.matcher(text).region(end - 1, end).matches()) {
            end--;
        }
        return text.substring(0, end);
    }
}
