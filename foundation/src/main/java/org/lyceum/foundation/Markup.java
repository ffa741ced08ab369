package org.lyceum.foundation;

/** Text within HTML and SVG. */
public final class Markup {
    private Markup() {
    }

    /**
     * {@code text} for any place in HTML or XML, an attribute's value included; what XML 1.0 cannot hold (section 2.2: control characters, halves of
     * surrogate pairs) becomes U+FFFD.
     */
    public static String escape(String text) {
        var out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\r' -> out.append("&#13;");
                case '\n', '\t' -> out.append((char) c);
                default -> out.appendCodePoint(
                        c < ' ' || c == 0x7f || c >= 0xd800 && c < 0xe000 || c == 0xfffe || c == 0xffff ? 0xfffd : c);
            }
        });
        return out.toString();
    }
}
