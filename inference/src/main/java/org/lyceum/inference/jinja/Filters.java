package org.lyceum.inference.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.lyceum.inference.jinja.Values.None;
import org.lyceum.inference.jinja.Values.Undefined;

/** What may stand behind a bar. */
final class Filters {
    /** One of them. */
    @FunctionalInterface
    interface Filter {
        Object apply(Run run, Object value, List<Object> arguments, Map<String, Object> named);
    }

    private Filters() {
    }

    static Optional<Filter> named(String name) {
        return Optional.ofNullable(switch (name) {
            case "trim" -> (run, value, a, n) -> StringMethods.named("strip").orElseThrow().call(run, Values.text(run, value), a, n);
            case "upper" -> (run, value, a, n) -> Values.text(run, value).toUpperCase(Locale.ROOT);
            case "lower" -> (run, value, a, n) -> Values.text(run, value).toLowerCase(Locale.ROOT);
            case "capitalize" -> (run, value, a, n) -> StringMethods.capitalize(Values.text(run, value));
            case "title" -> (run, value, a, n) -> StringMethods.title(Values.text(run, value));
            case "string", "safe" -> (run, value, a, n) -> Values.text(run, value);
            case "escape", "e", "forceescape" -> (run, value, a, n) -> run.made(Values.text(run, value).replace("&", "&amp;")
                    .replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;").replace("\"", "&#34;"));
            case "replace" -> (run, value, a, n) -> StringMethods.replace(run, Values.text(run, value), StringMethods.text(argument(a, 0)),
                    StringMethods.text(argument(a, 1)), a.size() > 2 ? Values.whole(a.get(2)) : -1);
            case "indent" -> Filters::indent;
            case "format" -> (run, value, a, n) -> Arithmetic.percent(run, StringMethods.text(value), a);
            case "wordcount" -> (run, value, a, n) -> (long) Values.text(run, value).strip().split("\\W+").length;
            case "tojson" -> (run, value, a, n) -> JsonText.of(run, value, n, a);
            case "length", "count" -> (run, value, a, n) -> Values.length(value);
            case "default", "d" -> (run, value, a, n) -> value instanceof Undefined
                    || (Values.truth(given(a, n, 1, "boolean", false)) && !Values.truth(value))
                            ? given(a, n, 0, "default_value", "")
                            : value;
            case "join" -> (run, value, a, n) -> join(run, given(a, n, 1, "attribute", None.NONE) instanceof String attribute
                    ? mapped(run, value, each -> path(each, attribute))
                    : value, Values.text(run, given(a, n, 0, "d", "")));
            case "first" ->
                (run, value, a, n) -> Values.iterate(value).hasNext() ? Values.iterate(value).next() : new Undefined("the first item");
            case "last" -> (run, value, a, n) -> {
                var list = Values.list(run, value);
                return list.isEmpty() ? new Undefined("the last item") : list.getLast();
            };
            case "list" -> (run, value, a, n) -> Values.list(run, value);
            case "reverse" ->
                (run, value, a, n) -> Values.slice(run, value instanceof Map ? Values.list(run, value) : value, null, null, -1);
            case "items" -> (run, value, a, n) -> value instanceof Undefined ? List.of() : Methods.pairs(run, map(value));
            case "dictsort" -> (run, value, a, n) -> sorted(run, Methods.pairs(run, map(value)), "0", false);
            case "sort" -> (run, value, a, n) -> sorted(run, Values.list(run, value),
                    given(a, n, 2, "attribute", "") instanceof String attribute ? attribute : "",
                    Values.truth(given(a, n, 0, "reverse", false)));
            case "unique" -> (run, value, a, n) -> unique(run, value);
            case "sum" -> (run, value, a, n) -> {
                Object sum = given(a, n, 1, "start", 0L);
                for (var each : Values.list(run, value)) {
                    sum = Arithmetic.apply(run, "+", sum,
                            given(a, n, 0, "attribute", None.NONE) instanceof String name2 ? path(each, name2) : each);
                }
                return sum;
            };
            case "min" -> (run, value, a, n) -> edge(run, value, 1);
            case "max" -> (run, value, a, n) -> edge(run, value, -1);
            case "abs" -> (run, value, a, n) -> value instanceof Double number ? (Object) Math.abs(number) : Math.abs(Values.whole(value));
            case "int" -> (run, value, a, n) -> whole(value, given(a, n, 0, "default", 0L));
            case "float" -> (run, value, a, n) -> decimal(value, given(a, n, 0, "default", 0.0));
            case "round" -> (run, value, a, n) -> round(Values.decimal(value), Values.whole(given(a, n, 0, "precision", 0L)));
            case "map" -> (run, value, a, n) -> map(run, value, a, n);
            case "select" -> (run, value, a, n) -> chosen(run, value, each -> each, a, 0, true);
            case "reject" -> (run, value, a, n) -> chosen(run, value, each -> each, a, 0, false);
            case "selectattr" -> (run, value, a, n) -> chosen(run, value, each -> path(each, argument(a, 0)), a, 1, true);
            case "rejectattr" -> (run, value, a, n) -> chosen(run, value, each -> path(each, argument(a, 0)), a, 1, false);
            case "groupby" -> Filters::groups;
            default -> null;
        });
    }

    private static Object argument(List<Object> arguments, int index) {
        return Methods.argument(arguments, index);
    }

    private static Object given(List<Object> arguments, Map<String, Object> named, int index, String name, Object otherwise) {
        return index < arguments.size() ? arguments.get(index) : named.getOrDefault(name, otherwise);
    }

    /** {@code attribute.of.attribute}, or an index. */
    private static Object path(Object value, Object path) {
        if (path instanceof Long) {
            return Values.item(value, path);
        }
        Object at = value;
        for (var name : StringMethods.text(path).split("\\.")) {
            at = name.matches("[0-9]{1,9}") ? Values.item(at, Long.parseLong(name)) : Methods.item(at, name);
        }
        return at;
    }

    private static List<Object> mapped(Run run, Object value, UnaryOperator<Object> map) {
        var out = new ArrayList<>();
        for (var each : items(run, value)) {
            run.step();
            out.add(map.apply(each));
        }
        return out;
    }

    static String join(Run run, Object value, String separator) {
        var out = new StringBuilder();
        boolean first = true;
        for (var each = Values.iterate(value); each.hasNext();) {
            out.append(first ? "" : separator).append(Values.text(run, each.next()));
            run.checkLength(out.length());
            run.step();
            first = false;
        }
        return run.made(out.toString());
    }

    /** {@code map(attribute=…)}, or {@code map("filter", …)}. */
    private static Object map(Run run, Object value, List<Object> arguments, Map<String, Object> named) {
        if (named.get("attribute") instanceof Object attribute) {
            return mapped(run, value, each -> path(each, attribute) instanceof Object found && found instanceof Undefined
                    ? named.getOrDefault("default", found)
                    : path(each, attribute));
        }
        var name = StringMethods.text(argument(arguments, 0));
        var filter = named(name).orElseThrow(() -> new TemplateException("there is no filter '" + name + "'"));
        return mapped(run, value, each -> filter.apply(run, each, arguments.subList(1, arguments.size()), named));
    }

    private static List<Object> chosen(Run run, Object value, UnaryOperator<Object> of, List<Object> arguments, int from,
            boolean wanted) {
        Predicate<Object> holds = Values::truth;
        if (arguments.size() > from) {
            var name = StringMethods.text(arguments.get(from));
            var test = Tests.named(name).orElseThrow(() -> new TemplateException("there is no test '" + name + "'"));
            holds = each -> test.holds(run, each, arguments.subList(from + 1, arguments.size()));
        }
        var out = new ArrayList<>();
        for (var each : items(run, value)) {
            run.step();
            if (holds.test(of.apply(each)) == wanted) {
                out.add(each);
            }
        }
        return out;
    }

    /** None has no items to these filters, as in jinja2. */
    private static List<Object> items(Run run, Object value) {
        return Values.truth(value) ? Values.list(run, value) : List.of();
    }

    private static List<Object> sorted(Run run, List<Object> list, String attribute, boolean reverse) {
        list.sort((a, b) -> {
            int order = attribute.isEmpty()
                    ? Values.compare(run, folded(a), folded(b))
                    : Values.compare(run, folded(path(a, attribute)), folded(path(b, attribute)));
            return reverse ? -order : order;
        });
        return list;
    }

    /** Sorting does not tell upper from lower case. */
    private static Object folded(Object value) {
        return value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static List<Object> unique(Run run, Object value) {
        var seen = new HashSet<Object>();
        var out = new ArrayList<>();
        for (var each : Values.list(run, value)) {
            if (seen.add(Values.key(folded(each)))) {
                out.add(each);
            }
        }
        return out;
    }

    private static Object groups(Run run, Object value, List<Object> arguments, Map<String, Object> named) {
        var groups = new LinkedHashMap<Object, List<Object>>();
        var attribute = given(arguments, named, 0, "attribute", "");
        for (var each : sorted(run, Values.list(run, value), StringMethods.text(attribute), false)) {
            groups.computeIfAbsent(Values.key(path(each, attribute)), _ -> new ArrayList<>()).add(each);
        }
        var out = new ArrayList<>();
        groups.forEach((key, list) -> out.add(new Values.Tuple(List.of(key, list))));
        return out;
    }

    private static Object edge(Run run, Object value, int sign) {
        Object best = new Undefined("an item of nothing");
        for (var each : Values.list(run, value)) {
            best = best instanceof Undefined || Values.compare(run, folded(each), folded(best)) * sign < 0 ? each : best;
        }
        return best;
    }

    private static Map<?, ?> map(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new TemplateException("a dict is needed in place of a value of type " + Values.typeName(value));
    }

    private static Object whole(Object value, Object otherwise) {
        try {
            return switch (value) {
                case String text ->
                    text.strip().matches("[-+]?[0-9]+") ? (Object) Long.parseLong(text.strip()) : (long) Double.parseDouble(text);
                case Double number -> number.longValue();
                case Object other when Values.isNumber(other) -> Values.whole(other);
                default -> otherwise;
            };
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }

    private static Object decimal(Object value, Object otherwise) {
        try {
            return value instanceof String text
                    ? (Object) Double.parseDouble(text)
                    : Values.isNumber(value) ? Values.decimal(value) : otherwise;
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }

    private static double round(double value, long digits) {
        return Double.isFinite(value)
                ? new BigDecimal(value).setScale((int) Math.clamp(digits, -300, 300), RoundingMode.HALF_EVEN).doubleValue()
                : value;
    }

    private static String indent(Run run, Object value, List<Object> arguments, Map<String, Object> named) {
        var width = given(arguments, named, 0, "width", 4L);
        if (width instanceof Long spaces) {
            run.checkLength(spaces);
        }
        var by = width instanceof String text ? text : " ".repeat((int) Math.clamp(Values.whole(width), 0, Integer.MAX_VALUE));
        boolean first = Values.truth(given(arguments, named, 1, "first", false));
        boolean blank = Values.truth(given(arguments, named, 2, "blank", false));
        var out = new StringBuilder();
        int number = 0;
        for (var line : Values.text(run, value).split("\n", -1)) {
            out.append(number > 0 ? "\n" : "").append((number > 0 || first) && (blank || !line.isEmpty()) ? by : "").append(line);
            run.checkLength(out.length());
            number++;
        }
        return run.made(out.toString());
    }
}
