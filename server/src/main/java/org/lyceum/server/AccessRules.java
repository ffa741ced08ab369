package org.lyceum.server;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;

/**
 * Which requests are let in. A server on the loopback address takes only requests that were sent to a loopback name: a page elsewhere could
 * have its own name resolve to 127.0.0.1 and talk to this server as if it were its own (DNS rebinding). A browser's request from a page of
 * another origin is refused everywhere, and so is one without the key where a key is needed.
 *
 * @param loopback whether the server listens on the loopback address only
 * @param host what it was told to listen on
 */
record AccessRules(boolean loopback, String host, ApiKeys keys) {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "[::1]");
    private static final Pattern LOOPBACK_ADDRESS = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}"); // not 127.example.org

    /**
     * Throws {@link HttpError} where {@code exchange} is not let in.
     *
     * @param needsKey whether this path is for holders of a key only
     */
    void check(Exchange exchange, boolean needsKey) {
        var target = exchange.header("Host");
        if (target == null || exchange.headerCount("Host") != 1) {
            throw HttpError.badRequest("The request needs one Host header.");
        }
        if (loopback && !isLoopback(name(target))) {
            throw HttpError.refused(403, "host_not_allowed", "This server is for this machine alone and does not answer to the host '"
                    + name(target) + "'; use 127.0.0.1 or localhost.");
        }
        var origin = exchange.header("Origin");
        boolean foreign = origin != null && !origin.equalsIgnoreCase("http://" + target) && !origin.equalsIgnoreCase("https://" + target);
        if (foreign || "cross-site".equals(exchange.header("Sec-Fetch-Site"))) {
            throw HttpError.refused(403, "origin_not_allowed", "Pages of other origins may not use this server"
                    + (origin == null ? "." : "; this one came from " + origin + "."));
        }
        boolean ambiguous = exchange.headerCount("Authorization") > 1; // a proxy may have looked at the other one
        if (needsKey && keys.required() && (ambiguous || !keys.allow(exchange.header("Authorization")))) {
            exchange.with("WWW-Authenticate", "Bearer");
            if (ambiguous) {
                throw HttpError.badKey("The request has more than one Authorization header; send one.");
            }
            throw HttpError.badKey(exchange.header("Authorization") == null
                    ? "This server needs an API key; send it as 'Authorization: Bearer KEY'."
                    : "The API key is wrong; check it against the server's --api-key-file.");
        }
    }

    private boolean isLoopback(String name) {
        return LOOPBACK_NAMES.contains(name) || LOOPBACK_ADDRESS.matcher(name).matches() || name.equalsIgnoreCase(host);
    }

    /** A Host header's value without the port. */
    private static String name(String target) {
        int colon = target.lastIndexOf(':');
        return (colon > target.lastIndexOf(']') ? target.substring(0, colon) : target).toLowerCase(Locale.ROOT);
    }
}
