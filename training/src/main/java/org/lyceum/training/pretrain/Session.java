package org.lyceum.training.pretrain;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.Decoder;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.tensor.MatmulPeak;
import org.lyceum.text.shard.Batch;
import org.lyceum.text.shard.BatchConfig;
import org.lyceum.text.shard.BatchSource;
import org.lyceum.text.shard.EvaluationBatches;
import org.lyceum.text.shard.TokenDataset;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.Callback;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.Evaluation;
import org.lyceum.training.StepReport;
import org.lyceum.training.Trainer;
import org.lyceum.training.TrainingState;
import org.lyceum.training.objective.NextToken;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.run.MetricsLog;
import org.lyceum.training.run.ProgressLine;
import org.lyceum.training.run.ReportData;
import org.lyceum.training.run.TensorBoardLog;
import org.lyceum.training.run.XzBaseline;

/** One process's share of a run, everything being ready: the loop with its callbacks, then the last evaluation and the report. */
final class Session {
    private final Pretraining.Request request;
    private final RunFolder folder;
    private final Checkpoints checkpoints;
    private final PretrainConfig config;
    private final Tokenizer tokenizer;
    private final TokenDataset dataset;
    private final XzBaseline xz;
    private final Decoder model;
    private final @Nullable Path from;
    private final TrainingState start;
    private final long steps;
    private final RunReport report;
    private final double flopsPerToken;
    private final double peakFlops;
    private @Nullable Double lastLoss;

    Session(Pretraining.Request request, RunFolder folder, Checkpoints checkpoints, PretrainConfig config, Tokenizer tokenizer,
            TokenDataset dataset,
            XzBaseline xz, Decoder model, @Nullable Path from, TrainingState start) {
        this.request = request;
        this.folder = folder;
        this.checkpoints = checkpoints;
        this.config = config;
        this.tokenizer = tokenizer;
        this.dataset = dataset;
        this.xz = xz;
        this.model = model;
        this.from = from;
        this.start = start;
        this.steps = requireNonNull(config.train().steps());
        this.flopsPerToken = model.config().trainingFlopsPerToken();
        this.peakFlops = MatmulPeak.measure(config.train().dtype());
        this.report = new RunReport(folder.path(), config, model.config().parameterCount(), flopsPerToken, peakFlops, dataset);
    }

    Pretraining.Outcome run() {
        WholeFiles.write(folder.file("config.yaml"), Records.toYaml(config));
        var batches = new BatchSource(dataset.train(), batches(config), config.seed());
        var setup = setup(config, model, batches);
        if (from != null) {
            Checkpoints.reading(from, () -> {
                Checkpoints.loadOptimizer(from, setup.optimizer().state());
                return from;
            });
        }
        request.say()
                .accept(String.format(Locale.ROOT, "%s parameters, %d steps of %,d tokens (%.2f epochs)%s",
                        count(model.config().parameterCount()), steps,
                        setup.tokensPerBatch() * setup.loop().accumulation(), batches.epochs(steps * setup.loop().accumulation()),
                        start.step() > 0 ? ", resuming after step " + start.step() : ""));
        folder.status(new RunFolder.Status("running", start.step(), steps, null, null));
        var trainer = new Trainer<>(setup, callbacks(setup), start);
        System.gc(); // preparing the data took a heap several times that of training; this hands it back
        TrainingState end;
        try (var stop = new StopOnSignal(trainer, request.maxDuration())) {
            end = trainer.run();
            return finish(end, stop.signalled());
        } catch (RuntimeException | Error e) {
            failed(e);
            throw e;
        }
    }

    private Pretraining.Outcome finish(TrainingState end, boolean signalled) {
        boolean finished = end.step() >= steps;
        var best = checkpoints.best().orElse(null);
        Evaluation validation = null;
        if (finished) {
            if (best != null && !best.equals(checkpoints.last().orElse(null))) {
                HuggingFaceFolder.load(best, model); // what --model takes, so what the figures should be of
            }
            request.say().accept("validating on all " + dataset.info().validation().tokens() + " held-out tokens");
            validation = evaluate(0);
        } else if (!signalled) { // who pressed Ctrl-C is waiting
            validation = evaluate(config.evaluate().tokens());
        }
        var page = report.write(finished ? ReportData.State.FINISHED : ReportData.State.INTERRUPTED, summary(finished, end, validation),
                end,
                validation == null ? end.bestValidation() : (Double) validation.loss(),
                validation == null ? null : (Double) validation.bitsPerByte(), xz);
        double speed = end.seconds() == 0 ? 0 : end.tokens() / end.seconds();
        double mfu = speed * flopsPerToken / peakFlops;
        if (finished && validation != null) {
            folder.status(new RunFolder.Status(RunFolder.Status.FINISHED, end.step(), steps, null,
                    new RunFolder.Figures(lastLoss(), validation, xz, speed, mfu)));
        } else {
            folder.status(new RunFolder.Status("stopped", end.step(), steps, null, null));
            request.say().accept("stopped after step " + end.step() + " and saved; the same command goes on from there");
        }
        return new Pretraining.Outcome(end, finished, lastLoss(), validation, xz, speed, mfu, best, page);
    }

    /** Of the last step, also when another process took it. */
    private @Nullable Double lastLoss() {
        if (lastLoss == null) {
            var lines = MetricsLog.read(folder.file(MetricsLog.FILE_NAME));
            if (!lines.isEmpty() && lines.getLast().number(MetricsLog.LOSS) instanceof OptionalDouble loss && loss.isPresent()) {
                lastLoss = loss.getAsDouble();
            }
        }
        return lastLoss;
    }

    /** Leaves word of it in the run folder; when even that fails (a full disk, say), {@code failure} is still the one to report. */
    private void failed(Throwable failure) {
        try {
            tellOf(failure);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void tellOf(Throwable failure) {
        var at = checkpoints.last().map(Checkpoints::state).orElse(TrainingState.START);
        var message = failure instanceof UserError && failure.getMessage() != null ? failure.getMessage() : failure.toString();
        folder.status(new RunFolder.Status("failed", at.step(), steps, message, null));
        report.write(ReportData.State.FAILED, message, at, at.bestValidation(), null, xz);
    }

    private List<Callback> callbacks(Trainer.Setup<Decoder, Batch> setup) {
        long evaluateEvery = requireNonNullElse(config.evaluate().every(), Math.ceilDiv(steps, 10));
        long sampleEvery = requireNonNullElse(config.evaluate().sampleEvery(), evaluateEvery);
        long checkpointEvery = requireNonNullElse(config.checkpoint().every(), evaluateEvery);
        var progress = ProgressLine.onStandardError();
        var list = new ArrayList<Callback>();
        list.add(new EvaluateCallback(evaluateEvery, () -> evaluate(config.evaluate().tokens())));
        list.add(new SampleCallback(folder.file("samples.jsonl"), sampleEvery, prompts(),
                (prompt, seed) -> request.sampler().complete(model, tokenizer, prompt, config.evaluate().sampleTokens(), seed)));
        list.add(new RunLogCallback(MetricsLog.open(folder.file(MetricsLog.FILE_NAME), start.step()),
                TensorBoardLog.open(folder.path(), start.step() + 1),
                progress, flopsPerToken, peakFlops,
                state -> report.write(ReportData.State.IN_PROGRESS, "Step " + state.step() + " of " + steps + ".", state,
                        state.bestValidation(), null, xz)));
        // After the log, so that no step that a checkpoint holds can be missing from metrics.jsonl.
        list.add(new CheckpointCallback(checkpointEvery, checkpoints, this::writeModel, setup.optimizer().state()));
        list.add(new Callback() {
            @Override
            public TrainingState onStep(StepReport step, TrainingState state) {
                lastLoss = step.loss();
                return state;
            }
        });
        return list;
    }

    /** The prompts that this tokenizer can say and that leave room for an answer, or else the empty one. */
    private List<String> prompts() {
        var usable = config.evaluate().prompts().stream().filter(prompt -> {
            try {
                return tokenizer.encode(prompt).length < config.model().context();
            } catch (UserError _) {
                return false;
            }
        }).toList();
        if (usable.size() < config.evaluate().prompts().size()) {
            request.say().accept("some of evaluate.prompts hold what the tokenizer does not know, or fill the context; no samples of them");
        }
        return usable.isEmpty() ? List.of("") : usable;
    }

    private void writeModel(Path into) {
        int end = tokenizer.endOfText().orElseThrow();
        HuggingFaceFolder.write(into, model, Map.of("eos", end, "bos", end));
        tokenizer.save(into);
    }

    private Evaluation evaluate(long limitTokens) {
        var held = new EvaluationBatches(dataset.validation(), batches(config), limitTokens);
        return Evaluation.of(model, held, held.bytes());
    }

    private String summary(boolean finished, TrainingState end, @Nullable Evaluation validation) {
        if (!finished || validation == null) {
            return "Stopped after step " + end.step() + " of " + steps + "; the same command goes on from there.";
        }
        return String.format(Locale.ROOT,
                "A model of %s parameters, trained in %s on %s. It needs %.3f bits for a byte of text it has not seen; xz -9, "
                        + "given the training text first, needs %.3f.",
                count(model.config().parameterCount()), duration(end.seconds()),
                String.join(", ", config.data().paths()), validation.bitsPerByte(), xz.primedBitsPerByte());
    }

    /** The rows of a batch. */
    static BatchConfig batches(PretrainConfig config) {
        return new BatchConfig(requireNonNull(config.train().batch()), config.model().context(), config.data().packing(),
                config.data().order());
    }

    /** What the loop needs, for a resolved configuration. */
    static Trainer.Setup<Decoder, Batch> setup(PretrainConfig config, Decoder model, BatchSource batches) {
        var train = config.train();
        double rate = requireNonNull(config.optimizer().learningRate());
        var optimizer = Optimizers.of(model.parameters(), rate, config.optimizer(), train.dtype());
        return new Trainer.Setup<>(model, model.parameters(), batches::batch,
                (long) requireNonNull(train.batch()) * config.model().context(),
                new NextToken(), optimizer, config.schedule(), rate,
                new Trainer.Loop(requireNonNull(train.steps()), train.accumulation(), config.optimizer().clip(), train.checkpointing()),
                config.seed());
    }

    private static String count(long parameters) {
        return parameters < 1_000_000
                ? String.format(Locale.ROOT, "%.0f thousand", parameters / 1e3)
                : String.format(Locale.ROOT, "%.1f million", parameters / 1e6);
    }

    private static String duration(double seconds) {
        return seconds < 90 ? Math.round(seconds) + " seconds" : Math.round(seconds / 60) + " minutes";
    }

    /**
     * While open, Ctrl-C (or a polite kill) asks the loop to stop after its step, and the process waits until the run is saved; so does the
     * end of {@code maxDuration}.
     */
    private static final class StopOnSignal implements AutoCloseable {
        private final CountDownLatch saved = new CountDownLatch(1);
        private volatile boolean signalled;
        private final Thread hook;
        private final @Nullable Thread timer;

        StopOnSignal(Trainer<?, ?> trainer, @Nullable Duration maxDuration) {
            hook = Thread.ofPlatform().unstarted(() -> {
                signalled = true;
                trainer.stop();
                try {
                    saved.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            Runtime.getRuntime().addShutdownHook(hook);
            timer = maxDuration == null ? null : Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(maxDuration);
                    trainer.stop();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        /** Whether the process was asked to end. */
        boolean signalled() {
            return signalled;
        }

        @Override
        public void close() {
            saved.countDown();
            if (timer != null) {
                timer.interrupt();
            }
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException _) {
                return; // the process is already ending
            }
        }
    }
}
