package org.lyceum.inference.constraint;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.constraint.Grammar.Piece;

/** The decimal digits of the integers between two bounds. */
final class IntegerRange {
    private IntegerRange() {
    }

    /** The integers from {@code low} to {@code high}, without leading zeros. */
    static Piece piece(Grammar grammar, long low, long high, String at) {
        if (low > high) {
            throw UserError.usage("The schema at " + at + " allows no integer: its minimum is above its maximum.");
        }
        var pieces = new ArrayList<Piece>();
        if (low < 0) {
            pieces.add(grammar.sequence(grammar.text("-"), natural(grammar, Math.max(1, -high), -low)));
        }
        if (high >= 0) {
            pieces.add(natural(grammar, Math.max(0, low), high));
        }
        return grammar.either(pieces);
    }

    private static Piece natural(Grammar grammar, long low, long high) {
        var pieces = new ArrayList<Piece>();
        for (int digits = Long.toString(low).length(); digits <= Long.toString(high).length(); digits++) {
            long least = digits == 1 ? 0 : power(digits - 1);
            var from = Long.toString(Math.max(low, least));
            var to = Long.toString(Math.min(high, power(digits) - 1));
            pieces.add(same(grammar, from, to));
        }
        return grammar.either(pieces);
    }

    /** Numbers of as many digits as both bounds have: first digits that are a bound's bind the rest. */
    private static Piece same(Grammar grammar, String low, String high) {
        int length = low.length();
        if (low.equals("0".repeat(length)) && high.equals("9".repeat(length))) {
            return grammar.times(grammar.range('0', '9'), length, length); // none where none is left
        }
        char first = low.charAt(0);
        char last = high.charAt(0);
        var lowRest = low.substring(1);
        var highRest = high.substring(1);
        if (first == last) {
            return grammar.sequence(grammar.range(first, first), same(grammar, lowRest, highRest));
        }
        var pieces = new ArrayList<Piece>(List.of(
                grammar.sequence(grammar.range(first, first), same(grammar, lowRest, "9".repeat(length - 1))),
                grammar.sequence(grammar.range(last, last), same(grammar, "0".repeat(length - 1), highRest))));
        if (last - first > 1) {
            pieces.add(grammar.sequence(grammar.range(first + 1, last - 1), same(grammar, "0".repeat(length - 1), "9".repeat(length - 1))));
        }
        return grammar.either(pieces);
    }

    private static long power(int digits) {
        long value = 1;
        for (int i = 0; i < digits; i++) {
            value *= 10;
        }
        return value;
    }
}
