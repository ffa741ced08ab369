package org.lyceum.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.server.http.Limits;

/**
 * Where the server listens and whom it lets in.
 *
 * @param host a name or address of this machine; any but a loopback one needs {@code keys}
 * @param port 0 for any free one
 * @param keys the API keys; none are needed on the loopback address
 * @param drainTime what running requests get to finish when the server ends
 * @param runs the folder of runs that the studio shows; null for none
 */
public record ServerConfig(String host, int port, ApiKeys keys, Limits limits, Duration drainTime, @Nullable Path runs) {
    /** This machine only, port 8080, no keys, 30 s to finish. */
    public static final ServerConfig DEFAULT = new ServerConfig("127.0.0.1", 8080, ApiKeys.NONE, Limits.DEFAULT, Duration.ofSeconds(30),
            null);

    /** Throws {@link UserError} where the port cannot be, or other machines could use the server without a key. */
    public ServerConfig {
        if (port < 0 || port > 65_535) {
            throw UserError.usage("--port must be from 0 to 65535 (0 for any free one), not " + port + ".");
        }
        if (!isLoopback(host) && !keys.required()) {
            throw UserError.usage("--host " + host + " lets other machines in, so --api-key-file is needed: a file with one key a line.");
        }
    }

    /** Whether the server is for this machine alone. */
    boolean loopback() {
        return isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            throw UserError.usage("--host " + host + " is not known; take a name or an address of this machine, 127.0.0.1 for instance.");
        }
    }
}
