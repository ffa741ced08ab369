package org.lyceum.study.sentiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.BarChart;

/**
 * How the field got here, as one comparison: counted words, averaged vectors, filters, a recurrent net, a transformer, a pretrained encoder and a
 * language model that is merely asked, each on the same sentences. Each rung, task and seed is a cell, so that an interrupted run goes on.
 */
public final class SentimentStudy implements Study<SentimentConfig> {
    /**
     * A rung on a task, over the seeds.
     *
     * @param accuracy their mean
     * @param seedError standard error of that mean over the seeds; 0 for a single one
     * @param testError binomial standard error of an accuracy on so many test sentences
     * @param seconds mean time
     * @param cells the figures of each seed
     */
    private record Reached(Rung rung, double accuracy, double seedError, double testError, double seconds,
            List<Map<String, Double>> cells) {
        static Reached of(Rung rung, List<Map<String, Double>> cells) {
            var accuracies = cells.stream().mapToDouble(cell -> figure(cell, "accuracy")).toArray();
            double mean = Arrays.stream(accuracies).average().orElseThrow();
            double square = Arrays.stream(accuracies).map(a -> (a - mean) * (a - mean)).sum();
            int n = accuracies.length;
            return new Reached(rung, mean, n < 2 ? 0 : Math.sqrt(square / (n - 1) / n),
                    Math.sqrt(mean * (1 - mean) / figure(cells.getFirst(), "answered")), mean(cells, "seconds"), cells);
        }

        /** Of both together: chance in training and in the choice of test sentences. */
        double error() {
            return Math.hypot(seedError, testError);
        }

        static double mean(List<Map<String, Double>> cells, String figure) {
            return cells.stream().mapToDouble(cell -> cell.getOrDefault(figure, Double.NaN)).average().orElse(Double.NaN);
        }
    }

    /** What a task came to. */
    private record Outcome(SentimentData data, List<Reached> rungs) {
        @Nullable
        Reached of(String key) {
            return rungs.stream().filter(reached -> reached.rung().key().equals(key)).findFirst().orElse(null);
        }
    }

    @Override
    public String key() {
        return "sentiment";
    }

    @Override
    public SentimentConfig defaults() {
        return SentimentConfig.DEFAULTS;
    }

    @Override
    public void run(SentimentConfig config, StudyRun run) {
        var data = config.tasks().stream().map(task -> SentimentData.read(task, run::data)).toList(); // so that mistakes are told first
        var rungs = rungs(config, run);
        data.forEach(task -> rungs.forEach(rung -> rung.check(task)));
        var outcomes = new ArrayList<Outcome>();
        for (var task : data) {
            var reached = new ArrayList<Reached>();
            for (var rung : rungs) {
                var cells = IntStream.range(0, rung.random() ? config.seeds() : 1).mapToObj(seed -> cell(task, rung, seed, run)).toList();
                reached.add(Reached.of(rung, cells));
            }
            outcomes.add(new Outcome(task, reached));
        }
        report(config, outcomes, run);
    }

    private static List<Rung> rungs(SentimentConfig config, StudyRun run) {
        var rungs = new ArrayList<Rung>();
        for (var rung : SentimentConfig.RUNGS) {
            if (!config.rungs().contains(rung)) {
                continue;
            }
            switch (rung) {
                case "features" -> rungs.add(new FeaturesRung(config.features()));
                case "fasttext" -> rungs.add(new FastTextRung(config.fasttext(), config.minCount()));
                case "cnn" -> rungs.add(new CnnRung(config.cnn(), config.minCount()));
                case "lstm" -> rungs.add(new LstmRung(config.lstm(), config.minCount()));
                case "transformer" -> rungs.add(new TransformerRung(config.transformer(), config.minCount()));
                case "pretrained" -> {
                    var models = config.pretrained().models();
                    for (int i = 0; i < models.size(); i++) {
                        rungs.add(new PretrainedRung(config.pretrained(), models.get(i), i));
                    }
                    if (models.isEmpty()) {
                        leftOut("fine-tuned encoder", "--set pretrained.models=[FOLDER]", run);
                    }
                }
                case "prompt" -> {
                    if (config.prompt().model() instanceof String model) {
                        config.prompt().shots().forEach(shots -> rungs.add(new PromptRung(config.prompt(), model, shots)));
                    } else {
                        leftOut("prompted language model", "--set prompt.model=PATH", run);
                    }
                }
                default -> throw new AssertionError(rung);
            }
        }
        return rungs;
    }

    private static void leftOut(String what, String how, StudyRun run) {
        var line = "Left out: the " + what + ", because no model is named; name one with " + how + ".";
        run.say(line);
        run.text("", line);
    }

    private static Map<String, Double> cell(SentimentData data, Rung rung, int seed, StudyRun run) {
        var key = data.task().name() + ", " + rung.key() + ", seed " + seed;
        var figures = run.cell(key, () -> rung.climb(data, Seeds.derive(seed, data.task().name(), 0)).figures());
        run.say(String.format(Locale.ROOT, "%s: %.1f%% of %.0f right, %.0f s", key, 100 * figure(figures, "accuracy"),
                figure(figures, "answered"), figure(figures, "seconds")));
        return figures;
    }

    private static void report(SentimentConfig config, List<Outcome> outcomes, StudyRun run) {
        run.text("What is compared", "Each way to tell what is felt in a sentence learns from the same training sentences, whole sentences "
                + "alone, and answers for the same test sentences. The first standard error is over " + config.seeds()
                + " seeds, the second that of a share of so many test sentences (binomial); the bars of error are of both together. Published "
                + "figures are of other settings where their source says so.");
        for (var outcome : outcomes) {
            var name = outcome.data().task().name();
            run.figure(name + "_majority", outcome.data().majority());
            for (var rung : SentimentConfig.RUNGS) {
                run.figure(name + "_" + rung + "_accuracy", Double.NaN); // a claim about a rung that was left out fails, but can be read
            }
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("Always the same", percent(outcome.data().majority()), "", "", "", "", ""));
            for (var reached : outcome.rungs()) {
                run.figure(name + "_" + reached.rung().key() + "_accuracy", reached.accuracy());
                run.figure(name + "_" + reached.rung().key() + "_error", reached.error());
                run.figure(name + "_" + reached.rung().key() + "_seconds", reached.seconds());
                rows.add(List.of(reached.rung().title(), percent(reached.accuracy()),
                        reached.rung().random() ? "± " + percent(reached.seedError()) : "", "± " + percent(reached.testError()),
                        String.format(Locale.ROOT, "%.1f", reached.seconds()), parameters(reached), published(config, name, reached)));
            }
            run.table(String.format(Locale.ROOT, "%s: %d training, %d validation and %d test sentences, %d labels", name,
                    outcome.data().train().size(), outcome.data().validation().size(), outcome.data().test().size(),
                    outcome.data().labels().size()),
                    List.of("rung", "accuracy, %", "over seeds", "of the test set", "seconds", "parameters", "published, %"), rows);
        }
        prompts(outcomes, run);
        sources(config, run);
        run.picture("ladder.svg", "The ladder", chart(config, outcomes));
    }

    /** What calibration gave. */
    private static void prompts(List<Outcome> outcomes, StudyRun run) {
        var rows = new ArrayList<List<String>>();
        for (var outcome : outcomes) {
            for (var reached : outcome.rungs()) {
                if (reached.rung() instanceof PromptRung) {
                    double plain = Reached.mean(reached.cells(), "uncalibrated");
                    run.figure(outcome.data().task().name() + "_" + reached.rung().key() + "_uncalibrated", plain);
                    rows.add(List.of(outcome.data().task().name(), reached.rung().title(), percent(plain), percent(reached.accuracy()),
                            String.format(Locale.ROOT, "%.0f", figure(reached.cells().getFirst(), "answered"))));
                }
            }
        }
        if (!rows.isEmpty()) {
            run.table("Asking a language model", List.of("task", "prompt", "as it answers, %", "calibrated, %", "sentences asked"), rows);
        }
    }

    private static void sources(SentimentConfig config, StudyRun run) {
        if (!config.published().isEmpty()) {
            run.table("Published figures", List.of("task", "rung", "accuracy, %", "source"), config.published().stream()
                    .map(p -> List.of(p.task(), p.rung(), String.format(Locale.ROOT, "%.1f", p.accuracy()), p.source())).toList());
        }
    }

    private static String parameters(Reached reached) {
        double parameters = figure(reached.cells().getFirst(), "parameters");
        return parameters == 0 ? "" : String.format(Locale.ROOT, "%,.0f", parameters);
    }

    private static String published(SentimentConfig config, String task, Reached reached) {
        return String.join(", ", config.published().stream().filter(p -> p.task().equals(task) && p.rung().equals(reached.rung().key()))
                .map(p -> String.format(Locale.ROOT, "%.1f", p.accuracy())).toList());
    }

    private static String chart(SentimentConfig config, List<Outcome> outcomes) {
        ToDoubleFunction<Outcome> floor = outcome -> 100 * outcome.data().majority();
        double low = Math.max(0, 10 * Math.floor(outcomes.stream().mapToDouble(floor).min().orElse(0) / 10 - 1));
        var groups = outcomes.getFirst().rungs().stream().map(first -> new BarChart.Group(first.rung().title(), outcomes.stream()
                .map(outcome -> bar(config, outcome, first.rung().key())).toList())).toList();
        return new BarChart("Sentiment, rung by rung", "accuracy on the test sentences, %", low, 100.0,
                outcomes.stream().map(outcome -> outcome.data().task().name()).toList(), groups).svg();
    }

    private static BarChart.@Nullable Bar bar(SentimentConfig config, Outcome outcome, String rung) {
        if (!(outcome.of(rung) instanceof Reached reached)) {
            return null;
        }
        var mark = config.published().stream().filter(p -> p.task().equals(outcome.data().task().name()) && p.rung().equals(rung))
                .findFirst();
        return new BarChart.Bar(100 * reached.accuracy(), 100 * reached.error(),
                mark.map(SentimentConfig.Published::accuracy).orElse(null));
    }

    private static double figure(Map<String, Double> cell, String name) {
        return Objects.requireNonNull(cell.get(name), name);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }
}
