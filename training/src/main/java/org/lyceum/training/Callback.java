package org.lyceum.training;

import org.jspecify.annotations.Nullable;

/**
 * Something that a run does beside learning: evaluation, samples, checkpoints, metrics, progress. Told in the order of the trainer's list.
 */
public interface Callback {
    /** Before the first step of this process; {@code state} is not at the start when the run is resumed. */
    default void onStart(TrainingState state, long steps) {
    }

    /** After each step; returns the state, changed if the callback found something that a checkpoint must remember. */
    default TrainingState onStep(StepReport report, TrainingState state) {
        return state;
    }

    /** After the last step, or when a step failed with {@code failure}. */
    default void onEnd(TrainingState state, @Nullable Throwable failure) {
    }
}
