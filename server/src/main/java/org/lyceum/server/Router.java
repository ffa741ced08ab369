package org.lyceum.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;

/** Paths to what answers them. A path is matched as it was sent, part by part; nothing in it ever becomes the name of a file. */
final class Router {
    /** Answers a request. */
    @FunctionalInterface
    interface Endpoint {
        /** {@code rest}: what stood in place of the route's last {@code *}, decoded; else empty. */
        void answer(Exchange exchange, String rest) throws Exception;
    }

    /**
     * @param method GET or POST; GET answers HEAD too
     * @param path fixed, or with {@code *} as its last part for any one, {@code **} for any number of them
     * @param needsKey whether it is for holders of a key only
     */
    record Route(String method, String path, boolean needsKey, Endpoint endpoint) {
        private Optional<String> match(String asked) {
            int star = path.indexOf('*');
            if (star < 0) {
                return path.equals(asked) ? Optional.of("") : Optional.empty();
            }
            if (!asked.startsWith(path.substring(0, star)) || asked.length() == star
                    || !path.endsWith("**") && asked.indexOf('/', star) >= 0) {
                return Optional.empty();
            }
            try {
                return Optional.of(URLDecoder.decode(asked.substring(star).replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException _) {
                throw HttpError.badRequest("The path has a % that no two hexadecimal digits follow.");
            }
        }

        private boolean takes(String asked) {
            return method.equals(asked) || (method.equals("GET") && asked.equals("HEAD"));
        }
    }

    /** A route and what its {@code *} stood for. */
    record Match(Route route, String rest) {
    }

    private final List<Route> routes = new ArrayList<>();

    Router add(Route route) {
        routes.add(route);
        return this;
    }

    /** The route of a request. Throws {@link HttpError}: 404 for an unknown path, 405 for a known one with another method. */
    Match find(Exchange exchange) {
        var allowed = new TreeSet<String>();
        for (var route : routes) {
            var rest = route.match(exchange.path());
            if (rest.isPresent()) {
                if (route.takes(exchange.method())) {
                    return new Match(route, rest.get());
                }
                allowed.add(route.method());
            }
        }
        if (allowed.isEmpty()) {
            throw HttpError.refused(404, "unknown_url", "There is nothing at " + shown(exchange.path())
                    + "; the API is at /v1/chat/completions, /v1/completions, /v1/embeddings and /v1/models.");
        }
        exchange.with("Allow", String.join(", ", allowed));
        throw HttpError.refused(405, "method_not_allowed",
                exchange.path() + " takes " + String.join(" or ", allowed) + ", not " + exchange.method() + ".");
    }

    private static String shown(String path) {
        return path.length() > 100 ? path.substring(0, 100) + "…" : path;
    }
}
