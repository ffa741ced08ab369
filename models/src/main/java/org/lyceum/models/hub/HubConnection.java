package org.lyceum.models.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/**
 * Requests to the hub: follows redirects by hand, so that the token goes to the hub's own host and nowhere else, and asks again, after a
 * pause, where the hub is busy or a connection breaks.
 */
final class HubConnection implements AutoCloseable {
    /** The hub cannot be reached at all, whatever it would have said. */
    static final class Unreachable extends IOException {
        private static final long serialVersionUID = 1;

        Unreachable(URI uri, IOException cause) {
            super(uri.getHost() + " cannot be reached (" + reason(cause) + ")", cause);
        }
    }

    static final int ATTEMPTS = 5;
    private static final int REDIRECTS = 8;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    private final HubSettings settings;
    private final HttpClient client;

    HubConnection(HubSettings settings) {
        this.settings = settings;
        client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(15)).build();
    }

    /**
     * The response to GET {@code uri} (200 or 206), its body still to be read; the caller closes it.
     *
     * @throws UserError where the hub refuses, one sentence each
     * @throws IOException where it does not answer, after {@value #ATTEMPTS} attempts
     */
    HttpResponse<InputStream> get(Repository repository, URI uri, Map<String, String> headers) throws IOException {
        for (int attempt = 1;; attempt++) {
            try {
                var response = followed(uri, headers);
                int status = response.statusCode();
                if (status == 200 || status == 206 || status == 416) {
                    return response;
                }
                response.body().close();
                if (status != 429 && status < 500) {
                    throw refusal(repository, response);
                }
                if (attempt == ATTEMPTS) {
                    throw new UserError(settings.endpoint().getHost() + (status == 429
                            ? " takes no more requests for now (429); try again later, or set HF_TOKEN for a higher limit."
                            : " answers with error " + status + " again and again; try again later."));
                }
                pause(attempt, response.headers().firstValueAsLong("Retry-After"));
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new Unreachable(uri, e);
                }
                pause(attempt, OptionalLong.empty());
            }
        }
    }

    private HttpResponse<InputStream> followed(URI uri, Map<String, String> headers) throws IOException {
        var at = uri;
        for (int hop = 0; hop < REDIRECTS; hop++) {
            var request = HttpRequest.newBuilder(at).timeout(settings.stall()).header("User-Agent", "lyceum");
            headers.forEach(request::header);
            if (settings.token() != null && sameHost(at)) {
                request.header("Authorization", "Bearer " + settings.token());
            }
            HttpResponse<InputStream> response;
            try {
                response = client.send(request.build(), BodyHandlers.ofInputStream());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserError("Interrupted while waiting for " + at.getHost() + "; run the command again, it resumes.", e);
            }
            if (!List.of(301, 302, 303, 307, 308).contains(response.statusCode())) {
                return response;
            }
            response.body().close();
            at = next(at, response.headers().firstValue("Location").orElse(""));
        }
        throw new UserError(settings.endpoint().getHost() + " redirects in a circle; check HF_ENDPOINT.");
    }

    private URI next(URI from, String location) {
        try {
            var to = from.resolve(location);
            boolean secure = "https".equals(to.getScheme()) || "http".equals(to.getScheme()) && !"https".equals(from.getScheme());
            if (!location.isEmpty() && to.getHost() != null && secure) {
                return to;
            }
        } catch (IllegalArgumentException _) {
            // no address at all: the sentence below
        }
        throw new UserError(from.getHost() + " redirects to a place that is no secure address; check HF_ENDPOINT.");
    }

    /** Scheme, host and port of the endpoint: only there the token is known to be welcome. */
    private boolean sameHost(URI uri) {
        var hub = settings.endpoint();
        return hub.getScheme().equals(uri.getScheme()) && hub.getHost().equalsIgnoreCase(uri.getHost()) && hub.getPort() == uri.getPort();
    }

    private UserError refusal(Repository repository, HttpResponse<?> response) {
        var host = settings.endpoint().getHost();
        var code = response.headers().firstValue("X-Error-Code").orElse("");
        int status = response.statusCode();
        var token = settings.token() == null ? "set HF_TOKEN to a token that may read it" : "check that your token may read it";
        if (code.equals("GatedRepo")) {
            return new UserError(
                    repository.id() + " is gated: accept its terms at " + settings.endpoint() + "/" + repository.id() + ", and "
                            + token + ".");
        }
        if (code.equals("RevisionNotFound")) {
            return new UserError(repository.id() + " has no revision '" + repository.revision() + "'; name a branch, a tag or a commit.");
        }
        if (code.equals("EntryNotFound")) {
            return new UserError("A file of " + repository + " vanished from " + host + "; run the command again.");
        }
        if (status == 401 && settings.token() != null && !code.equals("RepoNotFound")) {
            return new UserError(host + " does not accept your token (401); check HF_TOKEN or make a new one.");
        }
        if (status == 401 || status == 404) { // the hub does not tell strangers what is private from what is not there
            return new UserError("There is no model " + repository.id() + " on " + host + ", or it is private; check the name, or " + token
                    + ".");
        }
        if (status == 403) {
            return new UserError(host + " does not let you read " + repository.id() + " (403); " + token + ".");
        }
        return new UserError(host + " refuses the request for " + repository + " with status " + status + ".");
    }

    /** Sleeps before attempt {@code attempt + 1}: twice as long each time, or what the hub asks for. */
    void pause(int attempt, OptionalLong retryAfterSeconds) {
        var wanted = retryAfterSeconds.isPresent()
                ? Duration.ofSeconds(Math.clamp(retryAfterSeconds.getAsLong(), 0, LONGEST_PAUSE.toSeconds()))
                : settings.firstPause().multipliedBy(1L << (attempt - 1));
        try {
            Thread.sleep(wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted while waiting to ask again; run the command again, it resumes.", e);
        }
    }

    private static String reason(@Nullable Throwable e) {
        var message = Objects.requireNonNull(e).getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
