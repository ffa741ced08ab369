package org.lyceum.foundation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Configurations are records. A record that holds the defaults is laid out as a tree; a YAML file and {@code key=value} overrides are laid
 * over it; an unknown key is an error that names the nearest known one; the tree becomes a record again.
 */
public final class Records {
    // Keys are snake_case, as everywhere in the field: record component keyValueHeads is the key key_value_heads.
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .build();
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private Records() {
    }

    /** {@code defaults}, then what {@code yamlFile} says (if given), then each {@code dotted.key=value} of {@code overrides}, last wins. */
    public static <T extends Record> T read(T defaults, @Nullable Path yamlFile, List<String> overrides) {
        ObjectNode tree = JSON.valueToTree(defaults);
        if (yamlFile != null) {
            lay(tree, parse(yamlFile), yamlFile.toString(), "");
        }
        for (var override : overrides) {
            set(tree, override);
        }
        return bind(defaults, tree, yamlFile);
    }

    /** The record as YAML text, keys in the order of the record's components. */
    public static String toYaml(Record record) {
        return YAML.writeValueAsString(JSON.<JsonNode>valueToTree(record));
    }

    /** The record as a tree, with the keys that {@code --set} takes. */
    public static JsonNode toTree(Record record) {
        return JSON.valueToTree(record);
    }

    /** One JSON object on one line. */
    public static String toJson(Object value) {
        return JSON.writeValueAsString(value);
    }

    /** One JSON object as a record like {@code defaults}; what it leaves out keeps its default. */
    public static <T extends Record> T fromJson(T defaults, String json) {
        ObjectNode tree = JSON.valueToTree(defaults);
        if (!(JSON.readTree(json) instanceof ObjectNode object)) {
            throw new UserError("Not a JSON object: " + json);
        }
        lay(tree, object, "JSON", "");
        return bind(defaults, tree, null);
    }

    private static ObjectNode parse(Path file) {
        try {
            JsonNode node = YAML.readTree(Files.readString(file));
            return switch (node) {
                case ObjectNode object -> object;
                case JsonNode empty when empty.isMissingNode() || empty.isNull() -> JSON.createObjectNode();
                default -> throw UserError.usage(file + " must hold keys and values, one 'key: value' a line.");
            };
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw UserError.usage(file + " is not valid YAML" + (at == null ? "" : " at line " + at.getLineNr()) + ": "
                    + firstLine(e.getOriginalMessage()) + ".");
        }
    }

    private static void lay(ObjectNode base, ObjectNode over, String where, String prefix) {
        for (var entry : over.properties()) {
            var key = entry.getKey();
            var known = base.get(key);
            if (known == null) {
                throw unknown(where, prefix + key, key, base.propertyNames());
            }
            if (known instanceof ObjectNode inner && entry.getValue() instanceof ObjectNode value) {
                lay(inner, value, where, prefix + key + ".");
            } else {
                base.set(key, entry.getValue());
            }
        }
    }

    private static void set(ObjectNode tree, String override) {
        int equals = override.indexOf('=');
        if (equals <= 0) {
            throw UserError.usage("--set takes key=value, as in --set model.depth=6, not '" + override + "'.");
        }
        var path = override.substring(0, equals).strip();
        var keys = path.split("\\.", -1);
        var node = tree;
        for (int i = 0; i < keys.length; i++) {
            var child = node.get(keys[i]);
            if (child == null) {
                throw unknown("--set", path, keys[i], node.propertyNames());
            }
            if (i == keys.length - 1) {
                var text = override.substring(equals + 1);
                try {
                    var value = YAML.readTree(text);
                    node.set(keys[i], value.isMissingNode() ? NullNode.getInstance() : value);
                } catch (JacksonException _) {
                    node.put(keys[i], text);
                }
            } else if (child instanceof ObjectNode inner) {
                node = inner;
            } else {
                throw UserError.usage("--set " + override + ": '" + keys[i] + "' is a single value and has no keys of its own.");
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Record> T bind(T defaults, ObjectNode tree, @Nullable Path file) {
        try {
            return (T) JSON.treeToValue(tree, defaults.getClass());
        } catch (DatabindException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof UserError said) {
                    throw said;
                }
            }
            var keys = new ArrayList<String>();
            e.getPath().forEach(reference -> keys.add(String.valueOf(reference.getPropertyName())));
            throw UserError.usage((file == null ? "The configuration" : file.toString()) + ": '" + String.join(".", keys)
                    + "' has a value of the wrong kind ("
                    + firstLine(e.getOriginalMessage()) + ").");
        }
    }

    private static UserError unknown(String where, String path, String key, Collection<String> known) {
        return UserError.usage(where + ": unknown key '" + path + "'; " + Nearest.hint(key, known));
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no details" : message.lines().findFirst().orElse("").replaceAll("\\.$", "");
    }
}
