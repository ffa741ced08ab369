package org.lyceum.models.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code config.json} or {@code generation_config.json}, or an object in one, its keys read with their types. As in
 * {@code transformers}, a key that is null counts as absent. Every complaint is a {@link UserError} that names the file and the key.
 *
 * @param file where it came from
 */
record ConfigJson(Path file, ObjectNode tree) {
    private static final JsonMapper JSON = new JsonMapper();

    static ConfigJson read(Path file) {
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
                return new ConfigJson(file, object);
            }
            throw new UserError(file + " does not hold a JSON object; fetch or save the model again.");
        } catch (JacksonException e) {
            throw new UserError(file + " is not valid JSON; fetch or save the model again.", e);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    /** Whether the key is there and not null. */
    boolean has(String key) {
        return node(key) != null;
    }

    /** Whether the key is there and true or false. */
    boolean isFlag(String key) {
        var node = node(key);
        return node != null && node.isBoolean();
    }

    int integer(String key) {
        return integer(key, null);
    }

    /** The same, {@code absent} if it is not there; with null for {@code absent} it must be. */
    int integer(String key, @Nullable Integer absent) {
        var node = node(key);
        if (node == null) {
            return given(key, absent);
        }
        return wholeNumber(key, node);
    }

    /** The whole numbers under {@code key}, where one alone may stand without its brackets; none if it is not there. */
    List<Integer> integers(String key) {
        var node = node(key);
        if (node == null) {
            return List.of();
        }
        return node.isArray() ? node.valueStream().map(one -> wholeNumber(key, one)).toList() : List.of(wholeNumber(key, node));
    }

    private int wholeNumber(String key, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong(key, node, "a whole number below 2^31");
        }
        return node.intValue();
    }

    double number(String key, @Nullable Double absent) {
        var node = node(key);
        if (node == null) {
            return given(key, absent);
        }
        if (!node.isNumber()) {
            throw wrong(key, node, "a number");
        }
        return node.doubleValue();
    }

    boolean flag(String key, @Nullable Boolean absent) {
        var node = node(key);
        if (node == null) {
            return given(key, absent);
        }
        if (!node.isBoolean()) {
            throw wrong(key, node, "true or false");
        }
        return node.booleanValue();
    }

    String text(String key, @Nullable String absent) {
        var node = node(key);
        if (node == null) {
            return given(key, absent);
        }
        if (!node.isString()) {
            throw wrong(key, node, "text");
        }
        return node.stringValue();
    }

    /** The texts of the list under {@code key}; none if it is not there. */
    List<String> texts(String key) {
        var node = node(key);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.valueStream().anyMatch(one -> !one.isString())) {
            throw wrong(key, node, "a list of texts");
        }
        return node.valueStream().map(JsonNode::stringValue).toList();
    }

    /** What a constant is called in a file: its name in lower case. */
    static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** One of the constants of {@code kind}, as {@link #spelled}. */
    <E extends Enum<E>> E choice(String key, Class<E> kind) {
        var text = text(key, null);
        for (var constant : kind.getEnumConstants()) {
            if (spelled(constant).equals(text)) {
                return constant;
            }
        }
        throw new UserError(file + ": '" + key + "' is '" + text + "', and known are "
                + String.join(", ", Arrays.stream(kind.getEnumConstants()).map(ConfigJson::spelled).toList()) + ".");
    }

    /** The object under {@code key}, an empty one if it is not there. */
    ConfigJson object(String key) {
        var node = node(key);
        if (node == null) {
            return new ConfigJson(file, JSON.createObjectNode());
        }
        if (!(node instanceof ObjectNode object)) {
            throw wrong(key, node, "an object");
        }
        return new ConfigJson(file, object);
    }

    /** Throws {@link UserError} where {@code asked}: this file wants something that we do not compute, as in "asks for …". */
    void refuse(boolean asked, String what) {
        if (asked) {
            throw new UserError(file + " asks for " + what + ", which Lyceum does not compute yet; choose another model.");
        }
    }

    private <T> T given(String key, @Nullable T absent) {
        if (absent == null) {
            throw new UserError(file + " has no key '" + key + "'; it is not the configuration of a model we know, or it is cut off.");
        }
        return absent;
    }

    private @Nullable JsonNode node(String key) {
        var node = tree.get(key);
        return node == null || node.isNull() ? null : node;
    }

    private UserError wrong(String key, JsonNode node, String wanted) {
        var shown = node.toString();
        return new UserError(
                file + ": '" + key + "' must be " + wanted + ", not " + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown) + ".");
    }
}
