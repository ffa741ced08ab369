package org.lyceum.foundation;

import org.jspecify.annotations.Nullable;

/**
 * Something that the user can mend: bad input, a missing file, a full disk. The message is one clear sentence that names the thing and the
 * fix; the command prints it without a stack trace and exits with {@link #exitStatus()}.
 */
public class UserError extends RuntimeException {
    private final int exitStatus;

    /** A run that failed: exit status 1. */
    public UserError(String sentence) {
        this(sentence, null);
    }

    /** A run that failed, with the exception that told us; exit status 1. */
    public UserError(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exitStatus = 1;
    }

    private UserError(String sentence, int exitStatus) {
        super(sentence);
        this.exitStatus = exitStatus;
    }

    /** Wrong usage, an unknown key or option for instance: exit status 2. */
    public static UserError usage(String sentence) {
        return new UserError(sentence, 2);
    }

    /** 1 when the run failed, 2 when the command or its configuration was wrong. */
    public int exitStatus() {
        return exitStatus;
    }
}
