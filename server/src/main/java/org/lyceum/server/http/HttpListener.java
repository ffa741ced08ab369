package org.lyceum.server.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for HTTP/1.1. Vert.x reads requests on its event loop, under {@link Limits} of size and time; a request that is there whole is
 * handled on a virtual thread of its own, which may block. A client that closes its connection is noticed at once, also while it waits.
 */
public final class HttpListener implements AutoCloseable {
    /** Answers one request. */
    @FunctionalInterface
    public interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    /** How long the rest of a refused body is read and thrown away, so that the client gets to see the refusal. */
    private static final long DISCARD_MILLIS = 2000;
    private static final long NO_TIMER = -1;
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final HttpServer server;
    private final Limits limits;
    private final Handler handler;
    private final Predicate<Exchange> wanted;
    private final AtomicLong held = new AtomicLong(); // bytes of bodies, of all requests that are read or handled
    private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>(); // by connection: what closes it unless a request arrives
    private final Set<Exchange> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong number = new AtomicLong();
    private volatile boolean draining;

    /** Not listening yet; every request's body is read. */
    public HttpListener(Limits limits, Handler handler) {
        this(limits, handler, _ -> true);
    }

    /**
     * Not listening yet.
     *
     * @param wanted whether a request's body is of interest, by its headers alone; the handler gets none where it is not. Runs on the event
     *     loop, so it may not block
     */
    public HttpListener(Limits limits, Handler handler, Predicate<Exchange> wanted) {
        this.limits = limits;
        this.handler = handler;
        this.wanted = wanted;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        // HTTP/2 in the clear is off: with it, Vert.x would know of a connection only once its first bytes are there.
        this.server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false).setReuseAddress(true)
                .setMaxInitialLineLength(Limits.REQUEST_LINE).setMaxHeaderSize(Limits.HEADERS).setHandle100ContinueAutomatically(true)
                .setTcpNoDelay(true));
        server.connectionHandler(this::connected).requestHandler(this::arrived).invalidRequestHandler(this::malformed)
                .exceptionHandler(e -> LOG.debug("connection failed", e));
    }

    /**
     * Starts to listen.
     *
     * @param host a name or an address of this machine
     * @param port 0 for any free one
     * @throws UserError if it is taken, or the address is not this machine's; closed then
     */
    public void listen(String host, int port) {
        try {
            server.listen(port, InetAddress.getByName(host).getHostAddress()).toCompletionStage().toCompletableFuture().get();
        } catch (UnknownHostException e) {
            close();
            throw UserError.usage("--host " + host + " is not known; take a name or an address of this machine, 127.0.0.1 for instance.");
        } catch (ExecutionException e) {
            close();
            throw new UserError(e.getCause() instanceof BindException
                    ? "Cannot listen on " + host + " port " + port + " (" + e.getCause().getMessage()
                            + "); choose another --port or --host."
                    : "Cannot listen on " + host + " port " + port + ": " + e.getCause() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new UserError("Interrupted before the server listened.", e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** How many requests are being handled. */
    public int running() {
        return running.size();
    }

    /** How many connections are open. */
    public int connections() {
        return timers.size();
    }

    /**
     * Refuses requests from now on and waits for those that are being handled, at most {@code limit}. Returns whether all were finished.
     */
    public boolean drain(Duration limit) throws InterruptedException {
        draining = true;
        long end = System.nanoTime() + limit.toNanos();
        while (!running.isEmpty()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Closes every connection and stops listening. */
    @Override
    public void close() {
        draining = true;
        running.forEach(Exchange::markGone);
        timers.keySet().forEach(HttpConnection::close);
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("connections did not close in time", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void connected(HttpConnection connection) {
        if (timers.size() >= limits.connections()) {
            connection.close();
            return;
        }
        timers.put(connection, closeAfter(connection, limits.headTime()));
        connection.closeHandler(_ -> {
            var timer = timers.remove(connection);
            if (timer != null) {
                vertx.cancelTimer(timer);
            }
        });
    }

    private long closeAfter(HttpConnection connection, Duration time) {
        return vertx.setTimer(time.toMillis(), _ -> connection.close());
    }

    /** Exchanges the connection's timer for {@code next}. */
    private void retime(HttpConnection connection, long next) {
        var last = timers.replace(connection, next);
        if (last != null) {
            vertx.cancelTimer(last);
        } else if (next != NO_TIMER) {
            vertx.cancelTimer(next); // closed meanwhile
        }
    }

    /** The headers are there. */
    private void arrived(HttpServerRequest request) {
        var connection = request.connection();
        var response = request.response();
        retime(connection, NO_TIMER);
        response.endHandler(_ -> retime(connection, closeAfter(connection, limits.idleTime())));
        response.exceptionHandler(e -> LOG.debug("writing failed", e));
        var context = Objects.requireNonNull(Vertx.currentContext());

        if (draining) {
            refuse(request, context, HttpError.shuttingDown());
            return;
        }
        if (declared(request) > limits.bodyBytes()) {
            refuse(request, context, tooLarge());
            return;
        }
        var incoming = new Incoming(request, context);
        request.exceptionHandler(_ -> incoming.stop()).handler(incoming::piece).endHandler(_ -> incoming.complete());
    }

    private static long declared(HttpServerRequest request) {
        try {
            return Long.parseLong(Objects.requireNonNullElse(request.getHeader("Content-Length"), "0"));
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    private HttpError tooLarge() {
        return HttpError.refused(413, "body_too_large",
                "The body is larger than the " + limits.bodyBytes() + " bytes that this server takes; send less.");
    }

    /** A body on its way. Lives on the event loop. */
    private final class Incoming {
        private final HttpServerRequest request;
        private final Context context;
        private final long timer;
        private final boolean kept;
        private @Nullable Buffer body = Buffer.buffer();
        private long taken; // of what all bodies may have together
        private long length;

        Incoming(HttpServerRequest request, Context context) {
            this.request = request;
            this.context = context;
            this.kept = wanted.test(new Exchange(request, context, new byte[0], limits.writeTime()));
            this.timer = vertx.setTimer(limits.bodyTime().toMillis(), _ -> {
                stop();
                refuse(request, context, HttpError.refused(408, "body_timeout",
                        "The body did not arrive within " + limits.bodyTime().toSeconds() + " s; send it faster."));
            });
        }

        void piece(Buffer piece) {
            if (body == null) {
                return; // refused already
            }
            length += piece.length();
            if (length > limits.bodyBytes()) {
                stop();
                refuse(request, context, tooLarge());
                return;
            }
            if (!kept) {
                return;
            }
            taken += piece.length();
            if (held.addAndGet(piece.length()) > (long) Limits.LARGEST_BODIES * limits.bodyBytes()) {
                stop();
                refuse(request, context, HttpError.busy("The server is reading as much as it may at once; try again in a moment.", RETRY));
                return;
            }
            body.appendBuffer(piece);
        }

        void complete() {
            if (body != null) {
                var exchange = new Exchange(request, context, body.getBytes(), limits.writeTime());
                taken = 0; // until it is handled
                stop();
                dispatch(exchange, request);
            }
        }

        void stop() {
            vertx.cancelTimer(timer);
            body = null;
            held.addAndGet(-taken);
            taken = 0;
        }
    }

    private void dispatch(Exchange exchange, HttpServerRequest request) {
        running.add(exchange);
        request.response().closeHandler(_ -> exchange.markGone());
        Thread.ofVirtual().name("request-" + number.incrementAndGet()).start(() -> {
            try {
                handler.handle(exchange);
            } catch (ClientGone _) {
                LOG.debug("client gone: {} {}", exchange.method(), exchange.path());
            } catch (Throwable e) {
                LOG.error("{} {} failed", exchange.method(), exchange.path(), e);
                exchange.abort();
            } finally {
                held.addAndGet(-exchange.body().length);
                running.remove(exchange);
            }
        });
    }

    /** What Vert.x could not read as HTTP. */
    private void malformed(HttpServerRequest request) {
        var cause = request.decoderResult().cause();
        var text = cause == null ? "" : String.valueOf(cause.getMessage());
        retime(request.connection(), NO_TIMER);
        var error = switch (cause == null ? "" : cause.getClass().getSimpleName()) {
            case "TooLongHttpLineException" ->
                HttpError.refused(414, "uri_too_long", "The request line is longer than " + Limits.REQUEST_LINE + " bytes.");
            case "TooLongHttpHeaderException" ->
                HttpError.refused(431, "headers_too_large", "The headers are larger than " + Limits.HEADERS + " bytes.");
            default -> HttpError.badRequest("This is not an HTTP/1.1 request" + (text.isEmpty()
                    ? "."
                    : ": " + text.replaceAll("\\.$", "")
                            + "."));
        };
        refuse(request, Objects.requireNonNull(Vertx.currentContext()), error);
    }

    /** Answers on the event loop, without a thread, and closes the connection once the client had a chance to read the answer. */
    private void refuse(HttpServerRequest request, Context context, HttpError error) {
        var response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        request.handler(_ -> {
        }); // whatever still comes is thrown away
        var content = Json.bytes(error.body());
        var wait = error.retryAfter();
        if (wait != null) {
            response.putHeader("Retry-After", Long.toString(wait.toSeconds()));
        }
        response.setStatusCode(error.status()).putHeader("Content-Type", "application/json").putHeader("Connection", "close");
        response.end(Buffer.buffer(content));
        vertx.setTimer(DISCARD_MILLIS, _ -> request.connection().close());
    }
}
