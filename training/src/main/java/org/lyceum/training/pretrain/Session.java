package org.lyceum.training.pretrain;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.CausalModel;
import org.lyceum.models.huggingface.CausalFolder;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.MatmulPeak;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.shard.BatchConfig;
import org.lyceum.text.shard.BatchSource;
import org.lyceum.text.shard.EvaluationBatches;
import org.lyceum.text.shard.TokenDataset;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.Callback;
import org.lyceum.training.CheckpointCallback;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.Evaluation;
import org.lyceum.training.StepReport;
import org.lyceum.training.StopOnSignal;
import org.lyceum.training.Trainer;
import org.lyceum.training.TrainingState;
import org.lyceum.training.objective.NextToken;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.parallel.Share;
import org.lyceum.training.parallel.Workers;
import org.lyceum.training.run.MetricsLog;
import org.lyceum.training.run.ProgressLine;
import org.lyceum.training.run.ReportData;
import org.lyceum.training.run.TensorBoardLog;
import org.lyceum.training.run.XzBaseline;

/** One process's share of a run, everything being ready: the loop with its callbacks, then the last evaluation and the report. */
final class Session {
    private final Pretraining.Request request;
    private final Workers workers;
    private final RunFolder folder;
    private final Checkpoints checkpoints;
    private final PretrainConfig config;
    private final Tokenizer tokenizer;
    private final TokenDataset dataset;
    private final XzBaseline xz;
    private final CausalModel model;
    private final @Nullable Path from;
    private final TrainingState start;
    private final long steps;
    private final RunReport report;
    private final double flopsPerToken;
    private final double peakFlops;
    private @Nullable Double lastLoss;

    Session(Pretraining.Request request, RunFolder folder, Checkpoints checkpoints, PretrainConfig config, Tokenizer tokenizer,
            TokenDataset dataset,
            XzBaseline xz, CausalModel model, @Nullable Path from, TrainingState start) {
        this.request = request;
        this.workers = request.workers();
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
        this.peakFlops = workers.count() * MatmulPeak.measure(config.train().dtype()); // theirs is taken to be ours
        this.report = new RunReport(folder.path(), config, model.config().parameterCount(), flopsPerToken, peakFlops, dataset);
    }

    Pretraining.Outcome run() {
        WholeFiles.write(folder.file("config.yaml"), Records.toYaml(config));
        var batches = new BatchSource(dataset.train(), batches(config), config.seed());
        var setup = setup(config, model, batches, workers);
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
        broadcast(setup, workers);
        var trainer = new Trainer<>(setup, callbacks(setup), start, workers);
        System.gc(); // preparing the data took a heap several times that of training; this hands it back
        TrainingState end;
        try (var stop = new StopOnSignal(trainer, request.maxDuration())) {
            end = trainer.run();
            return finish(end, stop.signalled());
        } catch (RuntimeException e) {
            var explained = workers.explained(e);
            failed(explained);
            throw explained;
        } catch (Error e) {
            failed(e);
            throw e;
        }
    }

    private Pretraining.Outcome finish(TrainingState end, boolean signalled) {
        boolean finished = end.step() >= steps;
        signalled = any(workers, signalled);
        var best = checkpoints.best().orElse(null);
        Evaluation validation = null;
        if (finished) {
            if (best != null && !best.equals(checkpoints.last().orElse(null))) {
                CausalFolder.load(best, model); // what --model takes, so what the figures should be of
            }
            broadcast(weights(model), workers);
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

    private List<Callback> callbacks(Trainer.Setup<CausalModel, Share> setup) {
        long evaluateEvery = evaluateEvery(config);
        long sampleEvery = requireNonNullElse(config.evaluate().sampleEvery(), evaluateEvery);
        long checkpointEvery = requireNonNullElse(config.checkpoint().every(), evaluateEvery);
        var progress = ProgressLine.onStandardError();
        var list = new ArrayList<Callback>();
        list.add(new EvaluateCallback(evaluateEvery, () -> evaluate(config.evaluate().tokens())));
        list.add(new MeasureCallback(evaluateEvery, () -> request.measure().of(model, tokenizer)));
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

    /** Steps between validations. */
    static long evaluateEvery(PretrainConfig config) {
        return requireNonNullElse(config.evaluate().every(), Math.ceilDiv(requireNonNull(config.train().steps()), 10));
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
        CausalFolder.write(into, model, Map.of("eos", end, "bos", end));
        tokenizer.save(into);
    }

    private Evaluation evaluate(long limitTokens) {
        return evaluate(model, config, dataset, limitTokens, workers);
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

    // What all workers do alike; Follower does only this.

    /** The same weights and optimizer for all, whatever only the leader has read. */
    static void broadcast(Trainer.Setup<CausalModel, Share> setup, Workers workers) {
        var all = new ArrayList<>(weights(setup.model()));
        all.addAll(setup.optimizer().state().values());
        broadcast(all, workers);
    }

    /** The leader's values for all, once it has them. */
    static void broadcast(List<Tensor> tensors, Workers workers) {
        workers.awaitLeader();
        workers.broadcast(tensors);
    }

    static List<Tensor> weights(CausalModel model) {
        return model.parameters().stream().map(Parameter::value).toList();
    }

    static boolean any(Workers workers, boolean own) {
        return workers.sum(own ? 1 : 0)[0] > 0;
    }

    /** On the validation split or the start of it: each worker predicts its share of the batches, the sums are of all. */
    static Evaluation evaluate(CausalModel model, PretrainConfig config, TokenDataset dataset, long limitTokens, Workers workers) {
        var held = new EvaluationBatches(dataset.validation(), batches(config), limitTokens);
        var part = Evaluation.of(model, () -> LongStream.range(0, held.count()).filter(i -> i % workers.count() == workers.rank())
                .mapToObj(held::batch).iterator(), held.bytes());
        var sums = workers.sum(part.nats(), part.tokens());
        return new Evaluation(sums[0], (long) sums[1], held.bytes());
    }

    /** What the loop needs, for a resolved configuration. */
    static Trainer.Setup<CausalModel, Share> setup(PretrainConfig config, CausalModel model, BatchSource batches, Workers workers) {
        var train = config.train();
        double rate = requireNonNull(config.optimizer().learningRate());
        var optimizer = Optimizers.of(model.parameters(), rate, config.optimizer(), train.dtype());
        return new Trainer.Setup<>(model, model.parameters(), number -> Share.of(batches.batch(number), workers.rank(), workers.count()),
                (long) requireNonNull(train.batch()) * config.model().context(),
                Share.weighted(new NextToken()), optimizer, config.schedule(), rate,
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
}
