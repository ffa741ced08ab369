package org.lyceum.inference.constraint;

import java.util.List;
import org.lyceum.inference.constraint.Grammar.Piece;

/**
 * JSON (RFC 8259) as grammar. Where space is allowed, a single one may stand or a line break and up to {@value #INDENT} spaces, so that a
 * model can neither write space for ever nor is kept from the layout that it knows. Numbers have at most 15 digits before and after the
 * point and two in the exponent: what a double holds.
 */
final class JsonGrammar {
    private static final int INDENT = 32;

    private final Grammar grammar;
    /** A character of a string, in any way in which JSON may write it. */
    private final int character;
    private final int space;
    private final int value;
    private final int object;

    JsonGrammar(Grammar grammar) {
        this.grammar = grammar;
        character = grammar.rule("a character");
        space = grammar.rule("space");
        value = grammar.rule("a value");
        object = grammar.rule("an object");
        grammar.define(character, character());
        grammar.define(space, grammar.optional(grammar.either(grammar.text(" "),
                grammar.sequence(grammar.text("\n"), grammar.times(grammar.text(" "), 0, INDENT)))));
        grammar.define(object, object(List.of(new Member(anyString(), grammar.call(value), true)), true));
        grammar.define(value, grammar.either(grammar.call(object), array(grammar.call(value), 0, -1), anyString(), number(),
                grammar.text("true"), grammar.text("false"), grammar.text("null")));
    }

    /** A member of an object: name and value as they are written. */
    record Member(Piece name, Piece value, boolean optional) {
    }

    Piece anyValue() {
        return grammar.call(value);
    }

    Piece anyObject() {
        return grammar.call(object);
    }

    Piece anyString() {
        return string(0, -1);
    }

    /** A string of {@code least} to {@code most} characters, −1 for no limit. */
    Piece string(int least, int most) {
        var one = most < 0 && least == 0 ? character() : grammar.call(character);
        return quoted(grammar.times(one, least, most));
    }

    Piece quoted(Piece characters) {
        return grammar.sequence(grammar.text("\""), characters, grammar.text("\""));
    }

    /** {@code items} from {@code least} to {@code most} times, −1 for no limit. */
    Piece array(Piece item, int least, int most) {
        var more = grammar.sequence(grammar.text(","), space(), item);
        var some = most == 0
                ? null
                : grammar.sequence(space(), item, grammar.times(more, Math.max(0, least - 1), most < 0 ? -1 : most - 1));
        var inside = some == null ? (Piece) from -> from : least == 0 ? grammar.optional(some) : some;
        return grammar.sequence(grammar.text("["), inside, space(), grammar.text("]"));
    }

    /** The members in their order, without the optional ones that are left out; with {@code repeated}, the only one any number of times. */
    Piece object(List<Member> members, boolean repeated) {
        return from -> {
            int first = space().applyAsInt(grammar.text("{").applyAsInt(from)); // nothing written yet
            int more = grammar.node(); // something is
            for (var member : members) {
                int written = grammar.node();
                grammar.skip(member(member).applyAsInt(first), written);
                grammar.skip(member(member).applyAsInt(space().applyAsInt(grammar.text(",").applyAsInt(more))), written);
                if (member.optional) {
                    grammar.skip(more, written);
                    int left = grammar.node();
                    grammar.skip(first, left);
                    first = left;
                } else {
                    first = grammar.node(); // never comes to be
                }
                if (repeated) {
                    grammar.skip(written, more);
                }
                more = written;
            }
            int last = grammar.node();
            grammar.skip(first, last);
            grammar.skip(more, last);
            return grammar.text("}").applyAsInt(space().applyAsInt(last));
        };
    }

    private Piece member(Member member) {
        return grammar.sequence(member.name, grammar.text(":"), space(), member.value);
    }

    Piece integer() {
        return grammar.sequence(grammar.optional(grammar.text("-")), digits());
    }

    Piece number() {
        var digit = grammar.range('0', '9');
        var fraction = grammar.sequence(grammar.text("."), grammar.times(digit, 1, 15));
        var exponent = grammar.sequence(grammar.either(grammar.text("e"), grammar.text("E")),
                grammar.optional(grammar.either(grammar.text("+"), grammar.text("-"))), grammar.times(digit, 1, 2));
        return grammar.sequence(integer(), grammar.optional(fraction), grammar.optional(exponent));
    }

    private Piece digits() {
        return grammar.either(grammar.text("0"), grammar.sequence(grammar.range('1', '9'), grammar.times(grammar.range('0', '9'), 0, 14)));
    }

    Piece space() {
        return grammar.call(space);
    }

    private Piece character() {
        var plain = CodePoints.range(0x20, CodePoints.LAST);
        plain.clear('"');
        plain.clear('\\');
        var hex = grammar.either(grammar.range('0', '9'), grammar.range('a', 'f'), grammar.range('A', 'F'));
        var d = grammar.either(grammar.text("d"), grammar.text("D"));
        var high = grammar.either(grammar.range('8', '9'), grammar.range('a', 'b'), grammar.range('A', 'B'));
        var low = grammar.either(grammar.range('c', 'f'), grammar.range('C', 'F'));
        var notD = grammar.either(grammar.range('0', '9'), grammar.range('a', 'c'), grammar.range('e', 'f'), grammar.range('A', 'C'),
                grammar.range('E', 'F'));
        var u = grammar.text("\\u");
        return grammar.either(CodePoints.inString(grammar, plain),
                grammar.sequence(grammar.text("\\"), grammar.either("\"\\/bfnrt".chars().mapToObj(c -> grammar.range(c, c)).toList())),
                grammar.sequence(u, notD, hex, hex, hex),
                grammar.sequence(u, d, grammar.range('0', '7'), hex, hex),
                grammar.sequence(u, d, high, hex, hex, u, d, low, hex, hex));
    }
}
