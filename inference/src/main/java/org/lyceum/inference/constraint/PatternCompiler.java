package org.lyceum.inference.constraint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.constraint.Grammar.Piece;

/**
 * A regular expression of a schema's {@code pattern} (ECMA-262, section 22.2) to grammar: characters, classes, groups, alternatives and
 * repetition. It matches anywhere in the string unless {@code ^} and {@code $} bind it to the ends, which they may do at the ends of an
 * alternative that is not inside a group. What looks around or back is refused.
 */
final class PatternCompiler {
    private static final int MOST_REPEATS = 10_000;
    private static final int LONGEST = 4_096;
    private static final BitSet DIGITS = CodePoints.range('0', '9');
    private static final BitSet LETTERS = CodePoints.union(CodePoints.range('a', 'z'), CodePoints.range('A', 'Z'));
    private static final BitSet WORD = CodePoints.union(CodePoints.union(DIGITS, LETTERS), CodePoints.of("_"));
    private static final BitSet SPACE = CodePoints.union(CodePoints.of(" \t\n\u000b\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"),
            CodePoints.range(0x2000, 0x200A));
    private static final BitSet LINE_ENDS = CodePoints.of("\n\r\u2028\u2029");

    private final Grammar grammar;
    private final int[] pattern;
    private final String source;
    private final String place;
    private final Map<BitSet, Integer> classes = new HashMap<>();
    private int at;

    PatternCompiler(Grammar grammar, String pattern, String place) {
        this.grammar = grammar;
        this.pattern = pattern.codePoints().toArray();
        this.source = pattern;
        this.place = place;
    }

    /** The characters of a string that the pattern matches. */
    Piece compile() {
        if (pattern.length > LONGEST) {
            throw UserError.usage("The schema's pattern at " + place + " has " + pattern.length + " characters; more than " + LONGEST
                    + " are not read.");
        }
        var anything = grammar.any(character(CodePoints.range(0, CodePoints.LAST)));
        var alternatives = new ArrayList<Piece>();
        do {
            boolean fromStart = take('^');
            var body = sequence();
            boolean toEnd = take('$');
            alternatives.add(grammar.sequence(fromStart ? from -> from : anything, body, toEnd ? from -> from : anything));
        } while (take('|'));
        if (at < pattern.length) {
            throw refused(pattern[at] == ')' ? "a ')' without its '('" : "'^' or '$' elsewhere than at its ends");
        }
        return grammar.either(alternatives);
    }

    private Piece alternatives() {
        var pieces = new ArrayList<Piece>();
        do {
            pieces.add(sequence());
        } while (take('|'));
        return grammar.either(pieces);
    }

    private Piece sequence() {
        var pieces = new ArrayList<Piece>();
        while (at < pattern.length && pattern[at] != '|' && pattern[at] != ')' && pattern[at] != '$') {
            pieces.add(repeated(atom()));
        }
        return grammar.sequence(List.copyOf(pieces));
    }

    private Piece repeated(Piece atom) {
        var piece = atom;
        if (take('*')) {
            piece = grammar.any(atom);
        } else if (take('+')) {
            piece = grammar.times(atom, 1, -1);
        } else if (take('?')) {
            piece = grammar.optional(atom);
        } else if (take('{')) {
            int least = number();
            int most = take(',') ? at < pattern.length && pattern[at] == '}' ? -1 : number() : least;
            if (!take('}') || most >= 0 && most < least) {
                throw refused("a count in braces that is none");
            }
            piece = grammar.times(atom, least, most);
        } else {
            return piece;
        }
        take('?'); // as few as possible: the same strings
        if (at < pattern.length && "*+?{".indexOf(pattern[at]) >= 0) {
            throw refused("two repetitions in a row");
        }
        return piece;
    }

    private int number() {
        int value = -1;
        while (at < pattern.length && pattern[at] >= '0' && pattern[at] <= '9' && value <= MOST_REPEATS) {
            value = Math.max(0, value) * 10 + pattern[at++] - '0';
        }
        if (value < 0 || value > MOST_REPEATS) {
            throw refused("a count that is not from 0 to " + MOST_REPEATS);
        }
        return value;
    }

    private Piece atom() {
        int c = pattern[at++];
        return switch (c) {
            case '(' -> group();
            case '[' -> character(set());
            case '.' -> character(CodePoints.complement(LINE_ENDS));
            case '\\' -> character(escape());
            case '^' -> throw refused("'^' elsewhere than at its beginning");
            case '*', '+', '?', '{' -> throw refused("a repetition of nothing");
            default -> character(CodePoints.range(c, c));
        };
    }

    private Piece group() {
        if (take('?')) {
            if (!take(':')) {
                boolean named = take('<') && at < pattern.length && pattern[at] != '=' && pattern[at] != '!';
                if (!named) {
                    throw refused("looking ahead or behind");
                }
                while (at < pattern.length && pattern[at] != '>') {
                    at++;
                }
                take('>');
            }
        }
        var inside = alternatives();
        if (at < pattern.length && pattern[at] == '$') {
            throw refused("'$' elsewhere than at its end");
        }
        if (!take(')')) {
            throw refused("a '(' without its ')'");
        }
        return inside;
    }

    /** Large sets become rules, so that repeating them does not repeat what they consist of. */
    private Piece character(BitSet set) {
        if (set.cardinality() <= 64) {
            return CodePoints.inString(grammar, set);
        }
        return grammar.call(classes.computeIfAbsent(set, characters -> {
            int rule = grammar.rule("a class of characters");
            grammar.define(rule, CodePoints.inString(grammar, characters));
            return rule;
        }));
    }

    private BitSet set() {
        boolean negated = take('^');
        var set = new BitSet();
        while (at < pattern.length && pattern[at] != ']') {
            var low = member();
            if (at + 1 < pattern.length && pattern[at] == '-' && pattern[at + 1] != ']') {
                at++;
                var high = member();
                if (low.cardinality() != 1 || high.cardinality() != 1 || low.nextSetBit(0) > high.nextSetBit(0)) {
                    throw refused("a range of characters that is none");
                }
                low = CodePoints.range(low.nextSetBit(0), high.nextSetBit(0));
            }
            set.or(low);
        }
        if (!take(']')) {
            throw refused("a '[' without its ']'");
        }
        return negated ? CodePoints.complement(set) : set;
    }

    private BitSet member() {
        int c = pattern[at++];
        if (c == '\\' && take('b')) {
            return CodePoints.of("\b");
        }
        return c == '\\' ? escape() : CodePoints.range(c, c);
    }

    private BitSet escape() {
        if (at == pattern.length) {
            throw refused("a backslash at its end");
        }
        int c = pattern[at++];
        return switch (c) {
            case 'd' -> DIGITS;
            case 'D' -> CodePoints.complement(DIGITS);
            case 'w' -> WORD;
            case 'W' -> CodePoints.complement(WORD);
            case 's' -> SPACE;
            case 'S' -> CodePoints.complement(SPACE);
            case 't' -> CodePoints.of("\t");
            case 'n' -> CodePoints.of("\n");
            case 'r' -> CodePoints.of("\r");
            case 'f' -> CodePoints.of("\f");
            case 'v' -> CodePoints.of("\u000b");
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> {
                if (LETTERS.get(c) || DIGITS.get(c)) {
                    throw refused("'\\" + Character.toString(c) + "'");
                }
                yield CodePoints.range(c, c);
            }
        };
    }

    private BitSet hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < pattern.length ? Character.digit(pattern[at++], 16) : -1;
            if (digit < 0) {
                throw refused("'\\x' or '\\u' without its digits");
            }
            value = value * 16 + digit;
        }
        return CodePoints.range(value, value);
    }

    private boolean take(int c) {
        boolean there = at < pattern.length && pattern[at] == c;
        at += there ? 1 : 0;
        return there;
    }

    private UserError refused(String what) {
        return UserError.usage("The schema's pattern '" + source + "' at " + place + " is not supported: it holds " + what + ".");
    }
}
