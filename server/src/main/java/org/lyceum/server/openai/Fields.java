package org.lyceum.server.openai;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lyceum.server.http.HttpError;
import org.lyceum.server.http.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object's fields, read with their types and bounds. What is wrong is an {@link HttpError} that names the field by its path from the
 * top of the request, {@code messages[2].content} for instance. A field that is null counts as absent, as OpenAI's clients send it.
 */
final class Fields {
    private final ObjectNode object;
    private final String path;

    /** The fields of a request's body. */
    Fields(ObjectNode object) {
        this(object, "");
    }

    private Fields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** The path of the field {@code name}, as error messages give it. */
    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The value of {@code name}, whatever it is; null if absent or null. */
    @Nullable
    JsonNode get(String name) {
        var value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String name) {
        return get(name) != null;
    }

    /** The object itself. */
    ObjectNode node() {
        return object;
    }

    String text(String name) {
        return optionalText(name).orElseThrow(() -> missing(name, "a string"));
    }

    Optional<String> optionalText(String name) {
        var value = get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw wrong(name, "a string", value);
        }
        return Optional.of(value.stringValue());
    }

    /** One of {@code known}; {@code fallback} if absent. */
    String choice(String name, String fallback, String... known) {
        var value = optionalText(name).orElse(fallback);
        if (!Arrays.asList(known).contains(value)) {
            throw HttpError.badField(path(name), "'" + path(name) + "' must be one of " + String.join(", ", known) + ", not '"
                    + shown(value) + "'.");
        }
        return value;
    }

    boolean flag(String name) {
        return optionalFlag(name).orElse(false);
    }

    Optional<Boolean> optionalFlag(String name) {
        var value = get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw wrong(name, "true or false", value);
        }
        return Optional.of(value.booleanValue());
    }

    /** A number from {@code least} to {@code most}. */
    double number(String name, double fallback, double least, double most) {
        var value = get(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isNumber()) {
            throw wrong(name, "a number", value);
        }
        double number = value.doubleValue();
        if (!(number >= least && number <= most)) {
            throw HttpError.badField(path(name), "'" + path(name) + "' must be from " + plain(least) + " to " + plain(most) + ", not "
                    + shown(value.toString()) + ".");
        }
        return number;
    }

    /** A whole number from {@code least} to {@code most}; empty if absent. */
    Optional<Integer> whole(String name, int least, int most) {
        return wholeLong(name, least, most).map(Long::intValue);
    }

    Optional<Long> wholeLong(String name, long least, long most) {
        var value = get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isNumber() || !value.canConvertToExactIntegral()) {
            throw wrong(name, "a whole number", value);
        }
        if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
            throw HttpError.badField(path(name), "'" + path(name) + "' must be a whole number from " + least + " to " + most + ", not "
                    + shown(value.toString()) + ".");
        }
        return Optional.of(value.longValue());
    }

    Optional<Fields> object(String name) {
        var value = get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof ObjectNode inner)) {
            throw wrong(name, "an object", value);
        }
        return Optional.of(new Fields(inner, path(name)));
    }

    /** The elements of an array of objects; none if absent. */
    List<Fields> objects(String name, int most) {
        var found = new ArrayList<Fields>();
        var elements = array(name, most).iterator();
        for (int i = 0; elements.hasNext(); i++) {
            var element = elements.next();
            var at = name + "[" + i + "]";
            if (!(element instanceof ObjectNode inner)) {
                throw wrong(at, "an object", element);
            }
            found.add(new Fields(inner, path(at)));
        }
        return found;
    }

    /** A string or an array of strings, as a list; empty if absent. */
    List<String> texts(String name, int most) {
        var value = get(name);
        if (value == null) {
            return List.of();
        }
        if (value.isString()) {
            return List.of(value.stringValue());
        }
        if (!value.isArray()) {
            throw wrong(name, "a string or an array of strings", value);
        }
        var found = new ArrayList<String>();
        for (Iterator<JsonNode> elements = array(name, most).iterator(); elements.hasNext();) {
            var element = elements.next();
            if (!element.isString()) {
                throw wrong(name + "[" + found.size() + "]", "a string", element);
            }
            found.add(element.stringValue());
        }
        return found;
    }

    private Iterable<JsonNode> array(String name, int most) {
        var value = get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, "an array", value);
        }
        if (value.size() > most) {
            throw HttpError.badField(path(name), "'" + path(name) + "' has " + value.size() + " elements; at most " + most + " are taken.");
        }
        return value;
    }

    HttpError missing(String name, String kind) {
        return HttpError.badField(path(name), "'" + path(name) + "' is missing; it takes " + kind + ".");
    }

    HttpError wrong(String name, String kind, JsonNode value) {
        return HttpError.badField(path(name), "'" + path(name) + "' must be " + kind + ", not " + Json.kind(value) + ".");
    }

    static String shown(String value) {
        return value.length() > 60 ? value.substring(0, 60) + "…" : value;
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
