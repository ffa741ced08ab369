package org.lyceum.training.pretrain;

import java.util.function.Supplier;
import org.lyceum.training.Callback;
import org.lyceum.training.Evaluation;
import org.lyceum.training.StepReport;
import org.lyceum.training.TrainingState;
import org.lyceum.training.run.MetricsLog;

/**
 * Validates every so many steps and after the run's last, always on the same part of the validation split, so that losses compare. Not
 * where the run is stopped: a resumed run must equal one that never was.
 */
final class EvaluateCallback implements Callback {
    private final long every;
    private final Supplier<Evaluation> evaluation;

    EvaluateCallback(long every, Supplier<Evaluation> evaluation) {
        this.every = every;
        this.evaluation = evaluation;
    }

    @Override
    public TrainingState onStep(StepReport report, TrainingState state) {
        if (report.step() % every != 0 && !report.lastOfRun()) {
            return state;
        }
        var result = evaluation.get();
        report.add(MetricsLog.VALIDATION_LOSS, result.loss());
        report.add(MetricsLog.VALIDATION_BITS_PER_BYTE, result.bitsPerByte());
        return state.withValidation(result.loss());
    }
}
