package org.lyceum.server.http;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON in and out. What comes in may be hostile: depth and the length of numbers are bounded, and the body's size bounds the rest. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper
            .builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).maxNumberLength(64).build()).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY) // whoever checked the request before us may have read the other one
            .build();

    private Json() {
    }

    /** The object in {@code body}. Throws {@link HttpError} (400) that says what is wrong and where. */
    public static ObjectNode object(byte[] body) {
        JsonNode tree;
        try {
            // As text, because Jackson would guess among UTF-8, 16 and 32.
            tree = MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            var where = e.getLocation();
            throw HttpError.badRequest("The body is not valid JSON: " + reason(e)
                    + (where == null ? "." : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")."));
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw HttpError.badRequest(body.length == 0
                ? "The body is empty; send a JSON object."
                : "The body must be a JSON object, not " + kind(tree) + ".");
    }

    /** What Jackson says, without what it says to programmers. */
    private static String reason(JacksonException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("").replaceAll("\\s*\\(for .*|\\.$", "")
                .replaceAll("^Duplicate property \"(.*)\" for `.*", "the field '$1' is there twice").replaceAll(": enable `.*", "")
                .replaceAll(" require enabling `.*", " are not allowed").replaceAll(", from `[^`]*`", "");
    }

    /** {@code value}, a tree of maps, lists, texts and numbers or of nodes, as UTF-8. */
    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** The same as text. */
    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** What kind of JSON value this is, with its article. */
    public static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            default -> "nothing";
        };
    }
}
