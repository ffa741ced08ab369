package org.lyceum.inference.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import org.lyceum.inference.jinja.Values.None;

/** Methods of Python's {@code str}. */
final class StringMethods {
    /** One of them. */
    @FunctionalInterface
    interface Method {
        Object call(Run run, String text, List<Object> arguments, Map<String, Object> named);
    }

    private StringMethods() {
    }

    static Optional<Method> named(String name) {
        return Optional.ofNullable(switch (name) {
            case "strip" -> (run, text, a, n) -> strip(text, a, true, true);
            case "lstrip" -> (run, text, a, n) -> strip(text, a, true, false);
            case "rstrip" -> (run, text, a, n) -> strip(text, a, false, true);
            case "split" -> (run, text, a, n) -> split(run, text, separator(a, n), limit(a, n), false);
            case "rsplit" -> (run, text, a, n) -> split(run, text, separator(a, n), limit(a, n), true);
            case "splitlines" -> (run, text, a, n) -> new ArrayList<Object>(text.lines().toList());
            case "partition" -> (run, text, a, n) -> partition(run, text, text(a, 0), false);
            case "rpartition" -> (run, text, a, n) -> partition(run, text, text(a, 0), true);
            case "startswith" -> (run, text, a, n) -> any(a, text::startsWith);
            case "endswith" -> (run, text, a, n) -> any(a, text::endsWith);
            case "removeprefix" -> (run, text, a, n) -> text.startsWith(text(a, 0)) ? text.substring(text(a, 0).length()) : text;
            case "removesuffix" -> (run, text, a, n) -> text.endsWith(text(a, 0))
                    ? text.substring(0, text.length() - text(a, 0).length())
                    : text;
            case "replace" -> (run, text, a, n) -> replace(run, text, text(a, 0), text(a, 1),
                    a.size() > 2 ? Values.whole(a.get(2)) : Values.whole(n.getOrDefault("count", -1L)));
            case "upper" -> (run, text, a, n) -> text.toUpperCase(Locale.ROOT);
            case "lower" -> (run, text, a, n) -> text.toLowerCase(Locale.ROOT);
            case "capitalize" -> (run, text, a, n) -> capitalize(text);
            case "title" -> (run, text, a, n) -> title(text);
            case "swapcase" -> (run, text, a, n) -> mapped(text, c -> Character.isUpperCase(c)
                    ? Character.toLowerCase(c)
                    : Character.toUpperCase(c));
            case "find" -> (run, text, a, n) -> place(text, find(run, text, text(a, 0), false));
            case "rfind" -> (run, text, a, n) -> place(text, find(run, text, text(a, 0), true));
            case "index" -> (run, text, a, n) -> {
                int at = find(run, text, text(a, 0), false);
                if (at < 0) {
                    throw new TemplateException("the part is not in the text");
                }
                return place(text, at);
            };
            case "count" -> (run, text, a, n) -> count(run, text, text(a, 0));
            case "join" -> (run, text, a, n) -> Filters.join(run, Methods.argument(a, 0), text);
            case "isdigit", "isnumeric", "isdecimal" -> (run, text, a, n) -> all(text, Character::isDigit);
            case "isalpha" -> (run, text, a, n) -> all(text, Character::isLetter);
            case "isalnum" -> (run, text, a, n) -> all(text, Character::isLetterOrDigit);
            case "isspace" -> (run, text, a, n) -> all(text, StringMethods::space);
            case "isupper" ->
                (run, text, a, n) -> !text.equals(text.toLowerCase(Locale.ROOT)) && text.equals(text.toUpperCase(Locale.ROOT));
            case "islower" ->
                (run, text, a, n) -> !text.equals(text.toUpperCase(Locale.ROOT)) && text.equals(text.toLowerCase(Locale.ROOT));
            case "zfill" -> (run, text, a, n) -> padded(run, text, a, "0", true);
            case "rjust" -> (run, text, a, n) -> padded(run, text, a, " ", true);
            case "ljust" -> (run, text, a, n) -> padded(run, text, a, " ", false);
            case "format" -> StringMethods::format;
            default -> null;
        });
    }

    static boolean space(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    private static String text(List<Object> arguments, int index) {
        return text(Methods.argument(arguments, index));
    }

    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new TemplateException("a text is needed in place of a value of type " + Values.typeName(value));
    }

    private static String strip(String text, List<Object> arguments, boolean left, boolean right) {
        var set = arguments.isEmpty() || arguments.getFirst() == None.NONE ? null : text(arguments, 0);
        return strip(text, set == null ? StringMethods::space : c -> set.indexOf(c) >= 0, left, right);
    }

    static String strip(String text, IntPredicate goes, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && goes.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && goes.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static String separator(List<Object> arguments, Map<String, Object> named) {
        var separator = !arguments.isEmpty() ? arguments.getFirst() : named.getOrDefault("sep", None.NONE);
        if (separator == None.NONE) {
            return "";
        }
        if (text(separator).isEmpty()) {
            throw new TemplateException("a text cannot be split at nothing");
        }
        return text(separator);
    }

    private static int limit(List<Object> arguments, Map<String, Object> named) {
        var limit = arguments.size() > 1 ? arguments.get(1) : named.getOrDefault("maxsplit", -1L);
        return (int) Math.clamp(Values.whole(limit), -1, Integer.MAX_VALUE);
    }

    /** At {@code separator}, or for an empty one at white space; at most {@code limit} times unless it is negative. */
    private static List<Object> split(Run run, String text, String separator, int limit, boolean fromRight) {
        run.chargeSearch(text, separator);
        var parts = separator.isEmpty()
                ? fromRight ? wordsFromRight(run, text, limit) : words(run, text, limit)
                : fromRight ? partsFromRight(run, text, separator, limit) : parts(run, text, separator, limit);
        return fromRight ? new ArrayList<>(parts.reversed()) : parts;
    }

    private static List<Object> parts(Run run, String text, String separator, int limit) {
        var parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0 && parts.size() != limit; at = text.indexOf(separator, from)) {
            run.step();
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** The last one first, as in {@link #wordsFromRight}. */
    private static List<Object> partsFromRight(Run run, String text, String separator, int limit) {
        var parts = new ArrayList<>();
        int to = text.length();
        for (int at = text.lastIndexOf(separator); at >= 0
                && parts.size() != limit; at = text.lastIndexOf(separator, to - separator.length())) {
            run.step();
            parts.add(text.substring(at + separator.length(), to));
            to = at;
            if (to < separator.length()) {
                break;
            }
        }
        parts.add(text.substring(0, to));
        return parts;
    }

    private static List<Object> words(Run run, String text, int limit) {
        var words = new ArrayList<>();
        for (int from = next(text, 0, false); from < text.length();) {
            run.step();
            int to = words.size() == limit ? text.length() : next(text, from, true);
            words.add(text.substring(from, to));
            from = next(text, to, false);
        }
        return words;
    }

    private static List<Object> wordsFromRight(Run run, String text, int limit) {
        var words = new ArrayList<>();
        for (int to = previous(text, text.length(), false); to > 0;) {
            run.step();
            int from = words.size() == limit ? 0 : previous(text, to, true);
            words.add(text.substring(from, to));
            to = previous(text, from, false);
        }
        return words;
    }

    /** From {@code at} on the first place of white space, or of something else. */
    private static int next(String text, int at, boolean space) {
        int i = at;
        while (i < text.length() && space(text.charAt(i)) != space) {
            i++;
        }
        return i;
    }

    /** The same from {@code at} backwards: the end of what is found. */
    private static int previous(String text, int at, boolean space) {
        int i = at;
        while (i > 0 && space(text.charAt(i - 1)) != space) {
            i--;
        }
        return i;
    }

    private static int find(Run run, String text, String part, boolean last) {
        run.chargeSearch(text, part);
        return last ? text.lastIndexOf(part) : text.indexOf(part);
    }

    private static long count(Run run, String text, String part) {
        return part.isEmpty() ? Values.length(text) + 1 : split(run, text, part, -1, false).size() - 1L;
    }

    private static List<Object> partition(Run run, String text, String separator, boolean last) {
        if (separator.isEmpty()) {
            throw new TemplateException("a text cannot be split at nothing");
        }
        int at = find(run, text, separator, last);
        if (at < 0) {
            return new Values.Tuple(last ? List.of("", "", text) : List.of(text, "", ""));
        }
        return new Values.Tuple(List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    private static boolean any(List<Object> arguments, Predicate<String> fits) {
        return Methods.argument(arguments, 0) instanceof List<?> several
                ? several.stream().anyMatch(each -> fits.test(text(each)))
                : fits.test(text(arguments, 0));
    }

    static String replace(Run run, String text, String what, String by, long count) {
        if (count == 0) {
            return text;
        }
        if (what.isEmpty()) {
            throw new TemplateException("nothing cannot be replaced by something");
        }
        run.chargeSearch(text, what);
        var out = new StringBuilder();
        int from = 0;
        long left = count < 0 ? Long.MAX_VALUE : count;
        for (int at = text.indexOf(what); at >= 0 && left-- > 0; at = text.indexOf(what, from)) {
            out.append(text, from, at).append(by);
            from = at + what.length();
            run.checkLength(out.length());
        }
        return run.made(out.append(text, from, text.length()).toString());
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first).toLowerCase(Locale.ROOT);
    }

    static String title(String text) {
        var out = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inside = Character.isLetter(c);
        }
        return out.toString();
    }

    private static String mapped(String text, IntUnaryOperator map) {
        var out = new StringBuilder();
        text.codePoints().map(map).forEach(out::appendCodePoint);
        return out.toString();
    }

    private static long place(String text, int at) {
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    private static String padded(Run run, String text, List<Object> arguments, String by, boolean left) {
        long missing = Values.whole(Methods.argument(arguments, 0)) - Values.length(text);
        run.checkLength(missing);
        var padding = by.repeat((int) Math.max(0, missing));
        return run.made(left ? padding + text : text + padding);
    }

    /** {@code {}}, {@code {0}} and {@code {name}}; no attributes, which is how formats reach where they should not. */
    private static String format(Run run, String text, List<Object> arguments, Map<String, Object> named) {
        var out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c == '{' || c == '}') && i + 1 < text.length() && text.charAt(i + 1) == c) {
                out.append(c);
                i++;
            } else if (c == '{') {
                int end = text.indexOf('}', i);
                if (end < 0) {
                    throw new TemplateException("a format does not end");
                }
                var field = text.substring(i + 1, end);
                Object value;
                if (field.isEmpty() || field.matches("[0-9]{1,4}")) {
                    value = Methods.argument(arguments, field.isEmpty() ? next++ : Integer.parseInt(field));
                } else if (named.get(field) instanceof Object found) {
                    value = found;
                } else {
                    throw new TemplateException("the format field '" + field + "' is not one that is known here");
                }
                out.append(Values.text(run, value));
                i = end;
            } else {
                out.append(c);
            }
            run.checkLength(out.length());
        }
        return run.made(out.toString());
    }
}
