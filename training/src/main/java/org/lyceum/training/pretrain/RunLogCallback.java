package org.lyceum.training.pretrain;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.Memory;
import org.lyceum.training.Callback;
import org.lyceum.training.StepReport;
import org.lyceum.training.TrainingState;
import org.lyceum.training.run.MetricsLog;
import org.lyceum.training.run.ProgressLine;
import org.lyceum.training.run.TensorBoardLog;

/** Writes what each step did to {@code metrics.jsonl}, to TensorBoard and to the terminal, and has the report rewritten now and then. */
final class RunLogCallback implements Callback {
    /** Weight of the newest step in the smoothed seconds that the remaining time is reckoned from. */
    private static final double SMOOTHING = 0.05;

    private final MetricsLog metrics;
    private final TensorBoardLog tensorBoard;
    private final ProgressLine progress;
    private final double flopsPerToken;
    private final double peakFlops;
    private final Consumer<TrainingState> report;
    private double secondsPerStep;
    private double loss;

    /**
     * @param flopsPerToken of a training step
     * @param peakFlops that this machine showed, FLOP/s
     * @param report called after each validation with where the run stands
     */
    RunLogCallback(MetricsLog metrics, TensorBoardLog tensorBoard, ProgressLine progress, double flopsPerToken, double peakFlops,
            Consumer<TrainingState> report) {
        this.metrics = metrics;
        this.tensorBoard = tensorBoard;
        this.progress = progress;
        this.flopsPerToken = flopsPerToken;
        this.peakFlops = peakFlops;
        this.report = report;
    }

    @Override
    public TrainingState onStep(StepReport step, TrainingState state) {
        double mfu = step.tokensPerSecond() * flopsPerToken / peakFlops;
        var values = new LinkedHashMap<String, Double>();
        values.put(MetricsLog.LOSS, step.loss());
        values.put(MetricsLog.LEARNING_RATE, step.learningRate());
        values.put(MetricsLog.GRADIENT_NORM, step.gradientNorm());
        values.put(MetricsLog.TOKENS_PER_SECOND, step.tokensPerSecond());
        values.put(MetricsLog.MFU, mfu);
        values.put(MetricsLog.RESIDENT_BYTES, (double) Memory.residentBytes());
        step.measurements().forEach(m -> values.put(m.name(), m.value()));
        metrics.append(step.step(), values);
        tensorBoard.scalars(step.step(), values);

        secondsPerStep = secondsPerStep == 0 ? step.seconds() : (1 - SMOOTHING) * secondsPerStep + SMOOTHING * step.seconds();
        loss = loss == 0 ? step.loss() : (1 - SMOOTHING) * loss + SMOOTHING * step.loss();
        var elapsed = Duration.ofMillis((long) (1000 * state.seconds()));
        var remaining = Duration.ofMillis((long) (1000 * secondsPerStep * (step.steps() - step.step())));
        double speed = step.tokens() / secondsPerStep;
        progress.show(
                new ProgressLine.Status(step.step(), step.steps(), (double) step.step() / step.steps(), loss, step.learningRate(), speed,
                        speed * flopsPerToken / peakFlops, elapsed, remaining));
        step.measurement(MetricsLog.VALIDATION_BITS_PER_BYTE).ifPresent(bits -> {
            progress.message(String.format(Locale.ROOT, "step %d: validation loss %.4f, %.4f bits per byte", step.step(),
                    step.measurement(MetricsLog.VALIDATION_LOSS).orElse(Double.NaN), bits));
            step.measurements().stream().filter(m -> m.name().startsWith(MetricsLog.TASK)).forEach(m -> progress
                    .message(String.format(Locale.ROOT, "step %d: %s %.4f", step.step(), m.name().substring(MetricsLog.TASK.length()),
                            m.value())));
            report.accept(state);
        });
        return state;
    }

    @Override
    public void onEnd(TrainingState state, @Nullable Throwable failure) {
        progress.close();
        metrics.close();
        tensorBoard.close();
    }
}
