package org.lyceum.training.pretrain;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.CausalModel;
import org.lyceum.models.Initialisation;
import org.lyceum.models.huggingface.CausalFolder;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.shard.DatasetConfig;
import org.lyceum.text.shard.TokenDataset;
import org.lyceum.text.shard.TokenEncoder;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.Evaluation;
import org.lyceum.training.Milestones;
import org.lyceum.training.TrainingState;
import org.lyceum.training.parallel.Share;
import org.lyceum.training.parallel.Workers;
import org.lyceum.training.run.Report;
import org.lyceum.training.run.XzBaseline;

/** From raw text to a trained model in a run folder: the order of things, each of which lives in a file of its own. */
public final class Pretraining {
    /** Completes {@code prompt} with at most {@code maxTokens} tokens; a pure function of the model and {@code seed}. */
    @FunctionalInterface
    public interface Sampler {
        String complete(CausalModel model, Tokenizer tokenizer, String prompt, int maxTokens, long seed);
    }

    /** What else is measured of the model at each validation, by name; training itself knows no tasks. */
    @FunctionalInterface
    public interface Measure {
        /** Measures nothing. */
        Measure NOTHING = (_, _) -> Map.of();

        Map<String, Double> of(CausalModel model, Tokenizer tokenizer);
    }

    /**
     * @param config what to train, unresolved
     * @param out the run folder
     * @param from a checkpoint to start from; null: the run's own newest, or none
     * @param maxDuration the run stops and saves after this long; null for no limit
     * @param fitDuration when the configuration leaves the steps open: as many as fit into this long on this machine; null for the token
     *     budget
     * @param sampler completes the sample prompts
     * @param measure the tasks of {@code evaluate.tasks}, put to the model with each validation
     * @param say told what is going on, a line at a time
     * @param workers who trains; all are asked for the same
     */
    public record Request(PretrainConfig config, Path out, @Nullable Path from, @Nullable Duration maxDuration,
            @Nullable Duration fitDuration,
            Sampler sampler, Measure measure, Consumer<String> say, Workers workers) {
        /** Where no tasks are measured. */
        public Request(PretrainConfig config, Path out, @Nullable Path from, @Nullable Duration maxDuration, @Nullable Duration fitDuration,
                Sampler sampler, Consumer<String> say, Workers workers) {
            this(config, out, from, maxDuration, fitDuration, sampler, Measure.NOTHING, say, workers);
        }

        /** For one process on its own. */
        public Request(PretrainConfig config, Path out, @Nullable Path from, @Nullable Duration maxDuration, @Nullable Duration fitDuration,
                Sampler sampler, Consumer<String> say) {
            this(config, out, from, maxDuration, fitDuration, sampler, say, Workers.ALONE);
        }

        /** The same, which also measures that. */
        public Request measuring(Measure measure) {
            return new Request(config, out, from, maxDuration, fitDuration, sampler, measure, say, workers);
        }
    }

    /**
     * @param state where the run stands
     * @param finished whether it reached its last step
     * @param trainLoss of the last step, nats a token; null where {@code metrics.jsonl} does not tell it
     * @param validation of the best checkpoint on the whole validation split
     * @param baseline what a compressor needs for the same text
     * @param tokensPerSecond over the whole run
     * @param mfu over the whole run, of the measured matmul peak
     * @param checkpoint the best one, which {@code validation} is of
     * @param report the page
     */
    public record Outcome(TrainingState state, boolean finished, @Nullable Double trainLoss, @Nullable Evaluation validation,
            XzBaseline baseline,
            double tokensPerSecond, double mfu, @Nullable Path checkpoint, Path report) {
    }

    private Pretraining() {
    }

    /**
     * Trains, resuming what is there. Throws {@link UserError} for all that the user can mend; what was saved stays good. Where several
     * workers train, this is for the one that leads; the others {@link #follow}.
     */
    public static Outcome run(Request request) {
        check(request.config(), request.workers().count(), request.workers().here());
        try (var folder = RunFolder.open(request.out())) {
            var kept = request.config().checkpoint();
            var checkpoints = new Checkpoints(folder.path(), kept.keepLast(), new Milestones(kept.perTenfold()));
            checkpoints.recover();
            var finished = alreadyFinished(request, folder, checkpoints);
            if (finished != null) {
                request.workers().tell(Follower.NOTHING_TO_DO);
                return finished;
            }
            return run(request, folder, checkpoints);
        }
    }

    /**
     * Throws {@link UserError} for what cannot be and can be said before the first file is made or moved: a shape that does not fit
     * together or not into this machine, a share of the data that is none.
     */
    public static void check(PretrainConfig config) {
        check(config, 1, 1);
    }

    /** The same for a run with so many workers, which must share a batch evenly, {@code here} of them on this machine. */
    public static void check(PretrainConfig config, int workers, int here) {
        int vocabulary = config.tokenizer().kind() == PretrainConfig.TokenizerChoice.Kind.BPE && config.tokenizer().path() == null
                ? config.tokenizer().vocabularySize()
                : 1; // known only once the text is read
        split(config);
        var shape = DepthDial.shape(config.model(), Math.max(1, vocabulary));
        var resolved = DepthDial.resolve(config, shape);
        Share.mustDivide(requireNonNull(resolved.train().batch()), workers);
        memory(shape, resolved, workers, here).mustFit();
    }

    private static DatasetConfig split(PretrainConfig config) {
        return DatasetConfig.DEFAULT.withValidation(config.data().validation()).withSplit(config.data().split());
    }

    private static MemoryEstimate memory(CausalConfig shape, PretrainConfig resolved, int workers, int here) {
        var train = resolved.train();
        int rows = requireNonNull(train.batch()) / workers;
        return MemoryEstimate.of(shape, rows, train.checkpointing(), train.dtype(), resolved.optimizer().kind()).times(here);
    }

    /**
     * Trains as one of several workers, with what the leader has prepared in the run folder {@code out}, until the leader is done or, if
     * that comes first, for {@code maxDuration}.
     */
    public static void follow(Path out, @Nullable Duration maxDuration, Workers workers) {
        Follower.run(out, maxDuration, workers);
    }

    /** What a run that has taken all its steps printed when it did; null when there is something to do. */
    private static @Nullable Outcome alreadyFinished(Request request, RunFolder folder, Checkpoints checkpoints) {
        var status = folder.status().orElse(null);
        var steps = request.config().train().steps();
        if (request.from() != null || status == null || !status.status().equals(RunFolder.Status.FINISHED) || status.figures() == null
                || steps == null
                || checkpoints.last().isEmpty()) {
            return null;
        }
        var last = checkpoints.last().get();
        var state = Checkpoints.reading(last, () -> Checkpoints.state(last));
        if (state.step() < steps) {
            return null;
        }
        request.say().accept(
                "this run is finished, all " + state.step() + " steps are taken; a larger train.steps trains it further");
        var figures = status.figures();
        return new Outcome(state, true, figures.trainLoss(), figures.validation(), figures.baseline(), figures.tokensPerSecond(),
                figures.mfu(),
                checkpoints.best().orElse(last), folder.file(Report.FILE_NAME));
    }

    private static Outcome run(Request request, RunFolder folder, Checkpoints checkpoints) {
        var say = request.say();
        var from = request.from() != null ? request.from() : checkpoints.last().orElse(null);
        var config = request.config();
        var state = from == null ? TrainingState.START : Checkpoints.reading(from, () -> Checkpoints.state(from));
        if (request.from() != null && checkpoints.last().isPresent() && Checkpoints.step(checkpoints.last().get()) > state.step()) {
            throw new UserError(folder.path() + " holds a run that is further than step " + state.step() + " of " + from
                    + "; leave out --resume to go on "
                    + "with that run, or choose another --out.");
        }

        var corpus = Corpus.open(config.data().paths(), config.data().corpus());
        var tokenizer = TokenizerTraining.of(config.tokenizer(), corpus, folder.path(), from, say);
        say.accept("encoding " + String.join(", ", config.data().paths()));
        var encoder = new TokenEncoder(tokenizer::encode, tokenizer.vocabularySize(), tokenizer.endOfText().orElseThrow(),
                tokenizer.fingerprint());
        var before = from == null ? null : encodedBefore(folder);
        try (var dataset = TokenDataset.build(folder.file("data"), corpus, encoder, split(config))) {
            if (before != null && !before.equals(dataset.fingerprint())) {
                say.accept("the data are not those that this run began with; it goes on with what is there now");
            }
            var info = dataset.info();
            say.accept(String.format(Locale.ROOT, "%,d documents, %,d training and %,d held-out tokens, %.2f bytes a token",
                    info.train().documents() + info.validation().documents(), info.train().tokens(), info.validation().tokens(),
                    (double) info.train().bytes() / info.train().tokens()));
            var baseline = baseline(dataset, say);
            var shape = DepthDial.shape(config.model(), tokenizer.vocabularySize());
            var resolved = DepthDial.resolve(config, shape);
            memory(shape, resolved, request.workers().count(), request.workers().here()).mustFit();
            if (config.train().steps() == null && request.fitDuration() != null) {
                say.accept("timing a few steps");
                resolved = resolved.withSteps(Calibration.steps(shape, resolved, dataset.train(), request.fitDuration()));
            }
            var model = CausalModel.of(shape, resolved.train().dtype());
            if (from == null) {
                Initialisation.of(model, Seeds.derive(resolved.seed(), "initialisation", 0));
            } else {
                Checkpoints.reading(from, () -> {
                    CausalFolder.load(from, model);
                    return model;
                });
            }
            request.workers().tell(new Follower.Plan(resolved, tokenizer.vocabularySize(), state).toJson());
            return new Session(request, folder, checkpoints, resolved, tokenizer, dataset, baseline, model, from, state).run();
        }
    }

    /** The fingerprint of the data that the run folder holds; null where it holds none that can be opened. */
    private static @Nullable String encodedBefore(RunFolder folder) {
        try (var dataset = TokenDataset.open(folder.file("data"), false)) {
            return dataset.fingerprint();
        } catch (UserError _) {
            return null; // they are made anew
        }
    }

    /**
     * Measured once for a set of data and kept with them; before the training rather than beside it, because it would take a core from
     * every matrix product.
     */
    private static XzBaseline baseline(TokenDataset dataset, Consumer<String> say) {
        var file = dataset.folder().resolve("xz-baseline.json");
        if (Files.exists(file)) {
            return Records.read(new XzBaseline(0, 0, 0, 0), file, List.of());
        }
        say.accept("measuring what xz -9 needs for the held-out text");
        var measured = XzBaseline.measure(pieces(dataset.trainText()), pieces(dataset.validationText()));
        WholeFiles.write(file, Records.toJson(measured) + "\n");
        return measured;
    }

    /** The bytes of a file, a mebibyte at a time, anew for each iteration. */
    private static Iterable<byte[]> pieces(Path file) {
        return () -> new Iterator<>() {
            private long at;

            @Override
            public boolean hasNext() {
                return at < file.toFile().length();
            }

            @Override
            public byte[] next() {
                try (var in = Files.newByteChannel(file)) {
                    in.position(at);
                    var buffer = ByteBuffer.allocate((int) Math.min(1 << 20, in.size() - at));
                    while (buffer.hasRemaining() && in.read(buffer) >= 0) {
                        continue;
                    }
                    at += buffer.position();
                    return buffer.array();
                } catch (IOException e) {
                    throw IoErrors.reading(file, e);
                }
            }
        };
    }
}
