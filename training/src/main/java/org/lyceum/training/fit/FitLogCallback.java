package org.lyceum.training.fit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.training.Callback;
import org.lyceum.training.StepReport;
import org.lyceum.training.TrainingState;
import org.lyceum.training.run.MetricsLog;
import org.lyceum.training.run.TensorBoardLog;

/** Writes what each step did to {@code metrics.jsonl} and TensorBoard, and tells of validations, or else now and then how far it is. */
final class FitLogCallback implements Callback {
    private static final long TELL_NANOS = 10_000_000_000L;

    private final @Nullable MetricsLog metrics;
    private final @Nullable TensorBoardLog tensorBoard;
    private final @Nullable Consumer<String> progress;
    private long told = System.nanoTime();

    FitLogCallback(@Nullable Path folder, long lastStep, @Nullable Consumer<String> progress) {
        metrics = folder == null ? null : MetricsLog.open(folder.resolve(MetricsLog.FILE_NAME), lastStep);
        tensorBoard = folder == null ? null : TensorBoardLog.open(folder, lastStep + 1);
        this.progress = progress;
    }

    @Override
    public TrainingState onStep(StepReport step, TrainingState state) {
        if (metrics != null && tensorBoard != null) {
            var values = new LinkedHashMap<String, Double>();
            values.put(MetricsLog.LOSS, step.loss());
            values.put(MetricsLog.LEARNING_RATE, step.learningRate());
            values.put(MetricsLog.GRADIENT_NORM, step.gradientNorm());
            values.put(MetricsLog.TOKENS_PER_SECOND, step.tokensPerSecond());
            step.measurements().forEach(m -> values.put(m.name(), m.value()));
            metrics.append(step.step(), values);
            tensorBoard.scalars(step.step(), values);
        }
        if (progress != null) {
            var validated = step.measurements().stream().filter(m -> m.name().startsWith("val_"))
                    .map(m -> String.format(Locale.ROOT, "%s %.4f", m.name(), m.value())).collect(Collectors.joining("  "));
            long now = System.nanoTime();
            if (!validated.isEmpty() || now - told > TELL_NANOS) {
                told = now;
                progress.accept(line(step, state) + (validated.isEmpty() ? "" : "  " + validated));
            }
        }
        return state;
    }

    private static String line(StepReport step, TrainingState state) {
        double left = state.seconds() / step.step() * (step.steps() - step.step());
        return String.format(Locale.ROOT, "step %d/%d %d%%  loss %.3f  lr %.1e  %,.0f tok/s  %.0f s (%.0f s left)", step.step(),
                step.steps(),
                100 * step.step() / step.steps(), step.loss(), step.learningRate(), state.tokens() / state.seconds(), state.seconds(),
                left);
    }

    @Override
    public void onEnd(TrainingState state, @Nullable Throwable failure) {
        if (metrics != null) {
            metrics.close();
        }
        if (tensorBoard != null) {
            tensorBoard.close();
        }
    }
}
