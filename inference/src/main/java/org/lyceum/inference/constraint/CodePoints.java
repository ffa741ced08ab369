package org.lyceum.inference.constraint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.lyceum.inference.constraint.Grammar.Piece;

/** Sets of Unicode characters, and how JSON writes them inside a string: as UTF-8, with a backslash where it must be. */
final class CodePoints {
    static final int LAST = 0x10FFFF;

    private CodePoints() {
    }

    static BitSet range(int low, int high) {
        var set = new BitSet();
        set.set(low, high + 1);
        return set;
    }

    static BitSet of(String characters) {
        var set = new BitSet();
        characters.codePoints().forEach(set::set);
        return set;
    }

    static BitSet union(BitSet a, BitSet b) {
        var set = (BitSet) a.clone();
        set.or(b);
        return set;
    }

    static BitSet complement(BitSet of) {
        var set = range(0, LAST);
        set.andNot(of);
        return set;
    }

    /** One character of {@code set} in a JSON string, each in one way only; surrogates are no characters. */
    static Piece inString(Grammar grammar, BitSet set) {
        var pieces = new ArrayList<Piece>();
        for (int low = set.nextSetBit(0); low >= 0;) {
            int high = set.nextClearBit(low) - 1;
            add(grammar, pieces, low, high);
            low = set.nextSetBit(high + 1);
        }
        return grammar.either(pieces);
    }

    private static void add(Grammar grammar, List<Piece> pieces, int low, int high) {
        for (int c = low; c <= Math.min(high, 0x5C); c++) {
            if (c < 0x20 || c == '"' || c == '\\') {
                pieces.add(grammar.text(escaped(c)));
            }
        }
        for (int[] plain : new int[][]{{0x20, 0x21}, {0x23, 0x5B}, {0x5D, 0x7F}, {0x80, 0xD7FF}, {0xE000, LAST}}) {
            int from = Math.max(low, plain[0]);
            int to = Math.min(high, plain[1]);
            if (from <= to) {
                utf8(grammar, pieces, from, to);
            }
        }
    }

    private static String escaped(int c) {
        int at = "\b\f\n\r\t\"\\".indexOf(c);
        return at < 0 ? String.format("\\u%04x", c) : "\\" + "bfnrt\"\\".charAt(at);
    }

    /** The UTF-8 of a range: split until all but the leading bytes of a part are ranges of their own. */
    private static void utf8(Grammar grammar, List<Piece> pieces, int low, int high) {
        for (int limit : new int[]{0x7F, 0x7FF, 0xFFFF}) {
            if (low <= limit && high > limit) {
                utf8(grammar, pieces, low, limit);
                utf8(grammar, pieces, limit + 1, high);
                return;
            }
        }
        for (int bits = 6; bits <= 18 && high > 0x7F; bits += 6) {
            int below = (1 << bits) - 1;
            if ((low & ~below) != (high & ~below)) {
                if ((low & below) != 0) {
                    utf8(grammar, pieces, low, low | below);
                    utf8(grammar, pieces, (low | below) + 1, high);
                    return;
                }
                if ((high & below) != below) {
                    utf8(grammar, pieces, low, (high & ~below) - 1);
                    utf8(grammar, pieces, high & ~below, high);
                    return;
                }
            }
        }
        var first = encode(low);
        var last = encode(high);
        pieces.add(from -> {
            int at = from;
            for (int i = 0; i < first.length; i++) {
                at = grammar.range(first[i], last[i]).applyAsInt(at);
            }
            return at;
        });
    }

    private static int[] encode(int c) {
        if (c < 0x80) {
            return new int[]{c};
        }
        if (c < 0x800) {
            return new int[]{0xC0 | c >> 6, 0x80 | c & 0x3F};
        }
        return c < 0x10000
                ? new int[]{0xE0 | c >> 12, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F}
                : new int[]{0xF0 | c >> 18, 0x80 | c >> 12 & 0x3F, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F};
    }
}
