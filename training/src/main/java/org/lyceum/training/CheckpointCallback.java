package org.lyceum.training;

import java.nio.file.Path;
import java.util.Map;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.tensor.Tensor;

/**
 * Saves a checkpoint every so many steps, where the validation loss is the lowest so far (or the best would be lost when validations come
 * more often), at milestones, and after the last step, which is also the one in which a run was asked to stop.
 */
public final class CheckpointCallback implements Callback {
    private final long every;
    private final Checkpoints checkpoints;
    private final WholeFiles.Content<Path> model;
    private final Map<String, Tensor> optimizer;

    /** @param model writes the model's own files into a checkpoint's folder */
    public CheckpointCallback(long every, Checkpoints checkpoints, WholeFiles.Content<Path> model, Map<String, Tensor> optimizer) {
        this.every = every;
        this.checkpoints = checkpoints;
        this.model = model;
        this.optimizer = optimizer;
    }

    @Override
    public TrainingState onStep(StepReport report, TrainingState state) {
        boolean best = state.bestStep() != null && state.bestStep() == report.step();
        if (report.step() % every == 0 || best || report.last() || checkpoints.isMilestone(report.step())) {
            checkpoints.save(state, model, optimizer);
        }
        return state;
    }
}
