package org.lyceum.training.fit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Tensor;
import org.lyceum.training.Callback;
import org.lyceum.training.CheckpointCallback;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.StepReport;
import org.lyceum.training.StopOnSignal;
import org.lyceum.training.Trainer;
import org.lyceum.training.TrainingState;

/**
 * Trains a model to the end of its plan and leaves it with its best weights, those of the validation with the best {@link Score}. With a
 * folder, the run can be interrupted and goes on; there lie then {@code config.yaml}, {@code metrics.jsonl}, {@code checkpoints/}. Without
 * one, nothing is written, for studies that train many small models.
 *
 * <p>Pretraining, which has a corpus to encode and several workers to agree with, has a frame of its own
 * ({@link org.lyceum.training.pretrain.Pretraining}); both stand on the same loop and callbacks.
 */
public final class Fit {
    /**
     * @param folder where the run is kept; null to keep nothing
     * @param configuration what the run was asked to do; a folder that holds another run is refused
     * @param files how the model is written into a checkpoint
     * @param evaluateEvery steps between validations; there is one after the last step, too
     * @param validation the score as the model stands
     * @param checkpointEvery steps between checkpoints; the best and the last are kept whatever it is
     * @param progress where the line of progress goes, or null for none
     */
    public record Plan(@Nullable Path folder, Record configuration, ModelFiles files, long evaluateEvery, Supplier<Score> validation,
            long checkpointEvery, @Nullable Consumer<String> progress) {
        /** A run that leaves nothing on the disk. */
        public static Plan inMemory(long evaluateEvery, Supplier<Score> validation, @Nullable Consumer<String> progress) {
            return new Plan(null, new Nothing(), ModelFiles.of(List.of()), evaluateEvery, validation, evaluateEvery, progress);
        }

        private record Nothing() {
        }
    }

    /**
     * How it went.
     *
     * @param state after the last step
     * @param best the best score and {@code bestStep} the step that had it; the model now has its weights
     * @param lastLoss of the last step taken by this process; NaN if none was
     * @param checkpoint of the best step, where the run has a folder
     */
    public record Outcome(TrainingState state, double best, long bestStep, double lastLoss, @Nullable Path checkpoint) {
        /** Training tokens a second, validation not counted. */
        public double tokensPerSecond() {
            return state.seconds() == 0 ? 0 : state.tokens() / state.seconds();
        }
    }

    private Fit() {
    }

    /**
     * Trains, going on from what {@code plan}'s folder holds.
     *
     * @throws CancellationException when the process was asked to end (Ctrl-C); the run is saved if it has a folder
     * @throws UserError when the folder holds another run, or a loss is not a number
     */
    public static <M, B> Outcome run(Trainer.Setup<M, B> setup, Plan plan) {
        return plan.folder() instanceof Path folder ? inFolder(setup, plan, folder) : inMemory(setup, plan);
    }

    private static <M, B> Outcome inMemory(Trainer.Setup<M, B> setup, Plan plan) {
        var best = new BestWeights(setup.parameters());
        try (best) {
            var validate = new ValidateCallback(plan.evaluateEvery(), plan.validation(), best::keep);
            var end = train(setup, plan, List.of(validate), new ArrayList<>(), TrainingState.START);
            best.restore();
            return outcome(end, validate, plan, null);
        }
    }

    private static <M, B> Outcome inFolder(Trainer.Setup<M, B> setup, Plan plan, Path folder) {
        claim(folder, Records.toYaml(plan.configuration()));
        var checkpoints = new Checkpoints(folder, 1);
        checkpoints.recover();
        var from = checkpoints.last().orElse(null);
        var start = from == null ? TrainingState.START : Checkpoints.reading(from, () -> {
            plan.files().read(from);
            Checkpoints.loadOptimizer(from, setup.optimizer().state());
            return Checkpoints.state(from);
        });
        var validate = new ValidateCallback(plan.evaluateEvery(), plan.validation(), () -> {
        });
        var after = new ArrayList<Callback>();
        // After the log, so that no step that a checkpoint holds can be missing from metrics.jsonl.
        after.add(new CheckpointCallback(plan.checkpointEvery(), checkpoints, plan.files()::write, setup.optimizer().state()));
        var end = train(setup, plan, List.of(validate), after, start);
        var best = checkpoints.best().orElseThrow();
        plan.files().read(best);
        return outcome(end, validate, plan, best);
    }

    private static Outcome outcome(TrainingState end, ValidateCallback validate, Plan plan, @Nullable Path checkpoint) {
        // A run that had all its steps took none, so that its score is not known yet.
        var last = validate.last() instanceof Score score ? score : plan.validation().get();
        double loss = end.bestValidation() instanceof Double value ? value : Double.NaN;
        long step = end.bestStep() instanceof Long at ? at : end.step();
        return new Outcome(end, last.higherIsBetter() ? -loss : loss, step, validate.lastLoss(), checkpoint);
    }

    private static <M, B> TrainingState train(Trainer.Setup<M, B> setup, Plan plan, List<Callback> first, List<Callback> last,
            TrainingState start) {
        var callbacks = new ArrayList<>(first);
        callbacks.add(new FitLogCallback(plan.folder(), start.step(), plan.progress()));
        callbacks.addAll(last);
        var trainer = new Trainer<>(setup, callbacks, start);
        try (var stop = new StopOnSignal(trainer, null)) {
            var end = trainer.run();
            if (stop.signalled() || end.step() < setup.loop().steps()) {
                throw new CancellationException("stopped after step " + end.step()
                        + (plan.folder() == null ? "" : " and saved; the same command goes on from there"));
            }
            return end;
        }
    }

    /** Writes down in {@code folder} what was asked for; refuses one in which something else was asked for. */
    private static void claim(Path folder, String asked) {
        var note = folder.resolve("config.yaml");
        try {
            if (!Files.exists(note)) {
                WholeFiles.write(note, asked);
            } else if (!Files.readString(note).equals(asked)) {
                throw new UserError(folder + " holds a run with another configuration; choose another folder, or move that one away.");
            }
        } catch (IOException e) {
            throw IoErrors.reading(note, e);
        }
    }

    /** The weights of the best validation so far, in memory. */
    private static final class BestWeights implements AutoCloseable {
        private final List<Parameter> parameters;
        private final List<Tensor> kept = new ArrayList<>();

        BestWeights(List<Parameter> parameters) {
            this.parameters = parameters;
        }

        void keep() {
            try (var _ = NoGradient.open()) {
                if (kept.isEmpty()) {
                    parameters.forEach(parameter -> kept.add(Tensor.empty(parameter.value().dtype(), parameter.value().shape())));
                }
                for (int i = 0; i < kept.size(); i++) {
                    kept.get(i).copyFrom(parameters.get(i).value());
                }
            }
        }

        void restore() {
            try (var _ = NoGradient.open()) {
                for (int i = 0; i < kept.size(); i++) {
                    parameters.get(i).value().copyFrom(kept.get(i));
                }
            }
        }

        @Override
        public void close() {
            kept.forEach(Tensor::close);
        }
    }

    /** Validates every so many steps and after the last; not where a run is stopped, or a resumed one would differ from one that never was. */
    private static final class ValidateCallback implements Callback {
        private final long every;
        private final Supplier<Score> validation;
        private final Runnable onBest;
        private @Nullable Score last;
        private double lastLoss = Double.NaN;

        ValidateCallback(long every, Supplier<Score> validation, Runnable onBest) {
            this.every = every;
            this.validation = validation;
            this.onBest = onBest;
        }

        @Nullable
        Score last() {
            return last;
        }

        double lastLoss() {
            return lastLoss;
        }

        @Override
        public TrainingState onStep(StepReport report, TrainingState state) {
            lastLoss = report.loss();
            if (report.step() % every != 0 && !report.lastOfRun()) {
                return state;
            }
            var score = validation.get();
            last = score;
            report.add("val_" + score.metric(), score.value());
            score.further().forEach((name, value) -> report.add("val_" + name, value));
            var after = state.withValidation(score.asLoss());
            if (after.bestStep() != null && after.bestStep() == report.step()) {
                onBest.run();
            }
            return after;
        }
    }
}
