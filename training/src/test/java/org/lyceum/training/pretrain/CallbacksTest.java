package org.lyceum.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.training.Callback;
import org.lyceum.training.CheckpointCallback;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.Evaluation;
import org.lyceum.training.StepReport;
import org.lyceum.training.TrainingState;
import org.lyceum.training.run.MetricsLog;
import org.lyceum.training.run.ProgressLine;
import org.lyceum.training.run.TensorBoardLog;

class CallbacksTest {
    @TempDir
    Path folder;

    private static StepReport report(long step, long steps, boolean last) {
        return new StepReport(step, steps, last, 2 + 1.0 / step, 0.01, 0.5, 64, 0.25, new ArrayList<>());
    }

    private static TrainingState at(long step) {
        return new TrainingState(step, 64 * step, 0.25 * step, null, null);
    }

    /** Tells {@code callback} of the steps from {@code from} to {@code to} of {@code steps}; returns the last state. */
    private static TrainingState steps(Callback callback, long from, long to, long steps) {
        var state = at(from - 1);
        callback.onStart(state, steps);
        for (long step = from; step <= to; step++) {
            state = callback.onStep(report(step, steps, step == to),
                    new TrainingState(step, 64 * step, step, state.bestValidation(), state.bestStep()));
        }
        callback.onEnd(state, null);
        return state;
    }

    @Test
    void samplesComeOnTimeAndThoseOfStepsThatAreTakenAgainGo() throws IOException {
        var file = folder.resolve("samples.jsonl");
        steps(new SampleCallback(file, 3, List.of("A \"q\"", "ü\n"), (prompt, seed) -> prompt + "…" + seed), 1, 7, 10);
        assertThat(SampleCallback.read(file)).extracting(SampleCallback.Sample::step).containsExactly(3L, 3L, 6L, 6L);
        assertThat(SampleCallback.read(file)).extracting(SampleCallback.Sample::text).contains("A \"q\"…0", "ü\n…0");
        // Killed within a line, even within a character.
        Files.write(file, "{\"step\":9,\"prompt\":\"}".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        Files.write(file, new byte[]{(byte) 0xC3}, StandardOpenOption.APPEND);
        assertThat(SampleCallback.read(file)).hasSize(4);
        // Resumed from the checkpoint of step 4: the sample of step 6 is made again, that of the run's last step too.
        steps(new SampleCallback(file, 3, List.of("B"), (prompt, seed) -> "new"), 5, 10, 10);
        assertThat(SampleCallback.read(file)).extracting(SampleCallback.Sample::step).containsExactly(3L, 3L, 6L, 9L, 10L);
        Files.writeString(file, "nonsense\n");
        assertThatThrownBy(() -> SampleCallback.read(file)).isInstanceOf(UserError.class).hasMessageContaining("samples.jsonl");
    }

    @Test
    void validationComesOnTimeAndAfterTheRunsLastStepButNotWhereItIsStopped() {
        var losses = new ArrayList<>(List.of(3.0, 1.0, 2.0, 5.0));
        var asked = new ArrayList<Long>();
        var evaluate = new EvaluateCallback(4, () -> new Evaluation(losses.removeFirst() * 10, 10, 20));
        var recording = new Callback() {
            @Override
            public TrainingState onStep(StepReport report, TrainingState state) {
                var after = evaluate.onStep(report, state);
                if (report.measurement(MetricsLog.VALIDATION_LOSS).isPresent()) {
                    asked.add(report.step());
                    assertThat(report.measurement(MetricsLog.VALIDATION_BITS_PER_BYTE)).isPresent();
                }
                return after;
            }
        };
        var end = steps(recording, 1, 10, 20);
        assertThat(asked).containsExactly(4L, 8L);
        assertThat(end.bestStep()).isEqualTo(8);
        assertThat(end.bestValidation()).isEqualTo(1.0);
        asked.clear();
        steps(recording, 19, 21, 21);
        assertThat(asked).containsExactly(20L, 21L);
    }

    @Test
    void checkpointsComeOnTimeAndWhereTheRunIsStopped() {
        var checkpoints = new Checkpoints(folder, 10);
        steps(new CheckpointCallback(4, checkpoints, path -> Files.writeString(path.resolve("config.json"), "{}"), Map.of()), 1, 9, 20);
        assertThat(checkpoints.all()).extracting(Checkpoints::step).containsExactly(9L, 8L, 4L);
    }

    @Test
    void theBestIsSavedAlsoBetweenTwoCheckpoints() {
        var checkpoints = new Checkpoints(folder, 1);
        var losses = new ArrayList<>(List.of(3.0, 1.0, 2.0, 4.0));
        var evaluate = new EvaluateCallback(3, () -> new Evaluation(losses.removeFirst(), 1, 1));
        var save = new CheckpointCallback(5, checkpoints, path -> Files.writeString(path.resolve("config.json"), "{}"), Map.of());
        steps(new Callback() {
            @Override
            public TrainingState onStep(StepReport report, TrainingState state) {
                return save.onStep(report, evaluate.onStep(report, state));
            }
        }, 1, 12, 20);
        assertThat(checkpoints.all()).extracting(Checkpoints::step).containsExactly(12L, 6L);
        assertThat(checkpoints.best().map(Checkpoints::step)).hasValue(6L);
    }

    @Test
    void eachStepIsALineAndAValidationRewritesTheReport() {
        var file = folder.resolve(MetricsLog.FILE_NAME);
        var reported = new ArrayList<Long>();
        for (long start : new long[]{0, 2}) { // the second process goes on from the checkpoint of step 2
            var log = new RunLogCallback(MetricsLog.open(file, start), TensorBoardLog.open(folder, start + 1), progress(), 1000, 1e6,
                    state -> reported.add(state.step()));
            var with = new Callback() {
                @Override
                public TrainingState onStep(StepReport report, TrainingState state) {
                    if (report.step() % 2 == 0) {
                        report.add(MetricsLog.VALIDATION_LOSS, 1.5);
                        report.add(MetricsLog.VALIDATION_BITS_PER_BYTE, 0.5);
                    }
                    return log.onStep(report, state);
                }

                @Override
                public void onEnd(TrainingState state, Throwable failure) {
                    log.onEnd(state, failure);
                }
            };
            steps(with, start + 1, start + 3, 10);
        }
        var lines = MetricsLog.read(file);
        assertThat(lines).extracting(MetricsLog.Line::step).containsExactly(1L, 2L, 3L, 4L, 5L);
        var second = lines.get(1);
        assertThat(second.number(MetricsLog.LOSS)).hasValue(2.5);
        assertThat(second.number(MetricsLog.LEARNING_RATE)).hasValue(0.01);
        assertThat(second.number(MetricsLog.GRADIENT_NORM)).hasValue(0.5);
        assertThat(second.number(MetricsLog.TOKENS_PER_SECOND)).hasValue(256);
        assertThat(second.number(MetricsLog.MFU)).hasValue(0.256);
        assertThat(second.number(MetricsLog.VALIDATION_LOSS)).hasValue(1.5);
        assertThat(lines.get(2).number(MetricsLog.VALIDATION_LOSS)).isEmpty();
        assertThat(reported).containsExactly(2L, 4L);
        assertThat(text.toString(StandardCharsets.UTF_8)).contains("validation loss 1.5000, 0.5000 bits per byte");
    }

    private final java.io.ByteArrayOutputStream text = new java.io.ByteArrayOutputStream();

    private ProgressLine progress() {
        return new ProgressLine(new PrintStream(text, true, StandardCharsets.UTF_8), false, System::nanoTime);
    }

    @Test
    void tasksAreMeasuredWithEachValidationAndAfterTheLastStep() {
        var asked = new ArrayList<Long>();
        var callback = new MeasureCallback(3, () -> Map.of("quiz/acc", 0.25));
        for (long step = 1; step <= 7; step++) {
            var report = report(step, 7, step == 7);
            callback.onStep(report, at(step));
            report.measurement(MetricsLog.TASK + "quiz/acc").ifPresent(value -> asked.add(report.step()));
        }
        assertThat(asked).containsExactly(3L, 6L, 7L);
        var stopped = report(5, 7, true); // asked to stop: a resumed run must equal one that never was
        callback.onStep(stopped, at(5));
        assertThat(stopped.measurements()).isEmpty();
    }
}
