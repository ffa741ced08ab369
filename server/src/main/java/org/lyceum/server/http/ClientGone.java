package org.lyceum.server.http;

import org.jspecify.annotations.Nullable;

/** The client closed its connection, or does not take what is sent to it; whatever is done for it may stop. */
public final class ClientGone extends RuntimeException {
    public ClientGone(@Nullable Throwable cause) {
        super("The client went away.", cause, false, false); // no news about the program, so no stack trace
    }
}
