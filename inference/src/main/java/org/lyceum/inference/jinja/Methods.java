package org.lyceum.inference.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lyceum.inference.jinja.Values.Callable;
import org.lyceum.inference.jinja.Values.None;
import org.lyceum.inference.jinja.Values.Undefined;

/** Attributes and methods of values. As in jinja2's immutable sandbox, no method changes what it is called on. */
final class Methods {
    private Methods() {
    }

    /** {@code value.name}: a method, else the item of that name. */
    static Object attribute(Object value, String name) {
        return switch (value) {
            case Undefined undefined -> throw new TemplateException("'" + undefined.name() + "' is undefined, so it has no '" + name + "'");
            case Map<?, ?> map -> dictionary(map, name) instanceof Callable method ? method : Values.item(map, name);
            case String text -> string(text, name);
            case List<?> list -> list(list, name);
            case None _ -> new Undefined(name);
            default -> Values.item(value, name);
        };
    }

    /** {@code value[key]}: the item, else the method of that name. */
    static Object item(Object value, Object key) {
        var item = Values.item(value, key);
        return item instanceof Undefined && key instanceof String name && !(value instanceof Values.Namespace)
                ? attribute(value, name)
                : item;
    }

    private static Object dictionary(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> (Callable) (run, arguments, named) -> pairs(run, map);
            case "keys" -> (Callable) (run, arguments, named) -> new ArrayList<Object>(map.keySet());
            case "values" -> (Callable) (run, arguments, named) -> new ArrayList<Object>(map.values());
            case "get" -> (Callable) (run, arguments, named) -> map.get(Values.key(argument(arguments, 0))) instanceof Object found
                    ? found
                    : arguments.size() > 1 ? arguments.get(1) : named.getOrDefault("default", None.NONE);
            case "copy" -> (Callable) (run, arguments, named) -> map;
            case "update", "pop", "popitem", "clear", "setdefault" -> refused(name);
            default -> new Undefined(name);
        };
    }

    static List<Object> pairs(Run run, Map<?, ?> map) {
        var pairs = new ArrayList<>();
        map.forEach((key, value) -> {
            run.step();
            pairs.add(new Values.Tuple(List.of(key, value)));
        });
        return pairs;
    }

    private static Object list(List<?> list, String name) {
        return switch (name) {
            case "index" -> (Callable) (run, arguments, named) -> {
                for (int i = 0; i < list.size(); i++) {
                    if (Values.equal(run, list.get(i), argument(arguments, 0))) {
                        return (long) i;
                    }
                }
                throw new TemplateException("the value is not in the list");
            };
            case "count" -> (Callable) (run, arguments, named) -> list.stream()
                    .filter(each -> Values.equal(run, each, argument(arguments, 0))).count();
            case "copy" -> (Callable) (run, arguments, named) -> list;
            case "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse" -> refused(name);
            default -> new Undefined(name);
        };
    }

    private static Callable refused(String name) {
        return (run, arguments, named) -> {
            throw new TemplateException("'" + name + "' would change a value, which a template may not");
        };
    }

    private static Object string(String text, String name) {
        return StringMethods.named(name).<Object>map(method -> (Callable) (run, arguments, named) -> {
            run.charge(text.length());
            return method.call(run, text, arguments, named);
        }).orElseGet(() -> new Undefined(name));
    }

    static Object argument(List<Object> arguments, int index) {
        if (index >= arguments.size()) {
            throw new TemplateException("a call has too few arguments");
        }
        return arguments.get(index);
    }
}
