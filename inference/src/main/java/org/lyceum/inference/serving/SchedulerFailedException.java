package org.lyceum.inference.serving;

import org.lyceum.foundation.UserError;

/** The scheduler's thread has ended in an error that nobody expected; it computes nothing any more. */
public final class SchedulerFailedException extends UserError {
    SchedulerFailedException(Throwable cause) {
        super("The model has failed (" + cause + ") and answers no more requests; start it again.", cause);
    }
}
