package org.lyceum.models;

import org.jspecify.annotations.Nullable;

/**
 * How a forward pass is run.
 *
 * @param training whether dropout is on
 * @param checkpointing where to save memory by recomputing blocks in backward; null to keep every activation
 */
public record Pass(boolean training, @Nullable Checkpointing checkpointing) {
    /** No dropout, nothing recomputed. */
    public static final Pass EVALUATION = new Pass(false, null);
    /** Dropout as configured, nothing recomputed. */
    public static final Pass TRAINING = new Pass(true, null);
}
