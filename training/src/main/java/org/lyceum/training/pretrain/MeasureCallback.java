package org.lyceum.training.pretrain;

import java.util.Map;
import java.util.function.Supplier;
import org.lyceum.training.Callback;
import org.lyceum.training.StepReport;
import org.lyceum.training.TrainingState;
import org.lyceum.training.run.MetricsLog;

/** Puts tasks to the model every so many steps and after the run's last, as {@link EvaluateCallback} validates. */
final class MeasureCallback implements Callback {
    private final long every;
    private final Supplier<Map<String, Double>> measure;

    MeasureCallback(long every, Supplier<Map<String, Double>> measure) {
        this.every = every;
        this.measure = measure;
    }

    @Override
    public TrainingState onStep(StepReport report, TrainingState state) {
        if (report.step() % every == 0 || report.lastOfRun()) {
            measure.get().forEach((name, value) -> report.add(MetricsLog.TASK + name, value));
        }
        return state;
    }
}
