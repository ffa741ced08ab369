package org.lyceum.study.recall;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.LineChart;
import org.lyceum.study.chart.LineChart.Series;

/**
 * Plain recurrent nets forget what they saw long ago, because the gradient that would teach them to keep it vanishes on its way back (Bengio,
 * Simard and Frasconi 1994); gates keep it (Hochreiter and Schmidhuber 1997); attention reaches any step at once (Vaswani et al. 2017, table
 * 1). Models of equal size learn to recall a symbol from k steps ago; how far back does each reach, how does its gradient, and what does
 * training cost?
 */
public final class RecallStudy implements Study<RecallConfig> {
    /** Below this a gradient is shown as if it were this much of that at the shortest distance. */
    private static final double FAINTEST = 1e-12;

    /** The figures of every seed. */
    private record Trials(List<Map<String, Double>> seeds) {
        double mean(String name) {
            return seeds.stream().mapToDouble(figures -> named(figures, name)).average().orElseThrow();
        }

        /** The standard error of the mean over the seeds; 0 of one. */
        double error(String name) {
            double mean = mean(name);
            double squares = seeds.stream().mapToDouble(figures -> Math.pow(named(figures, name) - mean, 2)).sum();
            return seeds.size() == 1 ? 0 : Math.sqrt(squares / (seeds.size() - 1) / seeds.size());
        }
    }

    @Override
    public String key() {
        return "recall";
    }

    @Override
    public RecallConfig defaults() {
        return RecallConfig.DEFAULTS;
    }

    @Override
    public void run(RecallConfig config, StudyRun run) {
        var trials = trials(config, run);
        run.text("What is asked", String.format(Locale.ROOT,
                "One of %d symbols is shown, then noise for k − 1 steps, then a question, whose answer is the symbol; guessing is right %.3f of "
                        + "the time. Each model has about %,d parameters and learns from %,d tokens, k drawn from 1 to %d so that each doubling is as "
                        + "likely as the next. Shown are means over %d seeds with their standard errors.",
                config.cues(), 1.0 / config.cues(), config.parameters(), config.tokens(), config.longest(), config.seeds()));
        accuracy(config, trials, run);
        gradients(config, trials, run);
        if (!config.lengths().isEmpty()) {
            speed(config, run);
        }
    }

    private static Map<Architecture, Trials> trials(RecallConfig config, StudyRun run) {
        var all = new EnumMap<Architecture, List<Map<String, Double>>>(Architecture.class);
        for (int seed = 1; seed <= config.seeds(); seed++) { // by seed, so that a run that is cut short has something of each
            for (var architecture : config.architectures()) {
                int number = seed;
                var figures = run.cell(architecture.name().toLowerCase(Locale.ROOT) + " seed " + seed, () -> {
                    run.say(architecture.title() + ", seed " + number);
                    try (var trial = new RecallTrial(config, architecture, number)) {
                        return trial.run();
                    }
                });
                all.computeIfAbsent(architecture, _ -> new ArrayList<>()).add(figures);
            }
        }
        var trials = new LinkedHashMap<Architecture, Trials>();
        config.architectures().forEach(architecture -> trials.put(architecture, new Trials(requireNonNull(all.get(architecture)))));
        return trials;
    }

    private static void accuracy(RecallConfig config, Map<Architecture, Trials> trials, StudyRun run) {
        var rows = new ArrayList<List<String>>();
        var series = new ArrayList<Series>();
        trials.forEach((architecture, trial) -> {
            var row = new ArrayList<>(List.of(architecture.title(), String.format(Locale.ROOT, "%,.0f", trial.mean("parameters")),
                    String.format(Locale.ROOT, "%.0f", trial.mean("seconds"))));
            for (int distance : config.distances()) {
                var name = "accuracy_" + distance;
                row.add(String.format(Locale.ROOT, "%.2f", trial.mean(name))
                        + (trial.seeds().size() == 1 ? "" : String.format(Locale.ROOT, " ± %.2f", trial.error(name))));
                run.figure(figure(architecture, "recall", distance), trial.mean(name));
            }
            rows.add(row);
            series.add(new Series(architecture.title(), xs(config), each(config, distance -> trial.mean("accuracy_" + distance)),
                    each(config, distance -> trial.error("accuracy_" + distance))));
        });
        var header = Stream.concat(Stream.of("", "parameters", "seconds"), config.distances().stream().map(k -> "k = " + k)).toList();
        run.table("Share of symbols recalled from k steps ago", header, rows);
        run.picture("recall.svg", "Recall of a symbol shown k steps ago",
                new LineChart("Recall of a symbol shown k steps ago", "k, steps ago", "share recalled", true, false, 0.0, 1.0, series)
                        .svg());
    }

    /** Relative to the shortest distance, since what is a large gradient depends on the scale of a model's token vectors. */
    private static void gradients(RecallConfig config, Map<Architecture, Trials> trials, StudyRun run) {
        var rows = new ArrayList<List<String>>();
        var series = new ArrayList<Series>();
        for (var when : List.of("before", "after")) {
            trials.forEach((architecture, trial) -> {
                double nearest = trial.mean("gradient_" + when + "_" + config.distances().getFirst());
                var ratios = each(config, distance -> trial.mean("gradient_" + when + "_" + distance) / nearest);
                var row = new ArrayList<>(List.of(architecture.title() + ", " + when + " training"));
                for (int i = 0; i < ratios.length; i++) {
                    row.add(String.format(Locale.ROOT, "%.1e", ratios[i]));
                    run.figure(figure(architecture, "gradient_" + when, config.distances().get(i)), ratios[i]);
                }
                rows.add(row);
                series.add(new Series(architecture.title() + ", " + when, xs(config),
                        Arrays.stream(ratios).map(ratio -> ratio < FAINTEST ? Double.NaN : ratio).toArray(), new double[0]));
            });
        }
        run.table("Norm of the loss's gradient with respect to the symbol's vector, relative to k = " + config.distances().getFirst(),
                Stream.concat(Stream.of(""), config.distances().stream().map(k -> "k = " + k)).toList(), rows);
        run.picture("gradient.svg", "The gradient that reaches a symbol k steps back",
                new LineChart("The gradient that reaches a symbol k steps back, before and after training", "k, steps ago",
                        "norm, relative to the nearest", true, true, series).svg());
    }

    private static void speed(RecallConfig config, StudyRun run) {
        var figures = run.cell("speed", () -> {
            run.say("Training speed by length");
            var flat = new LinkedHashMap<String, Double>();
            TrainingSpeed.measure(config).forEach((architecture, speeds) -> speeds
                    .forEach((length, speed) -> flat.put(figure(architecture, "tokens_per_second", length), speed)));
            return flat;
        });
        var rows = new ArrayList<List<String>>();
        var series = new ArrayList<Series>();
        for (var architecture : config.architectures()) {
            var speeds = config.lengths().stream().mapToDouble(length -> named(figures, figure(architecture, "tokens_per_second", length)))
                    .toArray();
            rows.add(Stream.concat(Stream.of(architecture.title()),
                    Arrays.stream(speeds).mapToObj(speed -> String.format(Locale.ROOT, "%,.0f", speed))).toList());
            series.add(new Series(architecture.title(), config.lengths().stream().mapToDouble(Integer::doubleValue).toArray(), speeds,
                    new double[0]));
            for (int i = 0; i < speeds.length; i++) {
                run.figure(figure(architecture, "tokens_per_second", config.lengths().get(i)), speeds[i]);
            }
        }
        run.table("Training tokens a second, by the length of the sequences",
                Stream.concat(Stream.of(""), config.lengths().stream().map(length -> "T = " + length)).toList(), rows);
        run.picture("speed.svg", "Training speed by the length of the sequences",
                new LineChart("Training speed by the length of the sequences", "T, tokens of a sequence", "tokens a second", true, true,
                        series)
                        .svg());
    }

    private static double named(Map<String, Double> figures, String name) {
        return requireNonNull(figures.get(name));
    }

    private static String figure(Architecture architecture, String what, int number) {
        return architecture.name().toLowerCase(Locale.ROOT) + "_" + what + "_" + number;
    }

    private static double[] xs(RecallConfig config) {
        return config.distances().stream().mapToDouble(Integer::doubleValue).toArray();
    }

    private static double[] each(RecallConfig config, ToDoubleFunction<Integer> value) {
        return config.distances().stream().mapToDouble(value).toArray();
    }
}
