package org.lyceum.inference.jinja;

import java.math.BigDecimal;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's values as a template sees them: {@link None}, {@link Undefined}, Boolean, Long, Double, String, List, Map, {@link Namespace} and
 * {@link Callable}; nothing else ever gets in.
 */
final class Values {
    /** Python's None. */
    enum None {
        NONE
    }

    /** A name or key that is not there: empty when printed, false, an error when anything is asked of it. */
    record Undefined(String name) {
    }

    /** {@code namespace(…)}: the one thing that a template may change. */
    static final class Namespace {
        final Map<String, Object> attributes = new LinkedHashMap<>();
    }

    /** A function, method or macro. */
    @FunctionalInterface
    interface Callable {
        Object call(Run run, List<Object> arguments, Map<String, Object> named);
    }

    /** A list that prints as a tuple. */
    static final class Tuple extends AbstractList<Object> {
        private final List<Object> items;

        Tuple(List<Object> items) {
            this.items = items;
        }

        @Override
        public Object get(int index) {
            return items.get(index);
        }

        @Override
        public int size() {
            return items.size();
        }
    }

    private Values() {
    }

    /** Deep copy of plain Java data: numbers, texts, lists, maps; everything else is refused. */
    static Object of(@Nullable Object value) {
        return switch (value) {
            case null -> None.NONE;
            case String text -> text;
            case Boolean flag -> flag;
            case Double number -> number;
            case Float number -> number.doubleValue();
            case Number number -> number.longValue();
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<Object, Object>();
                map.forEach((key, each) -> copy.put(of(key), of(each)));
                yield copy;
            }
            case Iterable<?> list -> {
                var copy = new ArrayList<>();
                list.forEach(each -> copy.add(of(each)));
                yield copy;
            }
            case Callable callable -> callable;
            default -> throw new IllegalArgumentException("no template value: " + value.getClass());
        };
    }

    static boolean truth(Object value) {
        return switch (value) {
            case None _,Undefined _ -> false;
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    static String typeName(Object value) {
        return switch (value) {
            case None _ -> "None";
            case Undefined undefined -> "undefined value '" + undefined.name + "'";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float";
            case String _ -> "str";
            case List<?> _ -> "list";
            case Map<?, ?> _ -> "dict";
            case Namespace _ -> "namespace";
            default -> "function";
        };
    }

    /** Python's {@code str}. */
    static String text(Run run, Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined missing when run.strict() -> throw new TemplateException("'" + missing.name() + "' is undefined");
            case Undefined _ -> "";
            default -> {
                var out = new StringBuilder();
                repr(run, value, out, 0);
                yield out.toString();
            }
        };
    }

    /** Python's {@code repr}. */
    static void repr(Run run, Object value, StringBuilder out, int depth) {
        run.step();
        run.checkLength(out.length());
        if (depth > Run.DEPTH) {
            throw new TemplateException("a value is nested too deeply");
        }
        switch (value) {
            case None _ -> out.append("None");
            case Undefined _ -> out.append("Undefined");
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Double number -> out.append(number(number));
            case String text -> {
                run.charge(text.length());
                quote(text, out);
            }
            case List<?> list -> {
                boolean tuple = list instanceof Tuple;
                out.append(tuple ? '(' : '[');
                var separator = "";
                for (var each : list) {
                    repr(run, each, out.append(separator), depth + 1);
                    separator = ", ";
                }
                out.append(tuple && list.size() == 1 ? ",)" : tuple ? ")" : "]");
            }
            case Map<?, ?> map -> {
                out.append('{');
                var separator = "";
                for (var entry : map.entrySet()) {
                    repr(run, entry.getKey(), out.append(separator), depth + 1);
                    repr(run, entry.getValue(), out.append(": "), depth + 1);
                    separator = ", ";
                }
                out.append('}');
            }
            case Namespace _ -> out.append("<Namespace>");
            case Callable _ -> out.append("<function>");
            default -> out.append(value);
        }
    }

    private static void quote(String text, StringBuilder out) {
        char mark = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(mark);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == mark) {
                        out.append('\\').append(mark);
                    } else if (c < 0x20 || c == 0x7F) {
                        out.append("\\x%02x".formatted(c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        out.append(mark);
    }

    /** As Python prints a float. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-4 || size >= 1e16)) {
            var text = Double.toString(value).replace(".0E", "E");
            int e = text.indexOf('E');
            int exponent = Integer.parseInt(text.substring(e + 1));
            return text.substring(0, e) + "e" + (exponent < 0 ? "-" : "+") + "%02d".formatted(Math.abs(exponent));
        }
        var text = new BigDecimal(Double.toString(value)).toPlainString();
        return text.contains(".") ? text : text + ".0";
    }

    static Iterator<?> iterate(Object value) {
        return switch (value) {
            case List<?> list -> list.iterator();
            case Map<?, ?> map -> map.keySet().iterator();
            case String text -> text.codePoints().mapToObj(Character::toString).iterator();
            case Undefined _ -> List.of().iterator();
            default -> throw new TemplateException("a value of type " + typeName(value) + " cannot be gone through");
        };
    }

    static List<Object> list(Run run, Object value) {
        var list = new ArrayList<>();
        iterate(value).forEachRemaining(each -> {
            run.step();
            list.add(each);
        });
        return list;
    }

    static long length(Object value) {
        return switch (value) {
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case String text -> text.codePointCount(0, text.length());
            case Undefined _ -> 0;
            default -> throw new TemplateException("a value of type " + typeName(value) + " has no length");
        };
    }

    /** Whether the value is a number as Python counts: True is 1. */
    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double decimal(Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag ? 1 : 0;
            default -> throw new TemplateException("a value of type " + typeName(value) + " is not a number");
        };
    }

    static long whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1 : 0;
            default -> throw new TemplateException("a value of type " + typeName(value) + " is not a whole number");
        };
    }

    static boolean equal(Run run, Object a, Object b) {
        run.step();
        if (isNumber(a) && isNumber(b)) {
            return a instanceof Double || b instanceof Double ? decimal(a) == decimal(b) : whole(a) == whole(b);
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!equal(run, left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
            if (left.size() != right.size()) {
                return false;
            }
            for (var entry : left.entrySet()) {
                var other = right.get(entry.getKey());
                if (other == null || !equal(run, entry.getValue(), other)) {
                    return false;
                }
            }
            return true;
        }
        if (a instanceof String left && b instanceof String right) {
            run.charge(Math.min(left.length(), right.length()));
        }
        return a instanceof Undefined ? b instanceof Undefined : a.equals(b);
    }

    static int compare(Run run, Object a, Object b) {
        run.step();
        if (isNumber(a) && isNumber(b)) {
            return a instanceof Double || b instanceof Double ? Double.compare(decimal(a), decimal(b)) : Long.compare(whole(a), whole(b));
        }
        if (a instanceof String left && b instanceof String right) {
            run.charge(Math.min(left.length(), right.length()));
            return left.compareTo(right);
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
                int order = compare(run, left.get(i), right.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(left.size(), right.size());
        }
        throw new TemplateException("values of types " + typeName(a) + " and " + typeName(b) + " cannot be compared");
    }

    static boolean contains(Run run, Object container, Object element) {
        return switch (container) {
            case String text -> {
                if (!(element instanceof String part)) {
                    throw new TemplateException("only a text can be in a text, not a value of type " + typeName(element));
                }
                run.chargeSearch(text, part);
                yield text.contains(part);
            }
            case Map<?, ?> map -> map.containsKey(key(element));
            default -> {
                for (var each = iterate(container); each.hasNext();) {
                    if (equal(run, each.next(), element)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    /** {@code value} if it may be a key of a dict; the hash of a nested list could take forever. */
    static Object key(Object value) {
        if (value instanceof List || value instanceof Map) {
            throw new TemplateException("a value of type " + typeName(value) + " cannot be a key");
        }
        return value;
    }

    /** {@code container[key]}. */
    static Object item(Object container, Object key) {
        return switch (container) {
            case Map<?, ?> map -> map.get(key(key)) instanceof Object found ? found : new Undefined(String.valueOf(key));
            case List<?> list when key instanceof Long at -> {
                long i = at < 0 ? at + list.size() : at;
                yield i >= 0 && i < list.size() ? list.get((int) i) : new Undefined("item " + at);
            }
            case String text when key instanceof Long at -> {
                long size = length(text);
                long i = at < 0 ? at + size : at;
                if (i < 0 || i >= size) {
                    yield new Undefined("character " + at);
                }
                yield Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) i)));
            }
            case Namespace namespace -> namespace.attributes.get(String.valueOf(key)) instanceof Object found
                    ? found
                    : new Undefined(String.valueOf(key));
            case Undefined undefined -> throw new TemplateException("'" + undefined.name + "' is undefined");
            default -> new Undefined(String.valueOf(key));
        };
    }

    /** {@code container[from:to:step]}; null for a part that was left out. */
    static Object slice(Run run, Object container, @Nullable Long from, @Nullable Long to, long step) {
        if (step == 0) {
            throw new TemplateException("the step of a slice is 0");
        }
        if (container instanceof Undefined undefined) {
            throw new TemplateException("'" + undefined.name + "' is undefined");
        }
        if (!(container instanceof List<?> || container instanceof String)) {
            throw new TemplateException("a value of type " + typeName(container) + " cannot be cut in slices");
        }
        var all = list(run, container);
        int size = all.size();
        long start = from == null ? (step > 0 ? 0 : size - 1) : clamp(from, size, step);
        long end = to == null ? (step > 0 ? size : -1) : clamp(to, size, step);
        var out = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += step) {
            out.add(all.get((int) i));
        }
        if (container instanceof String) {
            var text = new StringBuilder();
            out.forEach(text::append);
            return text.toString();
        }
        return out;
    }

    private static long clamp(long at, int size, long step) {
        long i = at < 0 ? at + size : at;
        return step > 0 ? Math.clamp(i, 0, size) : Math.clamp(i, -1, size - 1);
    }
}
