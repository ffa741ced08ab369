package org.lyceum.text.corpus;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/**
 * Cuts a stream of text into pieces without losing a character: the pieces put together are the text. Holds one piece and a little more in
 * memory.
 */
public final class TextCutter {
    /** Where a piece may end. */
    public enum Cut {
        /** Never: the whole text is one piece. */
        NOWHERE,
        /** After each line break. */
        LINE,
        /** After each run of blank lines. */
        PARAGRAPH,
        /** As late as the size allows: after a blank line, or else a line break, a space, or any character. */
        SIZE
    }

    private static final int LONGEST = Integer.MAX_VALUE - 64;
    /** How far a cut looks ahead for text on the next line; fixed, so that cuts do not depend on how the bytes happened to arrive. */
    private static final int LOOKAHEAD = 128;

    private final Reader in;
    private Cut cut;
    private final int size;
    private final String name;
    private final StringBuilder pending = new StringBuilder();
    private final char[] block = new char[1 << 14];
    private boolean ended;
    private int start; // of the next piece within pending
    private int scanned; // no place to cut lies before this one

    /**
     * @param size the most characters (UTF-16 units) a piece holds under {@link Cut#SIZE}, at least 2
     * @param name what the text is called in messages
     */
    public TextCutter(Reader in, Cut cut, int size, String name) {
        this.in = in;
        this.cut = cut;
        this.size = size;
        this.name = name;
    }

    /** The next piece, never empty, or null at the end. Throws {@link UserError} when a piece has more characters than a string holds. */
    public @Nullable String next() {
        while (true) {
            int end = cutPoint();
            if (end > start) {
                return take(end);
            }
            if (ended) {
                return start == pending.length() ? null : take(pending.length());
            }
            fill();
        }
    }

    /** Reads ahead, and says whether the rest of the text is longer than {@code chars}. */
    boolean longerThan(int chars) {
        while (!ended && pending.length() - start <= chars) {
            fill();
        }
        return pending.length() - start > chars;
    }

    /** What is left becomes one piece after all. */
    void keepWhole() {
        cut = Cut.NOWHERE;
    }

    private String take(int end) {
        var piece = pending.substring(start, end);
        start = end;
        scanned = end;
        return piece;
    }

    private void fill() {
        pending.delete(0, start);
        scanned -= start;
        start = 0;
        try {
            int n = in.read(block, 0, block.length);
            if (n < 0) {
                ended = true;
                return;
            }
            if (pending.length() > LONGEST - n) {
                throw new UserError(
                        name + " holds a document of more than two billion characters; cut it with split=auto or split=paragraph.");
            }
            pending.append(block, 0, n);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the next piece ends, or 0 when that cannot be told before more is read. */
    private int cutPoint() {
        return switch (cut) {
            case NOWHERE -> 0;
            case LINE -> lineEnd();
            case PARAGRAPH -> paragraphEnd();
            case SIZE -> {
                int known = pending.length() - (ended ? 0 : LOOKAHEAD);
                yield known - start > size ? latestCut(start + size) : 0;
            }
        };
    }

    private int lineEnd() {
        int at = pending.indexOf("\n", scanned);
        scanned = pending.length();
        return at + 1;
    }

    private int paragraphEnd() {
        int known = pending.length() - (ended ? 0 : LOOKAHEAD);
        for (int i = Math.max(scanned, start + 1); i < known; i++) {
            if (afterBlankLine(i)) {
                return i;
            }
        }
        scanned = Math.max(scanned, known);
        return 0;
    }

    private int latestCut(int limit) {
        int line = 0;
        int space = 0;
        for (int i = limit; i > start; i--) {
            if (afterBlankLine(i)) {
                return i;
            }
            char last = pending.charAt(i - 1);
            if (line == 0 && last == '\n') {
                line = i;
            } else if (space == 0 && last != ' ' && pending.charAt(i) == ' ') {
                space = i; // the space goes with the word after it, as in byte-pair tokenizers
            }
        }
        if (line > 0 || space > 0) {
            return line > 0 ? line : space;
        }
        boolean insidePair = Character.isHighSurrogate(pending.charAt(limit - 1)) && Character.isLowSurrogate(pending.charAt(limit));
        return insidePair ? limit - 1 : limit;
    }

    /** Whether a line with something on it starts at {@code i}, below the length, and a blank line of the same piece stands before it. */
    private boolean afterBlankLine(int i) {
        if (pending.charAt(i - 1) != '\n' || !lineHasText(i)) {
            return false;
        }
        for (int j = i - 2; j >= start; j--) {
            char c = pending.charAt(j);
            if (c == '\n') {
                return true;
            }
            if (c != ' ' && c != '\t' && c != '\r') {
                return false;
            }
        }
        return false;
    }

    private boolean lineHasText(int i) {
        for (int j = i; j < Math.min(pending.length(), i + LOOKAHEAD); j++) {
            char c = pending.charAt(j);
            if (c == '\n') {
                return false;
            }
            if (c != ' ' && c != '\t' && c != '\r') {
                return true;
            }
        }
        return false;
    }
}
