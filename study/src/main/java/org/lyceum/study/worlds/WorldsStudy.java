package org.lyceum.study.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.LineChart;
import org.lyceum.study.chart.LineChart.Series;

/**
 * What does a model know of what it was told? Small decoders read stories about a world and questions about half of its people, and are asked
 * about the other half: by how often a fact was told (Kandpal et al. 2023, figure 1: what few documents say is hardly known) and by how many
 * facts a question takes (Allen-Zhu and Li 2025, "Physics of language models 3.2": what is known is hardly combined without steps in words).
 */
public final class WorldsStudy implements Study<WorldsConfig> {
    @Override
    public String key() {
        return "worlds";
    }

    @Override
    public WorldsConfig defaults() {
        return WorldsConfig.DEFAULTS;
    }

    @Override
    public void run(WorldsConfig config, StudyRun run) {
        var seeds = new ArrayList<Map<String, Double>>();
        for (int seed = 1; seed <= config.seeds(); seed++) {
            int number = seed;
            seeds.add(run.cell("seed " + seed, () -> {
                run.say("World and model " + number);
                try (var trial = new WorldsTrial(config, number)) {
                    return trial.run();
                }
            }));
        }
        run.text("What is asked", String.format(Locale.ROOT,
                "Stories about %d people and questions about half of them are read once; held-out questions are about the others, whose lives are "
                        + "told %s times, each time in other words. A question takes the job, the workplace, the year of birth or a relative of "
                        + "somebody (1 hop) or the job or workplace of a relative's relative. Told is how often the fact was told, among those that "
                        + "the question takes, that was told least. The usual answer is the most frequent one to training questions of the same form. "
                        + "Means over %d worlds and models, with standard errors.",
                config.people(), String.join(", ", config.exposures().stream().map(String::valueOf).toList()), config.seeds()));
        report(config, seeds, run);
    }

    private static void report(WorldsConfig config, List<Map<String, Double>> seeds, StudyRun run) {
        var rows = new ArrayList<List<String>>();
        var series = new ArrayList<Series>();
        for (var who : List.of("right", "usual")) {
            for (int hops = 1; hops <= config.hops(); hops++) {
                var row = new ArrayList<>(List.of(title(who, hops)));
                var points = new ArrayList<double[]>();
                for (int told : config.exposures()) {
                    var name = hops + "_" + told;
                    var spread = Spread.of(seeds, who + "_" + name);
                    row.add(spread.text());
                    run.figure(who + "_" + name, spread.mean());
                    if (told > 0) { // which a logarithmic axis has no place for
                        points.add(new double[]{told, spread.mean(), spread.error()});
                    }
                }
                rows.add(row);
                if (who.equals("right") || hops == 1) {
                    series.add(new Series(title(who, hops), column(points, 0), column(points, 1), column(points, 2)));
                }
            }
        }
        for (int hops = 1; hops <= config.hops(); hops++) {
            run.figure("trained_" + hops, Spread.of(seeds, "trained_" + hops).mean());
        }
        run.figure("seconds", seeds.stream().mapToDouble(seed -> seed.getOrDefault("seconds", 0.0)).sum());
        run.table("Share of held-out questions answered right",
                Stream.concat(Stream.of(""), config.exposures().stream().map(e -> "told " + e)).toList(), rows);
        run.picture("worlds.svg", "Held-out questions answered right",
                new LineChart("Held-out questions answered right", "how often the least told fact was told", "share", true, false, 0.0, 1.0,
                        series).svg());
    }

    private static String title(String who, int hops) {
        return who.equals("right") ? hops + (hops == 1 ? " hop" : " hops") : "usual answer, " + hops + (hops == 1 ? " hop" : " hops");
    }

    private static double[] column(List<double[]> points, int c) {
        return points.stream().mapToDouble(point -> point[c]).toArray();
    }

    /** Mean and standard error over the seeds that have such questions; NaN if none has. */
    private record Spread(double mean, double error) {
        static Spread of(List<Map<String, Double>> seeds, String name) {
            var values = seeds.stream().filter(seed -> seed.containsKey(name)).mapToDouble(seed -> seed.getOrDefault(name, Double.NaN))
                    .toArray();
            double mean = Arrays.stream(values).average().orElse(Double.NaN);
            double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
            return new Spread(mean, values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length));
        }

        String text() {
            return Double.isNaN(mean) ? "–" : String.format(Locale.ROOT, "%.2f ± %.2f", mean, error);
        }
    }
}
