package org.lyceum.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.training.pretrain.PretrainConfig;
import org.lyceum.training.pretrain.Pretraining;
import org.lyceum.training.pretrain.RunConfiguration;
import org.lyceum.training.pretrain.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum quickstart}: the whole way in a few minutes. */
@Command(name = "quickstart", description = "From raw text to a model you can talk to, in a few "
        + "minutes.", mixinStandardHelpOptions = true, footer = {
                "",
                "Examples:", "  lyceum quickstart", "  lyceum quickstart --minutes 30 --data my-notes/", "",
                "Without --data it learns the definitions and examples of WordNet, which come with Lyceum."})
final class Quickstart implements Callable<Integer> {
    private static final List<String> WORDNET = List.of("wordnet");

    @Option(names = "--minutes", paramLabel = "M", converter = Minutes.class, defaultValue = "4", description = "Minutes of training "
            + "(${DEFAULT-VALUE}); tokenizer, evaluation and report come on top.")
    @SuppressWarnings("NullAway.Init") // has a default
    private Duration time;

    @Option(names = "--data", paramLabel = "PATH", arity = "1..*", description = "Text to learn instead of WordNet.")
    private List<String> data = WORDNET;

    @Option(names = "--out", paramLabel = "RUN", description = "The run folder (${DEFAULT-VALUE}).")
    private Path out = Path.of("runs", "quickstart");

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var err = output.err();
        var asked = overrides();
        // A run that was cut off goes on if the same is asked for; any other is kept, and a new one begins.
        boolean resumed = RunConfiguration.goesOn(out, asked) && !isFinished();
        var config = RunConfiguration.of(out, resumed, PretrainConfig.DEFAULTS, null, asked);
        Pretraining.check(config);
        training.apply();
        if (!resumed) {
            RunFolder.setAside(out).ifPresent(old -> err.println("the earlier run is now " + old));
        }
        var outcome = Pretraining.run(new Pretraining.Request(config, out, null, null, time, Sampling.SAMPLER, err::println)
                .measuring(TaskMeasure.of(config.evaluate())));
        Pretrain.tell(err, outcome);
        err.println("talk to it:  ./lyceum chat --model " + out);
        if (output.json()) {
            var result = new LinkedHashMap<String, @Nullable Object>();
            var validation = outcome.validation();
            result.put("val_bits_per_byte", validation == null ? null : (Double) validation.bitsPerByte());
            result.put("baseline_bits_per_byte", outcome.baseline().primedBitsPerByte());
            result.put("tokens_per_s", outcome.tokensPerSecond());
            result.put("run", out.toString());
            result.put("report", outcome.report().toString());
            output.print(result);
        }
        return 0;
    }

    private boolean isFinished() {
        try (var folder = RunFolder.open(out)) {
            return folder.status().map(status -> status.status().equals(RunFolder.Status.FINISHED)).orElse(false);
        }
    }

    /**
     * A smaller model for less time. Only the first choice is measured; the others follow the same idea. In four minutes a model of depth 2
     * sees its text twice over where one of depth 4 sees less than half of it, and predicts better (docs/training.md).
     */
    private int depth() {
        double minutes = time.toMillis() / 60_000.0;
        return minutes <= 8 ? 2 : minutes <= 25 ? 3 : minutes <= 90 ? 4 : 6;
    }

    private List<String> overrides() {
        var all = new ArrayList<String>();
        if (data.equals(WORDNET)) { // in the form that this corpus has
            all.add("evaluate.prompts=['dog (noun):', 'music (noun):', 'dream (verb):', 'happy (adjective):']");
        }
        all.add(TrainingOptions.paths(data));
        all.add("model.depth=" + depth());
        return training.overrides(all);
    }
}
