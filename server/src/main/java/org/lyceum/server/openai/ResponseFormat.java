package org.lyceum.server.openai;

import org.lyceum.server.http.HttpError;
import tools.jackson.databind.node.ObjectNode;

/** What an answer must look like. */
sealed interface ResponseFormat {
    /** Any text. */
    record Text() implements ResponseFormat {
    }

    /** A JSON object of any kind. */
    record JsonObject() implements ResponseFormat {
    }

    /** JSON that a schema describes. */
    record JsonSchema(ObjectNode schema) implements ResponseFormat {
    }

    static ResponseFormat read(Fields request) {
        var format = request.object("response_format").orElse(null);
        if (format == null) {
            return new Text();
        }
        return switch (format.choice("type", "", "text", "json_object", "json_schema")) {
            case "json_object" -> new JsonObject();
            case "json_schema" -> {
                var described = format.object("json_schema")
                        .orElseThrow(() -> format.missing("json_schema", "an object with 'name' and 'schema'"));
                described.text("name");
                var schema = described.object("schema").orElseThrow(() -> described.missing("schema", "a JSON schema"));
                yield new JsonSchema(schema.node());
            }
            case "text" -> new Text();
            default -> throw HttpError.badField("response_format.type", "unknown");
        };
    }
}
