package org.lyceum.inference.serving;

import org.lyceum.foundation.UserError;

/** As many requests wait as may wait; try again later. */
public final class QueueFullException extends UserError {
    QueueFullException(int queue) {
        super(queue + " requests are waiting already, and no more may; try again in a moment.");
    }
}
