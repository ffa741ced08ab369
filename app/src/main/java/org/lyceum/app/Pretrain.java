package org.lyceum.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.pretrain.PretrainConfig;
import org.lyceum.training.pretrain.Pretraining;
import org.lyceum.training.pretrain.RunConfiguration;
import org.lyceum.training.pretrain.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lyceum pretrain}. */
@Command(name = "pretrain", description = "Train a language model from raw text; goes on by itself after an interruption.", mixinStandardHelpOptions = true, footer = {
        "", "Examples:",
        "  lyceum pretrain --data corpus.txt --out runs/mine --depth 6",
        "  lyceum pretrain --data notes/ --data wordnet --out runs/two --set model.context=512 --set optimizer.kind=adamw",
        "  lyceum pretrain --out runs/mine                       (goes on where it was cut off)",
        "  lyceum pretrain --config mine.yaml --data input.txt --out runs/shakespeare --max-minutes 30",
        "", "Everything that can be set, with its value, is in the run's config.yaml; any of it: --set train.batch=32."})
final class Pretrain implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "PATH", arity = "1..*", description = "Files (.txt .md .jsonl .csv .tsv, also .gz .zst), folders, - for standard input, or wordnet.")
    private List<String> data = List.of();

    @Option(names = "--out", required = true, paramLabel = "RUN", description = "The run folder.")
    @SuppressWarnings("NullAway.Init") // required
    private Path out;

    @Option(names = "--config", paramLabel = "F.yaml", description = "Configuration to lay over the defaults.")
    private @Nullable Path config;

    @Option(names = "--depth", paramLabel = "N", description = "Blocks; width, heads, learning rate, batch and token budget follow.")
    private @Nullable Integer depth;

    @Option(names = "--set", paramLabel = "k=v", description = "One value of the configuration, as in --set model.context=512; may be repeated.")
    private List<String> set = List.of();

    @Option(names = "--resume", paramLabel = "auto|never|PATH", description = "Go on from the run's newest checkpoint if there is one (auto, the default), "
            + "set an earlier run aside and start afresh (never), or start from a checkpoint elsewhere.")
    private String resume = "auto";

    @Option(names = "--max-steps", paramLabel = "N", description = "Steps in all.")
    private @Nullable Long maxSteps;

    @Option(names = "--max-minutes", paramLabel = "M", description = "Stop and save after this long; the same command then goes on.")
    private @Nullable Double maxMinutes;

    @Option(names = "--checkpoint-every", paramLabel = "N", description = "Steps between checkpoints.")
    private @Nullable Long checkpointEvery;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of every random choice.")
    private @Nullable Long seed;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        boolean afresh = resume.equals("never");
        var from = resume.equals("auto") || afresh ? null : Checkpoints.at(Path.of(resume));
        boolean resumed = from == null && !afresh && RunConfiguration.canResume(out);
        var defaults = from == null ? PretrainConfig.DEFAULTS : RunConfiguration.ofCheckpoint(from);
        var wanted = RunConfiguration.of(out, resumed, defaults, config, overrides());
        if (wanted.data().paths().isEmpty()) {
            throw UserError.usage("Name the text to train on: --data PATH (a file, a folder, - for standard input, or wordnet).");
        }
        if (maxMinutes != null && !(maxMinutes > 0)) {
            throw UserError.usage("--max-minutes must be above 0, not " + maxMinutes + ".");
        }
        Pretraining.check(wanted);
        if (afresh) {
            RunFolder.setAside(out).ifPresent(old -> err.println("the earlier run is now " + old));
        }
        engine.apply();
        var duration = maxMinutes == null ? null : Duration.ofMillis((long) (60_000 * maxMinutes));
        var outcome = Pretraining.run(new Pretraining.Request(wanted, out, from, duration, null, Sampling.SAMPLER, err::println));
        report(spec.commandLine().getOut(), err, outcome, json.wanted());
        return 0;
    }

    private List<String> overrides() {
        var all = new ArrayList<String>();
        if (!data.isEmpty()) {
            all.add("data.paths=" + Records.toJson(data)); // JSON is YAML
        }
        add(all, "model.depth", depth);
        add(all, "train.steps", maxSteps);
        add(all, "checkpoint.every", checkpointEvery);
        add(all, "seed", seed);
        add(all, "train.dtype", engine.dtypeIfGiven());
        all.addAll(set);
        return all;
    }

    private static void add(List<String> overrides, String key, @Nullable Object value) {
        if (value != null) {
            overrides.add(key + "=" + value);
        }
    }

    static void report(PrintWriter out, PrintWriter err, Pretraining.Outcome outcome, boolean json) {
        var validation = outcome.validation();
        if (validation != null && outcome.finished()) {
            err.printf(Locale.ROOT,
                    "validation: %.4f nats a token, %.4f bits per byte; xz -9, primed with the training text: %.4f bits per byte%n",
                    validation.loss(), validation.bitsPerByte(), outcome.baseline().primedBitsPerByte());
        }
        err.println("report: " + outcome.report());
        if (json) {
            var result = new LinkedHashMap<String, @Nullable Object>();
            result.put("steps", outcome.state().step());
            result.put("train_loss", outcome.trainLoss());
            result.put("val_loss", validation == null ? outcome.state().bestValidation() : (Double) validation.loss());
            result.put("val_bits_per_byte", validation == null ? null : (Double) validation.bitsPerByte());
            result.put("tokens_per_s", outcome.tokensPerSecond());
            result.put("mfu", outcome.mfu());
            result.put("checkpoint", Objects.toString(outcome.checkpoint(), null));
            JsonOption.print(out, result);
        }
    }
}
