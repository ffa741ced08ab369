package org.lyceum.foundation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Configurations are records. A record that holds the defaults is laid out as a tree; a YAML file and {@code key=value} overrides are laid
 * over it; the tree becomes a record again. An unknown key is a {@link UserError} that names the nearest known one, a value of the wrong
 * kind one that says what the key takes.
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
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();
    /** How Jackson writes what JSON has no numbers for. */
    private static final Set<String> NO_NUMBERS = Set.of("NaN", "Infinity", "-Infinity");
    private static final PropertyNamingStrategies.NamingBase KEYS = new PropertyNamingStrategies.SnakeCaseStrategy();

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
        return bind(defaults, tree, yamlFile, "");
    }

    /** What {@code yamlFile} holds, for a file whose keys are several records': each is then read by {@link #of}. */
    public static ObjectNode tree(Path yamlFile) {
        return parse(yamlFile);
    }

    /**
     * {@code defaults}, then the keys of {@code tree}, then each {@code dotted.key=value} of {@code overrides}, last wins.
     *
     * @param file where the tree was read, for errors
     * @param prefix before its keys in errors, {@code "recall."} for instance
     */
    public static <T extends Record> T of(T defaults, ObjectNode tree, Path file, String prefix, List<String> overrides) {
        ObjectNode base = JSON.valueToTree(defaults);
        lay(base, tree, file.toString(), prefix);
        for (var override : overrides) {
            set(base, override);
        }
        return bind(defaults, base, file, prefix);
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

    /**
     * One JSON object as a record like {@code defaults}; what it leaves out keeps its default.
     *
     * @throws JacksonException when {@code json} is not JSON
     * @throws UserError when it is not an object, or has an unknown key or a value of the wrong kind
     */
    public static <T extends Record> T fromJson(T defaults, String json) {
        ObjectNode tree = JSON.valueToTree(defaults);
        if (!(JSON.readTree(json) instanceof ObjectNode object)) {
            throw new UserError("Not a JSON object: " + json);
        }
        lay(tree, object, "JSON", "");
        return bind(defaults, tree, null, "");
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
            } else if (!(known instanceof ObjectNode && entry.getValue().isNull())) { // "model:" with its keys commented out says nothing
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
    private static <T extends Record> T bind(T defaults, ObjectNode tree, @Nullable Path file, String prefix) {
        var where = file == null ? "The configuration" : file.toString();
        check(defaults.getClass(), tree, where, prefix);
        try {
            return (T) JSON.treeToValue(tree, defaults.getClass());
        } catch (UnrecognizedPropertyException e) {
            var known = e.getKnownPropertyIds();
            throw unknown(where, path(e), e.getPropertyName(), known == null ? List.of() : known.stream().map(String::valueOf).toList());
        } catch (JacksonException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof UserError said) {
                    throw said;
                }
            }
            throw UserError.usage(where + ": '" + path(e) + "' has a value of the wrong kind (" + firstLine(e.getOriginalMessage()) + ").");
        }
    }

    /**
     * What Jackson would let pass or say in terms of Java: a missing value where there must be one, and a value of another kind than the
     * key's. A whole number may be written as 1e6.
     */
    private static void check(Class<?> record, ObjectNode tree, String where, String prefix) {
        for (var component : record.getRecordComponents()) {
            var key = KEYS.nameForField(null, null, component.getName());
            var type = component.getType();
            var value = tree.get(key);
            if (value == null) {
                continue;
            }
            if (value instanceof ObjectNode inner && type.isRecord()) {
                check(type, inner, where, prefix + key + ".");
            } else if (value.isNull()) {
                if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                    throw UserError.usage(where + ": '" + prefix + key + "' needs a value: " + kind(type) + ".");
                }
            } else if (isWhole(type) && value.isFloatingPointNumber() && value.canConvertToExactIntegral() && value.canConvertToLong()) {
                tree.put(key, value.decimalValue().longValueExact());
            } else if (!fits(type, value)) {
                var nearest = type.isEnum() ? Nearest.to(value.asString(""), names(type)) : Optional.<String>empty();
                throw UserError
                        .usage(where + ": '" + prefix + key + "' has a value of the wrong kind, " + value + "; it takes " + kind(type)
                                + nearest.map(name -> ": did you mean '" + name + "'?").orElse("."));
            }
        }
    }

    private static boolean fits(Class<?> type, JsonNode value) {
        if (type == boolean.class || type == Boolean.class) {
            return value.isBoolean();
        }
        if (type == int.class || type == Integer.class) {
            return value.isIntegralNumber() && value.canConvertToInt();
        }
        if (type == long.class || type == Long.class) {
            return value.isIntegralNumber() && value.canConvertToLong();
        }
        if (type == double.class || type == Double.class) {
            return value.isNumber() || (value.isString() && NO_NUMBERS.contains(value.stringValue()));
        }
        if (type.isEnum()) {
            return value.isString() && names(type).stream().anyMatch(value.stringValue()::equalsIgnoreCase);
        }
        if (type == String.class) {
            return value.isValueNode();
        }
        if (List.class.isAssignableFrom(type)) {
            return value.isArray();
        }
        return !type.isRecord(); // a record is an object, which was looked into; of other types Jackson judges
    }

    private static boolean isWhole(Class<?> type) {
        return type == int.class || type == Integer.class || type == long.class || type == Long.class;
    }

    private static String kind(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class) {
            return "a whole number below 2^31";
        }
        if (type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        if (type.isEnum()) {
            return "one of " + String.join(", ", names(type));
        }
        if (type == String.class) {
            return "text";
        }
        return List.class.isAssignableFrom(type) ? "a list" : "keys with values";
    }

    private static List<String> names(Class<?> enumeration) {
        return Arrays.stream(enumeration.getEnumConstants()).map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT)).toList();
    }

    private static String path(JacksonException e) {
        var keys = new ArrayList<String>();
        e.getPath().forEach(reference -> keys.add(
                reference.getPropertyName() == null ? String.valueOf(reference.getIndex()) : reference.getPropertyName()));
        return String.join(".", keys);
    }

    private static UserError unknown(String where, String path, String key, Collection<String> known) {
        return UserError.usage(where + ": unknown key '" + path + "'; " + Nearest.hint(key, known));
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no details" : message.lines().findFirst().orElse("").replaceAll("\\.$", "");
    }
}
