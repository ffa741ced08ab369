package org.lyceum.server.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal in OpenAI's error format: {@code {"error": {"message", "type", "param", "code"}}} under an HTTP status. */
public final class HttpError extends RuntimeException {
    private static final String INVALID = "invalid_request_error";

    private final int status;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;
    private final @Nullable Duration retryAfter;

    private HttpError(int status, String type, @Nullable String code, @Nullable String param, String message,
            @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** 400: the request cannot be meant as it stands. */
    public static HttpError badRequest(String message) {
        return invalid(400, null, null, message);
    }

    /** 400: the field {@code param} (a path such as {@code messages[0].role}) has a value that it cannot have. */
    public static HttpError badField(String param, String message) {
        return invalid(400, "invalid_value", param, message);
    }

    /** 400: the field {@code param} asks for something that this server or this model does not do. */
    public static HttpError unsupported(String param, String message) {
        return invalid(400, "unsupported_parameter", param, message);
    }

    /** 400: prompt and answer do not fit the model's context. */
    public static HttpError contextOverflow(String param, String message) {
        return invalid(400, "context_length_exceeded", param, message);
    }

    /** 404: no such model. */
    public static HttpError unknownModel(String message) {
        return invalid(404, "model_not_found", "model", message);
    }

    /** 401: no key or a wrong one. */
    public static HttpError badKey(String message) {
        return invalid(401, "invalid_api_key", null, message);
    }

    /** Any other refusal that the client can mend: {@code status} from 400 to 499. */
    public static HttpError refused(int status, String code, String message) {
        return invalid(status, code, null, message);
    }

    /** 429: as much is waiting as may wait; come again after {@code retryAfter}. */
    public static HttpError busy(String message, Duration retryAfter) {
        return new HttpError(429, "rate_limit_error", "queue_full", null, message, retryAfter);
    }

    /** 503: the server is about to end. */
    public static HttpError shuttingDown() {
        return new HttpError(503, "server_error", "shutting_down", null, "The server is shutting down; send the request to another one.",
                Duration.ofSeconds(5));
    }

    /** 503: an error that nobody expected has ended the model; only a new start helps. */
    public static HttpError modelFailed() {
        return new HttpError(503, "server_error", "model_failed", null,
                "The model has failed and answers no more requests; the server must be started again, and its log says why.", null);
    }

    /** 504: the answer was not finished in the time that a request has. */
    public static HttpError timedOut(String message) {
        return new HttpError(504, "server_error", "timeout", null, message, null);
    }

    /** 500: a fault of ours; {@code message} names no internals. */
    public static HttpError internal(String message) {
        return new HttpError(500, "server_error", "internal_error", null, message, null);
    }

    private static HttpError invalid(int status, @Nullable String code, @Nullable String param, String message) {
        return new HttpError(status, INVALID, code, param, message, null);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** When to come again, for {@code Retry-After}. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The sentence. */
    public String sentence() {
        return String.valueOf(getMessage());
    }

    /** What goes over the wire. */
    public Map<String, @Nullable Object> body() {
        var error = new LinkedHashMap<String, @Nullable Object>();
        error.put("message", sentence());
        error.put("type", type);
        error.put("param", param);
        error.put("code", code);
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("error", error);
        return body;
    }
}
