package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Correlation;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.LineChart;
import org.lyceum.study.chart.LineChart.Series;
import org.lyceum.study.chart.ScatterChart;
import org.lyceum.study.evaluation.Scores.Score;

/**
 * When a model learns words, and when children do (Chang and Bergen 2022, Word Acquisition in Neural Language Models). A word's mean surprisal at
 * each checkpoint lies on a curve over log₁₀ of the steps; the model's age of acquisition is where a logistic curve through it is half way
 * between the surprisal of blind choice, log₂ of the vocabulary for each token, and the least one measured.
 *
 * @param steps of the checkpoints
 * @param words all that were asked
 */
record AcquisitionCurves(long[] steps, List<Word> words) {
    /** Bits below blind choice: a word that is never twice as probable is not learned. */
    private static final double LEARNED = 1;
    private static final int SHOWN = 6;
    /** Words of a group that are told of. */
    private static final int FEWEST = 10;
    /** Words that are named. */
    private static final int NAMED = 20;

    /** What became of a word. */
    enum Fate {
        /** Its age is known. */
        LEARNED,
        /** It never became twice as probable as by blind choice. */
        NEVER,
        /** It became probable, but the curve passes half way at no step between the first and the last. */
        UNDATED
    }

    /**
     * A word.
     *
     * @param item as it was asked
     * @param age the children's, in months
     * @param surprisals at each of the steps, bits
     * @param chance bits by blind choice
     * @param fate whether it was learned
     * @param learned log₁₀ of the step; NaN where it was not
     */
    record Word(Item item, double age, double[] surprisals, double chance, Fate fate, double learned) {
        static Word of(Item item, long[] steps, double[] surprisals, double chance) {
            double age = Double.parseDouble(item.references().getFirst());
            double least = Arrays.stream(surprisals).min().orElseThrow();
            if (!(chance - least >= AcquisitionCurves.LEARNED)) {
                return new Word(item, age, surprisals, chance, Fate.NEVER, Double.NaN);
            }
            var xs = Arrays.stream(steps).mapToDouble(Math::log10).toArray();
            double at = LearningCurve.fit(xs, surprisals).where((chance + least) / 2);
            boolean dated = at >= xs[0] && at <= xs[xs.length - 1];
            return new Word(item, age, surprisals, chance, dated ? Fate.LEARNED : Fate.UNDATED, dated ? at : Double.NaN);
        }

        String name() {
            return item.choices().getFirst();
        }
    }

    /**
     * From what was answered at each step, of the same items in the same order.
     *
     * @param chance bits by blind choice of a continuation
     */
    static AcquisitionCurves of(long[] steps, List<List<Outcome>> answered, ToDoubleFunction<String> chance) {
        var words = new ArrayList<Word>();
        for (int i = 0; i < answered.getFirst().size(); i++) {
            int at = i;
            var item = answered.getFirst().get(i).item();
            var surprisals = answered.stream().mapToDouble(outcomes -> AcquisitionAges.surprisal(outcomes.get(at))).toArray();
            words.add(Word.of(item, steps, surprisals,
                    chance.applyAsDouble(((Request.Likelihood) item.requests().getFirst()).continuation())));
        }
        return new AcquisitionCurves(steps, words);
    }

    List<Word> of(Fate fate) {
        return words.stream().filter(word -> word.fate() == fate).toList();
    }

    /** How the model's ages go with the children's, over the words that have both. */
    Map<String, Score> scores(long seed) {
        var parts = of(Fate.LEARNED).stream().map(word -> new double[]{0, word.age(), word.learned()}).toList();
        var scores = new LinkedHashMap<String, Score>();
        for (var name : List.of("spearman", "pearson")) {
            scores.put(name, new Score(Agreement.of(parts, correlation(name)),
                    Agreement.error(parts, correlation(name), seed, name + " of curves")));
        }
        return scores;
    }

    private static ToDoubleBiFunction<double[], double[]> correlation(String name) {
        return name.equals("spearman") ? Correlation::spearman : Correlation::pearson;
    }

    /** Words with ages by what stands in {@code column}, those that are enough for a correlation. */
    private Map<String, AcquisitionCurves> groups(String column) {
        var groups = of(Fate.LEARNED).stream()
                .collect(Collectors.groupingBy(word -> String.valueOf(word.item().document().columns().get(column)),
                        TreeMap::new, Collectors.toList()));
        var large = new LinkedHashMap<String, AcquisitionCurves>();
        groups.forEach((group, some) -> {
            if (some.size() >= FEWEST) {
                large.put(group, new AcquisitionCurves(steps, some));
            }
        });
        return large;
    }

    /** The same words by how rare they are in the text, by their length, and by how surprising they are in the end. */
    Map<String, Double> baselines(String metric) {
        var baselines = new LinkedHashMap<String, Double>();
        baselines.put("random", 0.0);
        baselines.put("unigram", correlated(metric, word -> surprisal(word, AcquisitionAges.byFrequency(word.item()))));
        baselines.put("longest", correlated(metric, word -> surprisal(word, AcquisitionAges.byLength(word.item()))));
        baselines.put("last surprisal", correlated(metric, word -> word.surprisals()[steps.length - 1]));
        return baselines;
    }

    private static double surprisal(Word word, List<Answer> answers) {
        return AcquisitionAges.surprisal(new Outcome(word.item(), answers));
    }

    private double correlated(String metric, ToDoubleFunction<Word> number) {
        var known = of(Fate.LEARNED);
        return correlation(metric).applyAsDouble(known.stream().mapToDouble(number).toArray(),
                known.stream().mapToDouble(Word::age).toArray());
    }

    /** For {@code results.json}; the curves themselves stand in a table of their own. */
    Map<String, Object> json(@Nullable String column, long seed) {
        var json = new LinkedHashMap<String, Object>();
        json.put("steps", Arrays.stream(steps).boxed().toList());
        json.put("n", of(Fate.LEARNED).size());
        scores(seed).forEach((metric, score) -> {
            var one = new LinkedHashMap<String, Object>();
            one.put("value", score.value());
            one.put("stderr", score.error());
            one.put("baselines", baselines(metric));
            json.put(metric, one);
        });
        if (column != null) {
            var groups = new LinkedHashMap<String, Object>();
            groups(column).forEach((group, some) -> {
                var one = new LinkedHashMap<String, Object>();
                one.put("n", some.words().size());
                one.put("log10_step", some.mean(Word::learned));
                one.put("age", some.mean(Word::age));
                one.put("spearman", Objects.requireNonNull(some.scores(seed).get("spearman")).value());
                groups.put(group, one);
            });
            json.put("groups", groups);
        }
        json.put("never_learned", of(Fate.NEVER).stream().map(Word::name).toList());
        json.put("without_an_age", of(Fate.UNDATED).stream().map(Word::name).toList());
        return json;
    }

    private double mean(ToDoubleFunction<Word> number) {
        return words.stream().mapToDouble(number).average().orElse(Double.NaN);
    }

    /** Tables and pictures, and the curves of all words as {@code TASK_curves.csv}. */
    void tell(String task, @Nullable String column, StudyRun run, long seed) {
        var rows = new ArrayList<List<String>>();
        scores(seed).forEach((metric, score) -> {
            var row = new ArrayList<>(List.of(metric, Results.number(score), String.valueOf(of(Fate.LEARNED).size())));
            baselines(metric).values().forEach(value -> row.add(Results.number(value)));
            rows.add(row);
            run.figure(task + "_curves_" + metric, score.value());
            run.figure(task + "_curves_" + metric + "_stderr", score.error());
        });
        var header = new ArrayList<>(List.of("age by the curve", "value", "n"));
        header.addAll(baselines("spearman").keySet());
        run.table(task + ": when words are learned, over " + steps.length + " checkpoints", header, rows);
        run.figure(task + "_never_learned", of(Fate.NEVER).size());
        run.table(task + ": words", List.of("of " + words.size(), "n", "among them"),
                List.of(row("learned", Fate.LEARNED), row("never learned: at most twice as probable as by chance", Fate.NEVER),
                        row("no age: the curve comes not half way", Fate.UNDATED)));
        if (column != null) {
            var rowsOfGroups = new ArrayList<List<String>>();
            groups(column).entrySet().stream().sorted(Comparator.comparingDouble(group -> group.getValue().mean(Word::learned)))
                    .forEach(group -> rowsOfGroups.add(List.of(group.getKey(), String.valueOf(group.getValue().words().size()),
                            String.valueOf(Math.round(Math.pow(10, group.getValue().mean(Word::learned)))),
                            String.format(Locale.ROOT, "%.1f", group.getValue().mean(Word::age)),
                            Results.number(Objects.requireNonNull(group.getValue().scores(seed).get("spearman"))))));
            run.table(task + ": words by " + column, List.of(column, "n", "the model's step", "children's months", "spearman within"),
                    rowsOfGroups);
        }
        WholeFiles.write(run.folder().resolve(task + "_curves.csv"), csv());
        if (!shown().isEmpty()) {
            run.picture(task + "_children.svg", task + ": children who say a word", children());
            run.picture(task + "_model.svg", task + ": how surprising the model finds it", model());
            run.picture(task + "_ages.svg", task + ": both ages of all words", ages());
        }
    }

    private List<String> row(String what, Fate fate) {
        var some = of(fate).stream().sorted(Comparator.comparingDouble(Word::learned)).map(Word::name).toList();
        return List.of(what, String.valueOf(some.size()),
                some.size() <= NAMED
                        ? String.join(", ", some)
                        : "first " + String.join(", ", some.subList(0, NAMED / 2)) + "; last "
                                + String.join(", ", some.subList(some.size() - NAMED / 2, some.size())));
    }

    private String csv() {
        var header = "word,age_months,chance_bits,fate,log10_step,"
                + Arrays.stream(steps).mapToObj(step -> "bits_" + step).collect(Collectors.joining(","));
        return header + "\n" + words.stream().map(word -> String.format(Locale.ROOT, "\"%s\",%.2f,%.4f,%s,%s,%s\n", word.name(), word.age(),
                word.chance(), word.fate().name().toLowerCase(Locale.ROOT),
                Double.isNaN(word.learned()) ? "" : String.format(Locale.ROOT, "%.4f", word.learned()),
                Arrays.stream(word.surprisals()).mapToObj(bits -> String.format(Locale.ROOT, "%.4f", bits))
                        .collect(Collectors.joining(","))))
                .collect(Collectors.joining());
    }

    /** Some words with ages, evenly among them by when children say them. */
    private List<Word> shown() {
        var known = of(Fate.LEARNED).stream().sorted(Comparator.comparingDouble(Word::age)).toList();
        int count = Math.min(SHOWN, known.size());
        return IntStream.range(0, count).mapToObj(i -> known.get((2 * i + 1) * known.size() / (2 * count))).toList();
    }

    private String children() {
        return new LineChart("Children who say it", "age in months", "share of children", false, false, 0.0, 1.0, shown().stream()
                .map(word -> {
                    var shares = AcquisitionAges.shares(word.item().document());
                    return new Series(word.name(), shares.keySet().stream().mapToDouble(age -> age).toArray(),
                            shares.values().stream().mapToDouble(share -> share).toArray(), new double[0]);
                }).toList()).svg();
    }

    private String model() {
        var xs = Arrays.stream(steps).asDoubleStream().toArray();
        var series = new ArrayList<>(shown().stream().map(word -> new Series(word.name(), xs, word.surprisals(), new double[0])).toList());
        series.add(new Series("chance, a token", xs,
                DoubleStream.generate(() -> words.stream().mapToDouble(Word::chance).min().orElseThrow()).limit(xs.length).toArray(),
                new double[0]));
        return new LineChart("How surprising the model finds it", "training step", "surprisal in bits", true, false, series).svg();
    }

    private String ages() {
        var named = shown();
        return new ScatterChart("When children and when the model learn it", "children, months", "model, log10 of the step",
                List.of("word"), of(Fate.LEARNED).stream().map(word -> new ScatterChart.Point(word.age(), word.learned(), 0,
                        named.contains(word) ? word.name() : "")).toList())
                .svg();
    }
}
