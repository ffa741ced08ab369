package org.lyceum.server.openai;

import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.constraint.TokenConstraint;
import org.lyceum.server.http.HttpError;
import tools.jackson.databind.node.ObjectNode;

/** What a request wants its answer to look like, as the scheduler takes it. */
final class Constraints {
    private Constraints() {
    }

    /** Null where anything will do. */
    static @Nullable TokenConstraint of(ResponseFormat format, LanguageService service) {
        return switch (format) {
            case ResponseFormat.Text _ -> null;
            case ResponseFormat.JsonObject _ -> {
                try {
                    yield service.json().object();
                } catch (UserError e) {
                    throw HttpError.unsupported("response_format", "'response_format': " + e.getMessage());
                }
            }
            case ResponseFormat.JsonSchema(var schema) -> of(schema, service, "response_format.json_schema.schema");
        };
    }

    /** JSON that {@code schema} describes, which came from the request's {@code field}. */
    static TokenConstraint of(ObjectNode schema, LanguageService service, String field) {
        try {
            return service.json().schema(schema);
        } catch (UserError e) {
            throw HttpError.badField(field, "'" + field + "': " + e.getMessage());
        }
    }
}
