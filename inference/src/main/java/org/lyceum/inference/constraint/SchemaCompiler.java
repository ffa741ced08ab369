package org.lyceum.inference.constraint;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.constraint.Grammar.Piece;
import org.lyceum.inference.constraint.JsonGrammar.Member;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * A JSON Schema (draft 2020-12) to grammar: the keywords that OpenAI's structured outputs know, and lengths. What the grammar writes is
 * valid; it does not write everything that is.
 */
final class SchemaCompiler {
    /** Keywords that say nothing about what is valid. */
    private static final Set<String> ANNOTATIONS = Set.of("title", "description", "default", "examples", "example", "$schema", "$id",
            "$comment", "deprecated", "readOnly", "writeOnly", "$defs", "definitions");
    private static final Map<String, Set<String>> BY_TYPE = Map.of(
            "object", Set.of("properties", "required", "additionalProperties"),
            "array", Set.of("items", "minItems", "maxItems"),
            "string", Set.of("minLength", "maxLength", "pattern", "format"),
            "integer", Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
            "number", Set.of(),
            "boolean", Set.of(),
            "null", Set.of());
    private static final List<String> TYPES = List.of("object", "array", "string", "integer", "number", "boolean", "null");
    /** Lengths and counts are laid out one behind the other. */
    private static final int LONGEST = 20_000;

    private final Grammar grammar;
    private final JsonGrammar json;
    private final JsonNode root;
    private final Map<String, Integer> references = new HashMap<>();

    SchemaCompiler(Grammar grammar, JsonNode root) {
        this.grammar = grammar;
        this.json = new JsonGrammar(grammar);
        this.root = root;
    }

    /** The rule of the whole schema. */
    int compile() {
        int start = grammar.rule("top level");
        references.put("#", start);
        grammar.define(start, piece(root, "#"));
        return start;
    }

    private Piece piece(JsonNode schema, String at) {
        if (schema.isBoolean() && schema.booleanValue()) {
            return json.anyValue();
        }
        if (!schema.isObject()) {
            throw UserError.usage(schema.isBoolean()
                    ? "The schema at " + at + " is false, so nothing is valid there; leave it out."
                    : "The schema at " + at + " is " + schema.getNodeType().name().toLowerCase(Locale.ROOT)
                            + " where an object with keywords should be.");
        }
        var keywords = keywords(schema);
        if (keywords.contains("$ref")) {
            only(keywords, at, "$ref");
            return grammar.call(reference(text(schema, "$ref", at), at));
        }
        if (keywords.contains("allOf") && schema.get("allOf").isArray() && schema.get("allOf").size() == 1) { // how some write a $ref
            only(keywords, at, "allOf");
            return piece(schema.get("allOf").get(0), at + "/allOf/0");
        }
        if (keywords.contains("anyOf")) {
            only(keywords, at, "anyOf");
            return once(grammar.either(each(schema.get("anyOf"), at + "/anyOf")), at);
        }
        if (keywords.contains("const")) {
            only(keywords, at, "const", "type");
            return once(literals(List.of(schema.get("const")), schema, at), at);
        }
        if (keywords.contains("enum")) {
            only(keywords, at, "enum", "type");
            if (!schema.get("enum").isArray() || schema.get("enum").isEmpty()) {
                throw UserError.usage("The schema's enum at " + at + " must be a list of at least one value.");
            }
            return once(literals(schema.get("enum").valueStream().toList(), schema, at), at);
        }
        var types = types(schema, keywords, at);
        known(keywords, types, at);
        if (types.isEmpty()) {
            return json.anyValue();
        }
        return grammar.either(types.stream().map(type -> typed(type, schema, at)).toList());
    }

    private Piece typed(String type, JsonNode schema, String at) {
        return switch (type) {
            case "object" -> once(object(schema, at), at);
            case "array" -> once(json.array(schema.has("items") ? piece(schema.get("items"), at + "/items") : json.anyValue(),
                    count(schema, "minItems", 0, at), count(schema, "maxItems", -1, at)), at);
            case "string" -> once(string(schema, at), at);
            case "integer" -> integer(schema, at);
            case "number" -> json.number();
            case "boolean" -> grammar.either(grammar.text("true"), grammar.text("false"));
            default -> grammar.text("null");
        };
    }

    /** Laid once, however often it is gone through: what holds a piece may lay it several times. */
    private Piece once(Piece piece, String at) {
        int rule = grammar.rule("value at " + at);
        grammar.define(rule, piece);
        return grammar.call(rule);
    }

    private Piece object(JsonNode schema, String at) {
        var properties = schema.has("properties") ? schema.get("properties") : null;
        var additional = schema.has("additionalProperties") ? schema.get("additionalProperties") : null;
        var required = new HashSet<String>();
        if (schema.has("required")) {
            if (!schema.get("required").isArray() || schema.get("required").valueStream().anyMatch(name -> !name.isString())) {
                throw UserError.usage("The schema's required at " + at + " must be a list of names.");
            }
            schema.get("required").valueStream().forEach(name -> required.add(name.stringValue()));
        }
        if (properties != null && !properties.isObject()) {
            throw UserError.usage("The schema's properties at " + at + " must be an object.");
        }
        for (var name : required) {
            if (properties == null || !properties.has(name)) {
                throw UserError
                        .usage("The schema at " + at + " requires '" + name + "', which its properties do not describe; add it there.");
            }
        }
        if (properties == null || properties.isEmpty()) {
            if (additional != null && additional.isBoolean() && !additional.booleanValue()) {
                return json.object(List.of(), false);
            }
            return additional == null || additional.isBoolean()
                    ? json.anyObject()
                    : json.object(List.of(new Member(json.anyString(), piece(additional, at + "/additionalProperties"), true)), true);
        }
        if (additional != null && additional.isObject() && !additional.isEmpty()) {
            throw UserError.usage("The schema at " + at + " has properties and a schema of additionalProperties, which is not supported; "
                    + "set additionalProperties to false, or describe them all.");
        }
        var members = properties.propertyStream().map(property -> new Member(grammar.text(quoted(property.getKey())),
                piece(property.getValue(), at + "/properties/" + property.getKey()), !required.contains(property.getKey()))).toList();
        return json.object(members, false);
    }

    private Piece string(JsonNode schema, String at) {
        boolean sized = schema.has("minLength") || schema.has("maxLength");
        var given = Stream.of("pattern", "format").filter(schema::has).toList();
        if (given.size() > 1 || sized && !given.isEmpty()) {
            throw UserError.usage("The schema at " + at + " asks for " + String.join(" and ", given) + (sized ? " and a length" : "")
                    + " of one string, which is not supported together; keep one of them.");
        }
        if (schema.has("pattern")) {
            return json.quoted(new PatternCompiler(grammar, text(schema, "pattern", at), at).compile());
        }
        if (schema.has("format")) {
            return json.quoted(new PatternCompiler(grammar, Formats.pattern(text(schema, "format", at), at), at).compile());
        }
        int least = count(schema, "minLength", 0, at);
        int most = count(schema, "maxLength", -1, at);
        return json.string(least, most);
    }

    private Piece integer(JsonNode schema, String at) {
        var low = bound(schema, "minimum", "exclusiveMinimum", 1, at);
        var high = bound(schema, "maximum", "exclusiveMaximum", -1, at);
        if (low == null && high == null) {
            return json.integer();
        }
        long most = 999_999_999_999_999L;
        return once(IntegerRange.piece(grammar, low == null ? -most : low, high == null ? most : high, at), at);
    }

    private static @Nullable Long bound(JsonNode schema, String keyword, String exclusive, int inwards, String at) {
        Long bound = null;
        for (var name : List.of(keyword, exclusive)) {
            if (schema.has(name)) {
                var value = schema.get(name);
                if (!value.isNumber() || Math.abs(value.doubleValue()) > 999_999_999_999_999L) {
                    throw UserError.usage("The schema's " + name + " at " + at + " must be a number of at most 15 digits.");
                }
                double exact = value.doubleValue();
                long whole = (long) (inwards > 0 ? Math.ceil(exact) : Math.floor(exact));
                long inside = name.equals(exclusive) && whole == exact ? whole + inwards : whole;
                bound = bound == null ? inside : inwards > 0 ? Math.max(bound, inside) : Math.min(bound, inside);
            }
        }
        return bound;
    }

    private static int count(JsonNode schema, String keyword, int none, String at) {
        if (!schema.has(keyword)) {
            return none;
        }
        var value = schema.get(keyword);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0 || value.intValue() > LONGEST) {
            throw UserError.usage("The schema's " + keyword + " at " + at + " must be a whole number from 0 to " + LONGEST + ".");
        }
        var counterpart = keyword.startsWith("max") ? keyword.replace("max", "min") : null;
        if (counterpart != null && schema.path(counterpart).isInt() && schema.path(counterpart).intValue() > value.intValue()) {
            throw UserError.usage("The schema's " + counterpart + " at " + at + " is above its " + keyword + ".");
        }
        return value.intValue();
    }

    // --- keywords ---------------------------------------------------------------------------------------------------------------------

    private static List<String> keywords(JsonNode schema) {
        return schema.propertyNames().stream().filter(name -> !ANNOTATIONS.contains(name)).toList();
    }

    private static void only(List<String> keywords, String at, String... allowed) {
        for (var keyword : keywords) {
            if (!List.of(allowed).contains(keyword)) {
                throw unsupported(keyword, at, "beside '" + allowed[0] + "'");
            }
        }
    }

    /** The types that a value may have; those that the other keywords are about where it does not say; none for all. */
    private List<String> types(JsonNode schema, List<String> keywords, String at) {
        var type = schema.path("type");
        var names = type.isMissingNode()
                ? TYPES.stream().filter(t -> keywords.stream().anyMatch(BY_TYPE.getOrDefault(t, Set.of())::contains)).toList()
                : type.isArray() ? type.valueStream().map(JsonNode::asString).toList() : List.of(type.asString());
        for (var name : names) {
            if (!TYPES.contains(name)) {
                throw UserError
                        .usage("The schema's type '" + name + "' at " + at + " is none; known are " + String.join(", ", TYPES) + ".");
            }
        }
        return names;
    }

    private static void known(List<String> keywords, List<String> types, String at) {
        for (var keyword : keywords) {
            boolean somewhere = BY_TYPE.values().stream().anyMatch(of -> of.contains(keyword));
            if (!keyword.equals("type") && !somewhere) {
                throw unsupported(keyword, at, "");
            }
            if (types.contains("number") && BY_TYPE.getOrDefault("integer", Set.of()).contains(keyword)) {
                throw unsupported(keyword, at, "of numbers that are not integers");
            }
        }
    }

    private static UserError unsupported(String keyword, String at, String where) {
        return UserError
                .usage("The schema's keyword '" + keyword + "' at " + at + " is not supported" + (where.isEmpty() ? "" : " " + where)
                        + "; leave it out" + (keyword.equals("oneOf") ? " or use anyOf." : "."));
    }

    // --- parts ------------------------------------------------------------------------------------------------------------------------

    private List<Piece> each(JsonNode schemas, String at) {
        if (!schemas.isArray() || schemas.isEmpty()) {
            throw UserError.usage("The schema's list at " + at + " must hold at least one schema.");
        }
        var pieces = new ArrayList<Piece>();
        for (int i = 0; i < schemas.size(); i++) {
            pieces.add(piece(schemas.get(i), at + "/" + i));
        }
        return pieces;
    }

    /** The values that have the type asked for, as they are. */
    private Piece literals(List<JsonNode> values, JsonNode schema, String at) {
        var types = types(schema, List.of(), at);
        var fitting = values.stream().filter(value -> types.isEmpty() || types.stream().anyMatch(type -> is(value, type)))
                .map(value -> grammar.text(value.toString())).toList();
        if (fitting.isEmpty()) {
            throw UserError.usage("The schema at " + at + " allows no value: none of those listed has its type.");
        }
        return grammar.either(fitting);
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue());
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> value.isNull();
        };
    }

    private int reference(String reference, String at) {
        var known = references.get(reference);
        if (known != null) {
            return known;
        }
        if (!reference.startsWith("#")) {
            throw UserError.usage("The schema's $ref '" + reference + "' at " + at + " points outside the schema; bring it into $defs.");
        }
        JsonNode target;
        try {
            target = root.at(JsonPointer.compile(URLDecoder.decode(reference.substring(1), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException _) {
            target = root.path("").path("");
        }
        if (target.isMissingNode()) {
            throw UserError.usage("The schema's $ref '" + reference + "' at " + at + " points to nothing; only #/… paths are followed.");
        }
        int rule = grammar.rule("$ref '" + reference + "'");
        references.put(reference, rule); // before its content, which may refer to it
        grammar.define(rule, piece(target, reference));
        return rule;
    }

    private static String text(JsonNode schema, String keyword, String at) {
        if (!schema.get(keyword).isString()) {
            throw UserError.usage("The schema's " + keyword + " at " + at + " must be a string.");
        }
        return schema.get(keyword).stringValue();
    }

    private static String quoted(String name) {
        return StringNode.valueOf(name).toString();
    }
}
