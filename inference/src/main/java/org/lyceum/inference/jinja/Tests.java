package org.lyceum.inference.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lyceum.inference.jinja.Values.None;
import org.lyceum.inference.jinja.Values.Undefined;

/** What may stand behind {@code is}. */
final class Tests {
    /** One of them. */
    @FunctionalInterface
    interface Test {
        boolean holds(Run run, Object value, List<Object> arguments);
    }

    private Tests() {
    }

    static Optional<Test> named(String name) {
        return Optional.ofNullable(switch (name) {
            case "defined" -> (run, value, a) -> !(value instanceof Undefined);
            case "undefined" -> (run, value, a) -> value instanceof Undefined;
            case "none" -> (run, value, a) -> value == None.NONE;
            case "string" -> (run, value, a) -> value instanceof String;
            case "number" -> (run, value, a) -> Values.isNumber(value);
            case "integer" -> (run, value, a) -> value instanceof Long;
            case "float" -> (run, value, a) -> value instanceof Double;
            case "boolean" -> (run, value, a) -> value instanceof Boolean;
            case "true" -> (run, value, a) -> Boolean.TRUE.equals(value);
            case "false" -> (run, value, a) -> Boolean.FALSE.equals(value);
            case "mapping" -> (run, value, a) -> value instanceof Map;
            case "sequence", "iterable" -> (run, value, a) -> value instanceof List || value instanceof Map || value instanceof String
                    || value instanceof Undefined;
            case "callable" -> (run, value, a) -> value instanceof Values.Callable;
            case "odd" -> (run, value, a) -> Math.floorMod(Values.whole(value), 2L) == 1;
            case "even" -> (run, value, a) -> Math.floorMod(Values.whole(value), 2L) == 0;
            case "divisibleby" -> (run, value, a) -> Values.equal(run, Arithmetic.apply(run, "%", value, Methods.argument(a, 0)), 0L);
            case "eq", "equalto", "==" -> (run, value, a) -> Values.equal(run, value, Methods.argument(a, 0));
            case "ne", "!=" -> (run, value, a) -> !Values.equal(run, value, Methods.argument(a, 0));
            case "lt", "lessthan", "<" -> (run, value, a) -> Values.compare(run, value, Methods.argument(a, 0)) < 0;
            case "le", "<=" -> (run, value, a) -> Values.compare(run, value, Methods.argument(a, 0)) <= 0;
            case "gt", "greaterthan", ">" -> (run, value, a) -> Values.compare(run, value, Methods.argument(a, 0)) > 0;
            case "ge", ">=" -> (run, value, a) -> Values.compare(run, value, Methods.argument(a, 0)) >= 0;
            case "in" -> (run, value, a) -> Values.contains(run, Methods.argument(a, 0), value);
            case "sameas" -> (run, value, a) -> value.getClass() == Methods.argument(a, 0).getClass()
                    && Values.equal(run, value, Methods.argument(a, 0));
            case "lower" -> (run, value, a) -> value instanceof String text && text.equals(text.toLowerCase(Locale.ROOT));
            case "upper" -> (run, value, a) -> value instanceof String text && text.equals(text.toUpperCase(Locale.ROOT));
            default -> null;
        });
    }
}
