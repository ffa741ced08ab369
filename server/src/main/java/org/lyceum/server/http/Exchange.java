package org.lyceum.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request, read whole, and its answer. It is handled on one virtual thread, whose writes wait until the client's side of the
 * connection has taken them, and fail with {@link ClientGone} when it does not in {@link Limits#writeTime}.
 */
public final class Exchange {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final byte[] body;
    private final Duration writeTime;

    private final List<Runnable> onGone = new ArrayList<>();
    private boolean gone;
    private boolean started;

    Exchange(HttpServerRequest request, Context context, byte[] body, Duration writeTime) {
        this.request = request;
        this.response = request.response();
        this.context = context;
        this.body = body;
        this.writeTime = writeTime;
    }

    /** GET, POST and so on. */
    public String method() {
        return request.method().name();
    }

    /** The path as it was sent, still percent-encoded, without the query. */
    public String path() {
        var path = request.path();
        return path == null ? "/" : path;
    }

    /** The value of a query parameter. */
    public @Nullable String query(String name) {
        return request.getParam(name);
    }

    /** The value of a header; the first where it was sent more than once. */
    public @Nullable String header(String name) {
        return request.getHeader(name);
    }

    /** How often a header was sent. */
    public int headerCount(String name) {
        return request.headers().getAll(name).size();
    }

    /** The body. */
    public byte[] body() {
        return body;
    }

    /** Sets a header of the answer. */
    public Exchange with(String name, String value) {
        response.putHeader(name, value);
        return this;
    }

    /** The status that was sent, or will be. */
    public int status() {
        return response.getStatusCode();
    }

    /** Whether the answer has begun, so that its status stands. */
    public boolean started() {
        return started;
    }

    /** Answers with {@code value} as JSON. */
    public void json(int status, Object value) {
        send(status, "application/json", Json.bytes(value));
    }

    /** Answers with a refusal. */
    public void refuse(HttpError error) {
        var wait = error.retryAfter();
        if (wait != null) {
            with("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
        }
        json(error.status(), error.body());
    }

    /** Answers with {@code content}; a HEAD request gets its headers alone. */
    public void send(int status, String contentType, byte[] content) {
        started = true;
        await(() -> {
            response.setStatusCode(status).putHeader("Content-Type", contentType).putHeader("Content-Length",
                    Integer.toString(content.length));
            return method().equals("HEAD") ? response.end() : response.end(Buffer.buffer(content));
        });
    }

    /** Begins an answer whose pieces come one by one. */
    public void begin(int status, String contentType) {
        started = true;
        await(() -> response.setStatusCode(status).putHeader("Content-Type", contentType).setChunked(true).writeHead());
    }

    /** The next piece. */
    public void write(String piece) {
        var bytes = Buffer.buffer(piece.getBytes(StandardCharsets.UTF_8));
        await(() -> response.write(bytes));
    }

    /** The end of an answer in pieces. */
    public void end() {
        await(response::end);
    }

    /** Ends the connection without an end of the answer, so that the client sees that it was cut off. */
    public void abort() {
        context.runOnContext(_ -> request.connection().close());
    }

    /** Whether the client closed its connection. */
    public synchronized boolean gone() {
        return gone;
    }

    /** Runs {@code action} as soon as the client closes its connection before it has the answer; at once if it did already. */
    public void whenGone(Runnable action) {
        synchronized (this) {
            if (!gone) {
                onGone.add(action);
                return;
            }
        }
        action.run();
    }

    void markGone() {
        List<Runnable> actions;
        synchronized (this) {
            if (gone) {
                return;
            }
            gone = true;
            actions = List.copyOf(onGone);
            onGone.clear();
        }
        actions.forEach(Runnable::run);
    }

    /** Runs a write on the connection's event loop, the only thread that may, and waits for it. */
    private void await(Supplier<Future<Void>> write) {
        if (gone()) {
            throw new ClientGone(null);
        }
        var done = new CompletableFuture<Void>();
        context.runOnContext(_ -> {
            try {
                write.get().onComplete(_ -> done.complete(null), done::completeExceptionally);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(writeTime.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            abort();
            markGone();
            throw new ClientGone(e);
        } catch (ExecutionException e) {
            markGone();
            throw new ClientGone(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGone(e);
        }
    }
}
