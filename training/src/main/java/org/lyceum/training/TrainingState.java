package org.lyceum.training;

import org.jspecify.annotations.Nullable;

/**
 * Where a run stands, beside weights and optimizer moments; a checkpoint holds it as {@code training_state.json}.
 *
 * @param step steps done
 * @param tokens seen so far
 * @param seconds spent in steps so far, evaluation and checkpoints not counted
 * @param bestValidation the lowest validation loss so far, nats a token; null before the first evaluation
 * @param bestStep the step that had it
 */
public record TrainingState(long step, long tokens, double seconds, @Nullable Double bestValidation, @Nullable Long bestStep) {
    /** Nothing done. */
    public static final TrainingState START = new TrainingState(0, 0, 0, null, null);

    TrainingState after(long step, long tokens, double seconds) {
        return new TrainingState(step, this.tokens + tokens, this.seconds + seconds, bestValidation, bestStep);
    }

    /** The same with a validation loss taken into account. */
    public TrainingState withValidation(double loss) {
        return bestValidation != null && bestValidation <= loss ? this : new TrainingState(step, tokens, seconds, loss, step);
    }
}
