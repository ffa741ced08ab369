package org.lyceum.server.openai;

import org.jspecify.annotations.Nullable;
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
            case ResponseFormat.Text() -> null;
            case ResponseFormat.JsonObject _,ResponseFormat.JsonSchema _ ->
                throw HttpError.unsupported("response_format", "'response_format' can only be text here.");
        };
    }

    /** JSON that {@code schema} describes. */
    static TokenConstraint of(ObjectNode schema, LanguageService service, String field) {
        throw HttpError.unsupported(field, "'" + field + "' cannot be required here.");
    }
}
