package org.lyceum.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import org.lyceum.training.pretrain.PretrainConfig;
import org.lyceum.training.pretrain.Pretraining;
import org.lyceum.training.pretrain.RunConfiguration;
import org.lyceum.training.pretrain.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lyceum quickstart}: the whole way in a few minutes. */
@Command(name = "quickstart", description = "From raw text to a model you can talk to, in a few minutes.", mixinStandardHelpOptions = true, footer = {
        "",
        "Examples:", "  lyceum quickstart", "  lyceum quickstart --minutes 30 --data my-notes/", "",
        "Without --data it learns the definitions and examples of WordNet, which come with Lyceum."})
final class Quickstart implements Callable<Integer> {
    private static final List<String> WORDNET = List.of("wordnet");

    @Option(names = "--minutes", paramLabel = "M", description = "Minutes of training (${DEFAULT-VALUE}); tokenizer, evaluation and report come on top.")
    private double minutes = 4;

    @Option(names = "--data", paramLabel = "PATH", arity = "1..*", description = "Text to learn instead of WordNet.")
    private List<String> data = WORDNET;

    @Option(names = "--out", paramLabel = "RUN", description = "The run folder (${DEFAULT-VALUE}).")
    private Path out = Path.of("runs", "quickstart");

    @Option(names = "--set", paramLabel = "k=v", description = "One value of the configuration, as for pretrain.")
    private List<String> set = List.of();

    @Option(names = "--seed", paramLabel = "S", description = "Seed of every random choice.")
    private long seed = 1;

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
        // A run that was cut off goes on; one that is finished is kept, and a new one begins.
        boolean resumed = RunConfiguration.canResume(out) && !isFinished();
        engine.apply();
        var given = Records.read(PretrainConfig.DEFAULTS, null, overrides());
        if (!resumed) {
            Pretraining.check(given);
            RunFolder.setAside(out).ifPresent(old -> err.println("the earlier run is now " + old));
        }
        var config = resumed ? RunConfiguration.of(out, true, given, null, List.of()) : given;
        var outcome = Pretraining
                .run(new Pretraining.Request(config, out, null, null, Duration.ofMillis((long) (60_000 * minutes)), Sampling.SAMPLER,
                        err::println));
        Pretrain.report(spec.commandLine().getOut(), err, outcome, false);
        err.printf(Locale.ROOT, "talk to it:  ./lyceum chat --model %s%n", out);
        if (json.wanted()) {
            var result = new LinkedHashMap<String, @Nullable Object>();
            var validation = outcome.validation();
            result.put("val_bits_per_byte", validation == null ? null : (Double) validation.bitsPerByte());
            result.put("baseline_bits_per_byte", outcome.baseline().primedBitsPerByte());
            result.put("tokens_per_s", outcome.tokensPerSecond());
            result.put("run", out.toString());
            result.put("report", outcome.report().toString());
            JsonOption.print(spec.commandLine().getOut(), result);
        }
        return 0;
    }

    private boolean isFinished() {
        try (var folder = RunFolder.open(out)) {
            return folder.status().map(status -> status.status().equals("finished")).orElse(false);
        }
    }

    /**
     * A smaller model for less time. Only the first choice is measured; the others follow the same idea. In four minutes a model of depth 2 sees its text
     * twice over where one of depth 4 sees less than half of it, and predicts better (docs/training.md).
     */
    private int depth() {
        return minutes <= 8 ? 2 : minutes <= 25 ? 3 : minutes <= 90 ? 4 : 6;
    }

    private List<String> overrides() {
        var all = new ArrayList<String>();
        if (data.equals(WORDNET)) { // in the form that this corpus has
            all.add("evaluate.prompts=['dog (noun):', 'music (noun):', 'dream (verb):', 'happy (adjective):']");
        }
        all.add("data.paths=" + Records.toJson(data)); // JSON is YAML
        all.add("model.depth=" + depth());
        all.add("seed=" + seed);
        if (engine.dtypeIfGiven() != null) {
            all.add("train.dtype=" + engine.dtypeIfGiven());
        }
        all.addAll(set);
        return all;
    }
}
