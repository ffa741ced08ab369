package org.lyceum.inference.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.jinja.Values.Callable;

/** The functions that jinja2 and {@code transformers} give to every template. */
final class Globals {
    private static final long LONGEST_RANGE = 100_000; // as jinja2's sandbox

    private static final Map<String, Callable> ALL = Map.of("range", Globals::range, "dict", Globals::dict, "namespace", Globals::namespace,
            "raise_exception", Globals::raise, "strftime_now", Globals::now, "joiner", Globals::joiner);

    private Globals() {
    }

    static void putInto(Scope scope) {
        ALL.forEach(scope::set);
    }

    private static Object range(Run run, List<Object> arguments, Map<String, Object> named) {
        long from = arguments.size() > 1 ? Values.whole(arguments.get(0)) : 0;
        long to = Values.whole(Methods.argument(arguments, arguments.size() > 1 ? 1 : 0));
        long step = arguments.size() > 2 ? Values.whole(arguments.get(2)) : 1;
        if (step == 0) {
            throw new TemplateException("the step of a range is 0");
        }
        var numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            run.step();
            numbers.add(i);
            if (numbers.size() > LONGEST_RANGE) {
                throw new TemplateException("it has a range of more than " + LONGEST_RANGE + " numbers");
            }
        }
        return numbers;
    }

    private static Object dict(Run run, List<Object> arguments, Map<String, Object> named) {
        var map = new LinkedHashMap<Object, Object>();
        if (!arguments.isEmpty() && arguments.getFirst() instanceof Map<?, ?> start) {
            run.charge(start.size() * 64L);
            map.putAll(start);
        }
        map.putAll(named);
        return map;
    }

    private static Object namespace(Run run, List<Object> arguments, Map<String, Object> named) {
        var namespace = new Values.Namespace();
        if (!arguments.isEmpty() && arguments.getFirst() instanceof Map<?, ?> start) {
            run.charge(start.size() * 64L);
            start.forEach((name, value) -> namespace.attributes.put(String.valueOf(name), value));
        }
        namespace.attributes.putAll(named);
        return namespace;
    }

    private static Object raise(Run run, List<Object> arguments, Map<String, Object> named) {
        throw TemplateException.raised(arguments.isEmpty() ? "no reason given" : Values.text(run, arguments.getFirst()));
    }

    /** Nothing the first time, the separator from then on. */
    private static Object joiner(Run run, List<Object> arguments, Map<String, Object> named) {
        var separator = arguments.isEmpty() ? ", " : Values.text(run, arguments.getFirst());
        var state = new Values.Namespace();
        return (Callable) (r, a, n) -> state.attributes.put("used", true) == null ? "" : separator;
    }

    private static Object now(Run run, List<Object> arguments, Map<String, Object> named) {
        return date(run.now(), StringMethods.text(Methods.argument(arguments, 0)));
    }

    /** C's {@code strftime} in the English locale. */
    static String date(LocalDateTime date, String format) {
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char kind = format.charAt(++i);
            boolean bare = kind == '-' && i + 1 < format.length();
            var pattern = pattern(bare ? format.charAt(++i) : kind);
            if (pattern == null) {
                out.append(kind == '%' ? "%" : "%" + kind);
            } else {
                var text = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(date);
                out.append(bare ? text.replaceFirst("^0+(?=.)", "") : text);
            }
        }
        return out.toString();
    }

    private static @Nullable String pattern(char kind) {
        return switch (kind) {
            case 'd' -> "dd";
            case 'b', 'h' -> "MMM";
            case 'B' -> "MMMM";
            case 'm' -> "MM";
            case 'Y' -> "yyyy";
            case 'y' -> "yy";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'p' -> "a";
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'j' -> "DDD";
            case 'F' -> "yyyy-MM-dd";
            case 'T' -> "HH:mm:ss";
            case 'D' -> "MM/dd/yy";
            case 'f' -> "SSSSSS";
            default -> null;
        };
    }
}
