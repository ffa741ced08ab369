package org.lyceum.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.parallel.Workers;
import org.lyceum.training.pretrain.PretrainConfig;
import org.lyceum.training.pretrain.Pretraining;
import org.lyceum.training.pretrain.RunConfiguration;
import org.lyceum.training.pretrain.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum pretrain}. */
@Command(name = "pretrain", description = "Train a language model from raw text; goes on by itself after an "
        + "interruption.", mixinStandardHelpOptions = true, footer = {
                "", "Examples:",
                "  lyceum pretrain --data corpus.txt --out runs/mine --depth 6",
                "  lyceum pretrain --data notes/ --data wordnet --out runs/two --set model.context=512 --set optimizer.kind=adamw",
                "  lyceum pretrain --out runs/mine                       (goes on where it was cut off)",
                "  lyceum pretrain --data corpus.txt --out runs/both --nproc 2 --set train.batch=16",
                "  lyceum pretrain --config mine.yaml --data input.txt --out runs/shakespeare --max-minutes 30",
                "", "Everything that can be set, with its value, is in the run's config.yaml; any of it: --set train.batch=32."})
final class Pretrain implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "PATH", arity = "1..*", description = "Files (.txt .md .jsonl .csv .tsv, also .gz .zst), "
            + "folders, - for standard input, or wordnet.")
    private List<String> data = List.of();

    @Option(names = "--out", required = true, paramLabel = "RUN", description = "The run folder.")
    @SuppressWarnings("NullAway.Init") // required
    private Path out;

    @Option(names = "--config", paramLabel = "F.yaml", description = "Configuration to lay over the defaults.")
    private @Nullable Path config;

    @Option(names = "--depth", paramLabel = "N", description = "Blocks; width, heads, learning rate, batch and token budget follow.")
    private @Nullable Integer depth;

    @Option(names = "--resume", paramLabel = "auto|never|PATH", description = "Go on from the run's newest checkpoint if there is "
            + "one (auto, the default), "
            + "set an earlier run aside and start afresh (never), or start from a checkpoint elsewhere.")
    private String resume = "auto";

    @Option(names = "--max-steps", paramLabel = "N", description = "Steps in all.")
    private @Nullable Long maxSteps;

    @Option(names = "--max-minutes", paramLabel = "M", converter = Minutes.class, description = "Stop and save after this long; "
            + "the same command then goes on.")
    private @Nullable Duration maxDuration;

    @Option(names = "--checkpoint-every", paramLabel = "N", description = "Steps between checkpoints.")
    private @Nullable Long checkpointEvery;

    @Mixin
    private WorkerOptions together = new WorkerOptions();

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        int toStart = together.toStart();
        if (toStart > 1) {
            Pretraining.check(wanted(), toStart, toStart); // said once, here, what else every worker would say
            return LocalWorkers.run(toStart, together.words(), output.err());
        }
        training.apply();
        try (var workers = together.join()) {
            try {
                if (workers.leads()) {
                    lead(workers);
                } else {
                    Pretraining.follow(out, maxDuration, workers);
                }
                return 0;
            } catch (RuntimeException e) {
                throw workers.explained(e);
            }
        }
    }

    /** The run itself; one of several workers follows what the one that is here does. */
    private void lead(Workers workers) {
        var err = output.err();
        var wanted = wanted();
        Pretraining.check(wanted, workers.count(), workers.here());
        if (resume.equals("never")) {
            RunFolder.setAside(out).ifPresent(old -> err.println("the earlier run is now " + old));
        }
        var outcome = Pretraining.run(new Pretraining.Request(wanted, out, from(), maxDuration, null, Sampling.SAMPLER, err::println,
                workers).measuring(TaskMeasure.of(wanted.evaluate())));
        tell(err, outcome);
        if (output.json()) {
            output.print(figures(outcome));
        }
    }

    private PretrainConfig wanted() {
        var from = from();
        boolean resumed = from == null && !resume.equals("never") && RunConfiguration.canResume(out);
        var defaults = from == null ? PretrainConfig.DEFAULTS : RunConfiguration.ofCheckpoint(from);
        var wanted = RunConfiguration.of(out, resumed, defaults, config, overrides());
        if (wanted.data().paths().isEmpty()) {
            throw UserError.usage("Name the text to train on: --data PATH (a file, a folder, - for standard input, or wordnet).");
        }
        return wanted;
    }

    /** The checkpoint elsewhere that the run starts from, if it does. */
    private @Nullable Path from() {
        return resume.equals("auto") || resume.equals("never") ? null : Checkpoints.at(Path.of(resume));
    }

    private List<String> overrides() {
        var all = new ArrayList<String>();
        if (!data.isEmpty()) {
            all.add(TrainingOptions.paths(data));
        }
        TrainingOptions.add(all, "model.depth", depth);
        TrainingOptions.add(all, "train.steps", maxSteps);
        TrainingOptions.add(all, "checkpoint.every", checkpointEvery);
        return training.overrides(all);
    }

    private static Map<String, @Nullable Object> figures(Pretraining.Outcome outcome) {
        var validation = outcome.validation();
        var figures = new LinkedHashMap<String, @Nullable Object>();
        figures.put("steps", outcome.state().step());
        figures.put("train_loss", outcome.trainLoss());
        figures.put("val_loss", validation == null ? outcome.state().bestValidation() : (Double) validation.loss());
        figures.put("val_bits_per_byte", validation == null ? null : (Double) validation.bitsPerByte());
        figures.put("tokens_per_s", outcome.tokensPerSecond());
        figures.put("mfu", outcome.mfu());
        figures.put("checkpoint", Objects.toString(outcome.checkpoint(), null));
        return figures;
    }

    /** What every verb that trains says at its end: how the model compares with xz, if the run is finished, and where the report is. */
    static void tell(PrintWriter err, Pretraining.Outcome outcome) {
        var validation = outcome.validation();
        if (validation != null && outcome.finished()) {
            err.printf(Locale.ROOT,
                    "validation: %.4f nats a token, %.4f bits per byte; xz -9, primed with the training text: %.4f bits per byte%n",
                    validation.loss(), validation.bitsPerByte(), outcome.baseline().primedBitsPerByte());
        }
        err.println("report: " + outcome.report());
    }
}
