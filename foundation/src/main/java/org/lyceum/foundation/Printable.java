package org.lyceum.foundation;

/** Text from a file or a request that may be hostile, fit to be named in a sentence. */
public final class Printable {
    private static final int LONGEST = 100;

    private Printable() {
    }

    /** {@code text} on one line, at most about 100 characters, without control characters that could take over a terminal. */
    public static String of(String text) {
        var shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return shown.codePoints().map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
