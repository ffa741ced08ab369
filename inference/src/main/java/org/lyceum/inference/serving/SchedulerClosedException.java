package org.lyceum.inference.serving;

import org.lyceum.foundation.UserError;

/** The scheduler takes no more requests. */
public final class SchedulerClosedException extends UserError {
    SchedulerClosedException() {
        super("The model is being shut down and takes no more requests.");
    }
}
