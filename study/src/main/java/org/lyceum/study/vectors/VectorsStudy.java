package org.lyceum.study.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.lyceum.foundation.IoErrors;
import org.lyceum.models.vectors.PrincipalAxes;
import org.lyceum.models.vectors.WordTests;
import org.lyceum.models.vectors.WordVectorFiles;
import org.lyceum.models.vectors.WordVectors;
import org.lyceum.models.vectors.WordVectors.Neighbour;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.BarChart;
import org.lyceum.study.chart.ScatterChart;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.CorpusConfig;
import org.lyceum.text.words.Cooccurrences;
import org.lyceum.text.words.WordIds;
import org.lyceum.text.words.WordSplit;
import org.lyceum.text.words.WordVocabulary;
import org.lyceum.training.vectors.Glove;
import org.lyceum.training.vectors.VectorProgress;
import org.lyceum.training.vectors.WordVectorConfig;
import org.lyceum.training.vectors.WordVectorTraining;

/**
 * The rung of word vectors: each kind learns from the same text with several seeds and is held against people's judgements of similarity and
 * against analogies; neighbours, analogies and a map show what the first seed's vectors know.
 */
public final class VectorsStudy implements Study<VectorsConfig> {
    private static final String ANALOGIES = "analogies";
    private static final String SECONDS = "seconds";
    private static final String MEAN = "mean";

    @Override
    public String key() {
        return "vectors";
    }

    @Override
    public VectorsConfig defaults() {
        return VectorsConfig.DEFAULT;
    }

    @Override
    public void run(VectorsConfig config, StudyRun run) {
        var lists = lists(run.data(config.similarity()));
        var analogies = run.data(config.analogies());
        var texts = config.text().stream().map(text -> text.equals("wordnet") ? text : run.data(text).toString()).toList();
        var corpus = Corpus.open(texts, asText());
        var vocabulary = WordVocabulary.count(corpus, WordSplit.WORDS, config.minCount());
        run.say(String.format(Locale.ROOT, "%,d words of text, %,d different ones that come %d times or more", vocabulary.seen(),
                vocabulary.size(), config.minCount()));
        var found = new LinkedHashMap<String, List<Map<String, Double>>>();
        try (var ids = WordIds.encode(corpus, WordSplit.WORDS, vocabulary)) {
            for (var kind : config.kinds()) {
                for (int i = 0; i < config.seeds(); i++) {
                    long seed = config.seed() + i;
                    var file = run.folder().resolve(kind + ".vec");
                    boolean first = i == 0;
                    var cell = run.cell(kind + " seed " + seed, () -> {
                        long begin = System.nanoTime();
                        var vectors = train(kind, vocabulary, ids, config, seed);
                        double seconds = (System.nanoTime() - begin) / 1e9;
                        if (first) {
                            WordVectorFiles.writeText(vectors, file);
                        }
                        return measure(vectors, lists, analogies, config, seconds);
                    });
                    found.computeIfAbsent(kind, _ -> new ArrayList<>()).add(cell);
                    run.say(String.format(Locale.ROOT, "%s, seed %d: mean Spearman %.3f, analogies %.1f%%, %.1f s", kind, seed,
                            get(cell, MEAN),
                            100 * get(cell, ANALOGIES), get(cell, SECONDS)));
                }
            }
        }
        run.text("What was done",
                String.format(Locale.ROOT, "Each kind learned %d-dimensional vectors from the same %,d words (%,d different ones "
                        + "that come %d times or more) with %d seeds. Spearman's rank correlation with people's judgements is over the pairs of which "
                        + "both words have a vector; the mean is over the lists with %d such pairs or more. Behind ± stands the standard error over seeds.",
                        config.dimensions(), vocabulary.seen(), vocabulary.size(), config.minCount(), config.seeds(), config.fewest()));
        report(config, run, found);
        for (var kind : config.kinds()) {
            found.getOrDefault(kind, List.of()).getFirst().keySet()
                    .forEach(name -> run.figure(figure(kind, name), mean(found, kind, name)));
        }
        show(config, run);
    }

    /** Text, whatever the files are called. */
    private static CorpusConfig asText() {
        var d = CorpusConfig.DEFAULT;
        return new CorpusConfig(CorpusConfig.Format.TEXT, d.field(), d.column(), d.split(), d.pieceChars());
    }

    private static String figure(String kind, String name) {
        return (kind + "_" + name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    }

    private static WordVectors train(String kind, WordVocabulary vocabulary, WordIds ids, VectorsConfig config, long seed) {
        if (kind.equals("glove")) {
            var glove = new Glove.Config(config.dimensions(), 2 * config.window(), 3 * config.epochs(), 0.05, 10, 0.75, 1L << 28,
                    config.threads(),
                    seed);
            try (var pairs = Cooccurrences.count(ids, glove.window(), glove.memory(), seed)) {
                return Glove.train(vocabulary, pairs, glove, VectorProgress.NONE);
            }
        }
        var base = switch (kind) {
            case "cbow" -> WordVectorConfig.CBOW;
            case "fasttext" -> WordVectorConfig.FAST_TEXT;
            default -> WordVectorConfig.SKIP_GRAM;
        };
        var settings = base.withDimensions(config.dimensions()).withWindow(config.window()).withEpochs(config.epochs())
                .withThreads(config.threads())
                .withSeed(seed);
        return new WordVectorTraining(vocabulary, ids, settings).run(VectorProgress.NONE).vectors();
    }

    private static List<Path> lists(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw IoErrors.reading(folder, e);
        }
    }

    private static Map<String, Double> measure(WordVectors vectors, List<Path> lists, Path analogies, VectorsConfig config,
            double seconds) {
        var cell = new LinkedHashMap<String, Double>();
        double sum = 0;
        int count = 0;
        for (var list : lists) {
            var test = WordTests.similarity(vectors, list);
            var name = name(list);
            cell.put(name, test.spearman());
            cell.put(name + " pairs", (double) test.pairs());
            cell.put(name + " missing", (double) test.missing() / Math.max(1, test.pairs() + test.missing()));
            if (test.pairs() >= config.fewest() && !Double.isNaN(test.spearman())) {
                sum += test.spearman();
                count++;
            }
        }
        cell.put(MEAN, sum / count);
        var solved = Objects.requireNonNull(WordTests.analogies(vectors, analogies, config.among()).get("total"));
        cell.put(ANALOGIES, solved.accuracy());
        cell.put(ANALOGIES + " pairs", (double) solved.asked());
        cell.put(ANALOGIES + " missing", (double) solved.missing() / Math.max(1, solved.asked() + solved.missing()));
        cell.put(SECONDS, seconds);
        return cell;
    }

    private static String name(Path list) {
        return list.getFileName().toString().replaceFirst("\\.[a-z]+$", "").replaceFirst("^EN-", "");
    }

    private static double get(Map<String, Double> cell, String name) {
        return cell.getOrDefault(name, Double.NaN);
    }

    private static double mean(Map<String, List<Map<String, Double>>> found, String kind, String name) {
        return found.getOrDefault(kind, List.of()).stream().mapToDouble(cell -> get(cell, name)).average().orElse(Double.NaN);
    }

    /** The standard error of the mean over seeds; 0 of one. */
    private static double error(Map<String, List<Map<String, Double>>> found, String kind, String name) {
        var values = found.getOrDefault(kind, List.of()).stream().mapToDouble(cell -> get(cell, name)).toArray();
        double mean = mean(found, kind, name);
        double squares = IntStream.range(0, values.length).mapToDouble(i -> (values[i] - mean) * (values[i] - mean)).sum();
        return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length);
    }

    private static void report(VectorsConfig config, StudyRun run, Map<String, List<Map<String, Double>>> found) {
        var first = found.values().iterator().next().getFirst();
        var names = first.keySet().stream().filter(name -> first.containsKey(name + " pairs")).toList();
        var header = new ArrayList<>(List.of("", "pairs", "missing"));
        header.addAll(config.kinds());
        var rows = new ArrayList<List<String>>();
        var bars = new ArrayList<BarChart.Group>();
        for (var name : names) {
            rows.add(row(config, found, name, String.format(Locale.ROOT, "%.0f", get(first, name + " pairs")),
                    String.format(Locale.ROOT, "%.1f%%", 100 * get(first, name + " missing"))));
            if (get(first, name + " pairs") >= config.fewest()) {
                bars.add(group(config, found, name, name));
            }
        }
        rows.add(row(config, found, MEAN, "", ""));
        rows.add(row(config, found, SECONDS, "", ""));
        bars.add(group(config, found, MEAN, "mean of the lists"));
        run.table("Spearman's correlation on each list, the share of analogies solved, and seconds of training", header, rows);
        run.picture("similarity.svg", "Agreement with people's judgements",
                new BarChart("Word vectors beside people", "Spearman's rank correlation; for analogies the share solved", 0, null,
                        config.kinds(), bars)
                        .svg());
    }

    private static BarChart.Group group(VectorsConfig config, Map<String, List<Map<String, Double>>> found, String name, String label) {
        var bars = new ArrayList<BarChart.Bar>();
        for (var kind : config.kinds()) {
            bars.add(new BarChart.Bar(mean(found, kind, name), error(found, kind, name)));
        }
        return new BarChart.Group(label, List.copyOf(bars));
    }

    private static List<String> row(VectorsConfig config, Map<String, List<Map<String, Double>>> found, String name, String pairs,
            String missing) {
        var row = new ArrayList<>(List.of(name, pairs, missing));
        config.kinds().forEach(kind -> row.add(String.format(Locale.ROOT, name.equals(SECONDS) ? "%.1f ± %.1f" : "%.3f ± %.3f",
                mean(found, kind, name), error(found, kind, name))));
        return row;
    }

    /** What the first seed's vectors know. */
    private static void show(VectorsConfig config, StudyRun run) {
        var examples = new TreeMap<Integer, List<String>>();
        var near = new TreeMap<Integer, List<String>>();
        for (var kind : config.kinds()) {
            var vectors = WordVectorFiles.read(run.folder().resolve(kind + ".vec"));
            for (int i = 0; i < config.examples().size(); i++) {
                var words = config.examples().get(i).strip().split("\\s+");
                examples.computeIfAbsent(i, _ -> new ArrayList<>(List.of(words[1] + " − " + words[0] + " + " + words[2])))
                        .add(known(vectors, words) ? list(vectors.analogy(words[0], words[1], words[2], 3)) : "a word is missing");
            }
            for (int i = 0; i < config.near().size(); i++) {
                var word = config.near().get(i);
                near.computeIfAbsent(i, _ -> new ArrayList<>(List.of(word)))
                        .add(known(vectors, word) ? list(vectors.nearest(word, 5)) : "is missing");
            }
        }
        var header = new ArrayList<>(List.of(""));
        header.addAll(config.kinds());
        run.table("Analogies: the three words nearest to b − a + c", header, List.copyOf(examples.values()));
        run.table("The five words nearest to a word", header, List.copyOf(near.values()));
        for (var kind : config.kinds()) {
            map(config, run, kind, WordVectorFiles.read(run.folder().resolve(kind + ".vec")));
        }
    }

    private static boolean known(WordVectors vectors, String... words) {
        return List.of(words).stream().allMatch(word -> vectors.index(word).isPresent());
    }

    private static String list(List<Neighbour> near) {
        return String.join(", ", near.stream().map(Neighbour::word).toList());
    }

    private static void map(VectorsConfig config, StudyRun run, String kind, WordVectors vectors) {
        var words = new ArrayList<String>();
        var groups = new ArrayList<Integer>();
        for (int group = 0; group < config.map().size(); group++) {
            for (var word : config.map().get(group).strip().split("\\s+")) {
                if (known(vectors, word)) {
                    words.add(word);
                    groups.add(group);
                }
            }
        }
        if (words.isEmpty()) {
            return;
        }
        var axes = PrincipalAxes.of(words.stream().map(vectors::unit).toList());
        var points = IntStream.range(0, words.size())
                .mapToObj(i -> new ScatterChart.Point(axes.places().get(i)[0], axes.places().get(i)[1], groups.get(i), words.get(i)))
                .toList();
        var title = String.format(Locale.ROOT, "%s: along the two directions in which they differ most, %.0f%% of the variance", kind,
                100 * (axes.shares()[0] + axes.shares()[1]));
        run.picture("map-" + kind + ".svg", title, new ScatterChart(title, "", "", List.of(), points).svg());
    }
}
