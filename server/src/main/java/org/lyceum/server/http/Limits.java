package org.lyceum.server.http;

import java.time.Duration;

/**
 * What one client may take.
 *
 * @param bodyBytes the largest body of a request
 * @param connections open at the same time, of all clients together; further ones are closed at once
 * @param headTime from opening a connection to the end of a request's headers
 * @param bodyTime from the end of the headers to the end of the body
 * @param idleTime between an answer and the end of the next request's headers on the same connection
 * @param writeTime for one piece of an answer to be taken by the client
 */
public record Limits(int bodyBytes, int connections, Duration headTime, Duration bodyTime, Duration idleTime, Duration writeTime) {
    /** 4 MiB a body, 1024 connections, 10 s for the headers, 30 s for the body, 60 s between requests, 30 s for a piece of an answer. */
    public static final Limits DEFAULT = new Limits(4 << 20, 1024, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60),
            Duration.ofSeconds(30));

    /** What all requests that are read or handled may have in bodies together: so many of the largest. */
    static final int LARGEST_BODIES = 16;

    /** The longest request line, in bytes. */
    static final int REQUEST_LINE = 8 << 10;

    /** All headers of a request together, in bytes. */
    static final int HEADERS = 16 << 10;
}
