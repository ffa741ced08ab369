package org.lyceum.inference.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.jinja.Values.None;
import org.lyceum.inference.jinja.Values.Undefined;

/** The filter {@code tojson} with the settings of {@code transformers}: Python's {@code json.dumps(…, ensure_ascii=False)}. */
final class JsonText {
    private final Run run;
    private final StringBuilder out = new StringBuilder();
    private final @Nullable String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean ascii;
    private final boolean sorted;

    private JsonText(Run run, Map<String, Object> named, List<Object> arguments) {
        this.run = run;
        var width = named.getOrDefault("indent", arguments.size() > 1 ? arguments.get(1) : None.NONE);
        this.indent = width instanceof String text
                ? text
                : width instanceof Long spaces ? " ".repeat((int) Math.clamp(spaces, 0, 64)) : null;
        var separators = named.get("separators") instanceof List<?> pair && pair.size() == 2 ? pair : null;
        this.itemSeparator = separators != null ? String.valueOf(separators.get(0)) : indent != null ? "," : ", ";
        this.keySeparator = separators != null ? String.valueOf(separators.get(1)) : ": ";
        this.ascii = Values.truth(named.getOrDefault("ensure_ascii", !arguments.isEmpty() && Values.truth(arguments.getFirst())));
        this.sorted = Values.truth(named.getOrDefault("sort_keys", false));
    }

    static String of(Run run, Object value, Map<String, Object> named, List<Object> arguments) {
        var json = new JsonText(run, named, arguments);
        json.write(value, 0);
        return run.made(json.out.toString());
    }

    private void write(Object value, int depth) {
        run.step();
        run.checkLength(out.length());
        if (depth > Run.DEPTH) {
            throw new TemplateException("a value is nested too deeply");
        }
        switch (value) {
            case None _ -> out.append("null");
            case Boolean flag -> out.append(flag.booleanValue());
            case Long number -> out.append(number.longValue());
            case Double number -> out.append(Values.number(number));
            case String text -> {
                run.charge(text.length());
                quote(text);
            }
            case List<?> list -> items('[', ']', list.iterator(), depth);
            case Map<?, ?> map -> items('{', '}', (sorted ? sorted(map) : map).entrySet().iterator(), depth);
            case Map.Entry<?, ?> entry -> {
                quote(entry.getKey() instanceof String name ? name : key(entry.getKey()));
                out.append(keySeparator);
                write(entry.getValue(), depth);
            }
            case Undefined undefined -> throw new TemplateException("'" + undefined.name() + "' is undefined, so it is no JSON");
            default -> throw new TemplateException("a value of type " + Values.typeName(value) + " is no JSON");
        }
    }

    private static Map<?, ?> sorted(Map<?, ?> map) {
        try {
            return new TreeMap<>(map);
        } catch (ClassCastException e) {
            throw new TemplateException("keys of different types cannot be sorted");
        }
    }

    private String key(Object key) {
        return switch (key) {
            case None _ -> "null";
            case Boolean flag -> String.valueOf(flag);
            default -> Values.text(run, key);
        };
    }

    private void items(char open, char close, Iterator<?> items, int depth) {
        out.append(open);
        boolean any = false;
        while (items.hasNext()) {
            out.append(any ? itemSeparator : "");
            line(depth + 1);
            var item = items.next();
            write(item, depth + 1);
            any = true;
        }
        if (any) {
            line(depth);
        }
        out.append(close);
    }

    private void line(int depth) {
        if (indent != null) {
            out.append('\n').append(indent.repeat(depth));
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20 || (ascii && c > 0x7E)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
