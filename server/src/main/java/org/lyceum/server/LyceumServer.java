package org.lyceum.server;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.server.Router.Route;
import org.lyceum.server.http.ClientGone;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;
import org.lyceum.server.http.HttpListener;
import org.lyceum.server.openai.Api;
import org.lyceum.server.openai.Models;
import org.lyceum.server.studio.Attentions;
import org.lyceum.server.studio.Runs;
import org.lyceum.server.studio.StudioFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server over some {@link Models}: OpenAI's API beneath {@code /v1}, {@code /health}, {@code /metrics}, and the studio. It runs from
 * {@link #start} until {@link #close}.
 */
public final class LyceumServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LyceumServer.class);
    /** What every answer carries. A page of ours that needs more says so itself. */
    private static final Map<String, String> HEADERS = Map.of("X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer", "Cross-Origin-Resource-Policy", "same-origin", "Cross-Origin-Opener-Policy", "same-origin",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'", "Cache-Control", "no-store");

    private final ServerConfig config;
    private final Models models;
    private final AccessRules access;
    private final Router router = new Router();
    private final HttpListener listener;
    private final Metrics metrics;

    private LyceumServer(ServerConfig config, Models models) {
        this.config = config;
        this.models = models;
        this.access = new AccessRules(config.loopback(), config.host(), config.keys());
        this.listener = new HttpListener(config.limits(), this::handle, this::isLetIn);
        this.metrics = new Metrics(models.language() == null ? null : models.language().scheduler(), listener::running,
                listener::connections);
        routes();
        listener.listen(config.host(), config.port());
    }

    /**
     * Starts to answer. Takes {@code models} over and closes them in the end.
     *
     * @throws org.lyceum.foundation.UserError if the address or port cannot be had
     */
    public static LyceumServer start(ServerConfig config, Models models) {
        return new LyceumServer(config, models);
    }

    /** The port that it listens on. */
    public int port() {
        return listener.port();
    }

    /** Where a browser or client on this machine finds it. */
    public String url() {
        var host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return "http://" + (host.equals("0.0.0.0") || host.equals("[::]") ? "localhost" : host) + ":" + port();
    }

    /** The names of its models. */
    public List<String> models() {
        return models.names();
    }

    private void routes() {
        var api = new Api(models);
        var files = new StudioFiles();
        var runs = new Runs(config.runs());
        var attentions = new Attentions(models.language() == null ? null : models.language().model());
        router.add(new Route("POST", "/v1/chat/completions", true, (exchange, _) -> api.chatCompletions(exchange)))
                .add(new Route("POST", "/v1/completions", true, (exchange, _) -> api.completions(exchange)))
                .add(new Route("POST", "/v1/embeddings", true, (exchange, _) -> api.embeddings(exchange)))
                .add(new Route("GET", "/v1/models", true, (exchange, _) -> api.models(exchange)))
                .add(new Route("GET", "/v1/models/**", true, api::model))
                .add(new Route("GET", "/metrics", true, (exchange, _) -> metrics.write(exchange)))
                .add(new Route("GET", "/health", false, (exchange, _) -> health(exchange)))
                .add(new Route("GET", "/", false, (exchange, _) -> files.redirect(exchange)))
                .add(new Route("GET", "/studio", false, (exchange, _) -> files.redirect(exchange)))
                .add(new Route("GET", "/studio/", false, (exchange, _) -> files.file(exchange, "")))
                .add(new Route("GET", "/studio/*", false, files::file))
                .add(new Route("POST", "/studio/api/attention", true, (exchange, _) -> attentions.answer(exchange)))
                .add(new Route("GET", "/studio/api/runs", true, (exchange, _) -> runs.list(exchange)))
                .add(new Route("GET", "/studio/api/runs/*", true, runs::one));
    }

    /** Whether requests are of use: a model that has failed needs a new start of the server. */
    private void health(Exchange exchange) {
        if (models.language() != null && models.language().scheduler().failed()) {
            throw HttpError.modelFailed();
        }
        exchange.json(200, Map.of("status", "ok"));
    }

    /** Whether it is worth reading its body: one that is refused anyway takes no memory. */
    private boolean isLetIn(Exchange exchange) {
        try {
            access.check(exchange, router.find(exchange).route().needsKey());
            return true;
        } catch (HttpError _) {
            return false; // which handle says, once the client has sent its body
        }
    }

    private void handle(Exchange exchange) throws Exception {
        long began = System.nanoTime();
        Route route = null;
        HEADERS.forEach(exchange::with);
        try {
            var match = router.find(exchange);
            route = match.route();
            access.check(exchange, route.needsKey());
            route.endpoint().answer(exchange, match.rest());
        } catch (HttpError refusal) {
            refuse(exchange, refusal);
        } catch (UserError said) { // from below, about what the request holds: a character that the tokenizer does not know, for instance
            refuse(exchange, HttpError.badRequest(String.valueOf(said.getMessage())));
        } catch (ClientGone | InterruptedException e) {
            throw e;
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            LOG.error("{} {} failed", exchange.method(), exchange.path(), e);
            refuse(exchange, HttpError.internal("Something went wrong inside the server; its log says more."));
        } finally {
            metrics.answered(label(route), route == null ? "other" : exchange.method(), exchange.gone() ? 499 : exchange.status(),
                    System.nanoTime() - began);
        }
    }

    private static String label(@Nullable Route route) {
        return route == null ? "other" : route.path();
    }

    /** With its own status where the answer has not begun; else the client sees the connection end without the answer's end. */
    private static void refuse(Exchange exchange, HttpError refusal) {
        if (exchange.started()) {
            exchange.abort();
        } else {
            exchange.refuse(refusal);
        }
    }

    /**
     * Takes no more requests, lets those that run finish within {@link ServerConfig#drainTime}, cancels the rest, and frees the models.
     * Returns whether all finished.
     */
    public boolean shutdown() {
        boolean finished = false;
        try {
            finished = listener.drain(config.drainTime());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        close();
        return finished;
    }

    /** Ends at once: running requests are cut off. */
    @Override
    public void close() {
        listener.close();
        if (models.language() != null) {
            Objects.requireNonNull(models.language()).close();
        }
        if (models.embedding() != null) {
            Objects.requireNonNull(models.embedding()).close();
        }
    }
}
