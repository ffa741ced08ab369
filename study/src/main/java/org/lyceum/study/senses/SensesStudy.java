package org.lyceum.study.senses;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.PrincipalAxes;
import org.lyceum.models.vectors.WordVectorFiles;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.LineChart;
import org.lyceum.study.chart.ScatterChart;
import org.lyceum.study.contextual.Contextual;
import org.lyceum.study.senses.SensePairs.Verdict;

/**
 * A static vector is the same for the bank that lends money and the bank of a river; a contextual one need not be (Peters et al. 2018, section
 * 5.3; Ethayarajh 2019). For each model, layer by layer: how well does the cosine between two occurrences of a word tell whether they have the
 * same sense?
 */
public final class SensesStudy implements Study<SensesConfig> {
    /** Letters shown on either side of a word on the maps. */
    private static final int AROUND = 18;

    /** The vectors of all occurrences at one layer, and what they are worth. */
    private record Layer(String name, List<float[]> vectors, Verdict verdict, double nearest) {
        static Layer of(String name, List<Occurrence> occurrences, List<float[]> vectors) {
            return new Layer(name, vectors, SensePairs.judge(SensePairs.of(occurrences, vectors)),
                    SensePairs.nearestAgree(occurrences, vectors));
        }
    }

    /** A model's layers, from its static vectors (0) on, and the one that tells senses apart best. */
    private record Looked(String name, boolean causal, List<Layer> layers) {
        Layer best() {
            return layers.stream().skip(1).max(Comparator.comparingDouble(layer -> layer.verdict().auc())).orElseThrow();
        }
    }

    @Override
    public String key() {
        return "senses";
    }

    @Override
    public SensesConfig defaults() {
        return SensesConfig.DEFAULTS;
    }

    @Override
    public void run(SensesConfig config, StudyRun run) {
        config.requireSomething();
        var occurrences = Homographs.read(config.sentences() instanceof String file ? Path.of(file) : null);
        var words = occurrences.stream().map(Occurrence::word).distinct().toList();
        if (words.size() < 2) {
            throw new UserError("The threshold for each word is taken from the others, and there is only '" + words.getFirst()
                    + "'; give sentences for at least two words.");
        }
        for (var shown : config.shown()) {
            if (!words.contains(shown)) {
                throw UserError.usage("senses.shown: there are no sentences for '" + shown + "'; " + Nearest.hint(shown, words));
            }
        }
        introduce(occurrences, words, run);
        var looked = new ArrayList<Looked>();
        for (var path : config.models()) {
            var model = Contextual.load(path);
            run.say("Looking at " + model.name() + " …");
            looked.add(look(model, occurrences));
        }
        looked.forEach(model -> report(model, run));
        summary(looked, config.vectors() instanceof String file ? wordVectors(Path.of(file), occurrences) : List.of(), run);
        if (!looked.isEmpty()) {
            run.picture("accuracy-by-layer.svg", "Telling senses apart, layer by layer", chart(looked));
            run.picture("cosines-by-layer.svg", "Mean cosine of two occurrences of a word", cosines(looked.getFirst()));
        }
        for (var model : looked) {
            config.shown().forEach(word -> show(model, word, occurrences, run));
        }
    }

    private static void introduce(List<Occurrence> occurrences, List<String> words, StudyRun run) {
        long pairs = SensePairs.of(occurrences, occurrences.stream().map(_ -> new float[]{1}).toList()).size();
        run.text("What is asked", String.format(Locale.ROOT, "%d words with %d senses in %d sentences make %d pairs: the same word in two "
                + "sentences, in the same sense or not? A pair is called the same where the cosine between the word's two vectors is at least a "
                + "threshold, and the threshold for each word is the one that is best for all other words. The standard error is over the "
                + "words. AUC needs no threshold: how often two occurrences of the same sense lie nearer than two of different ones. "
                + "\"Nearest agrees\" is how often the nearest other occurrence of a word has the same sense.",
                words.size(), occurrences.stream().map(o -> o.word() + "/" + o.sense()).distinct().count(), occurrences.size(), pairs));
        run.figure("pairs", pairs);
    }

    private static Looked look(Contextual model, List<Occurrence> occurrences) {
        var states = occurrences.stream().map(each -> model.states(each.sentence(), each.from(), each.to())).toList();
        var layers = new ArrayList<Layer>();
        for (int layer = 0; layer < states.getFirst().size(); layer++) {
            int at = layer;
            layers.add(Layer.of(layer == 0 ? "static" : String.valueOf(layer - 1), occurrences,
                    states.stream().map(all -> all.get(at)).toList()));
        }
        return new Looked(model.name(), model.causal(), layers);
    }

    private static void report(Looked model, StudyRun run) {
        var rows = model.layers().stream().map(layer -> {
            var v = layer.verdict();
            return List.of(layer.name(), percent(v.accuracy()) + " ± " + percent(v.error()), number(v.auc()), percent(layer.nearest()),
                    number(v.within()), number(v.between()));
        }).toList();
        run.table(model.name() + (model.causal() ? " (sees what stands before the word)" : " (sees the whole sentence)"),
                List.of("layer", "accuracy, %", "AUC", "nearest agrees, %", "cosine, same sense", "cosine, different senses"), rows);
    }

    /** Word vectors as a row of the summary: one vector a word, whatever the sentence. */
    private static List<List<String>> wordVectors(Path file, List<Occurrence> occurrences) {
        var vectors = WordVectorFiles.read(file);
        var layer = Layer.of("static", occurrences, occurrences.stream().map(occurrence -> vectors.vector(occurrence.word())).toList());
        return List.of(List.of(String.valueOf(file.getFileName()), percent(layer.verdict().accuracy()), "", "", "", ""));
    }

    /** One row a model; and the figures. */
    private static void summary(List<Looked> looked, List<List<String>> others, StudyRun run) {
        var rows = new ArrayList<>(others);
        for (var model : looked) {
            var still = model.layers().getFirst().verdict();
            var best = model.best();
            var last = model.layers().getLast().verdict();
            run.figure(model.name() + "_static_accuracy", still.accuracy());
            run.figure(model.name() + "_best_accuracy", best.verdict().accuracy());
            run.figure(model.name() + "_best_auc", best.verdict().auc());
            run.figure(model.name() + "_last_accuracy", last.accuracy());
            run.figure(model.name() + "_best_nearest", best.nearest());
            rows.add(List.of(model.name(), percent(still.accuracy()),
                    percent(best.verdict().accuracy()) + " ± " + percent(best.verdict().error())
                            + " (layer " + best.name() + ")",
                    number(best.verdict().auc()), percent(best.nearest()), percent(last.accuracy())));
        }
        if (!looked.isEmpty()) {
            run.figure("static_accuracy", most(looked, model -> model.layers().getFirst()));
            run.figure("contextual_accuracy", most(looked, Looked::best));
        }
        if (!rows.isEmpty()) {
            run.table("Static against contextual",
                    List.of("model", "static, %", "best layer, %", "its AUC", "its nearest agree, %", "last layer, %"), rows);
        }
    }

    private static double most(List<Looked> looked, Function<Looked, Layer> layer) {
        return looked.stream().mapToDouble(model -> layer.apply(model).verdict().accuracy()).max().orElseThrow();
    }

    private static String chart(List<Looked> looked) {
        var series = looked.stream().map(model -> {
            var layers = model.layers();
            return new LineChart.Series(model.name(), depths(layers.size()),
                    layers.stream().mapToDouble(layer -> 100 * layer.verdict().accuracy()).toArray(),
                    layers.stream().mapToDouble(layer -> 100 * layer.verdict().error()).toArray());
        }).toList();
        return new LineChart("Same sense or not?", "blocks behind it (−1: the static vector)", "accuracy, %", false, false, series).svg();
    }

    private static String cosines(Looked model) {
        var layers = model.layers();
        return new LineChart(model.name(), "blocks behind it (−1: the static vector)", "mean cosine", false, false, List.of(
                new LineChart.Series("same sense", depths(layers.size()), layers.stream().mapToDouble(l -> l.verdict().within()).toArray(),
                        new double[0]),
                new LineChart.Series("different senses", depths(layers.size()),
                        layers.stream().mapToDouble(l -> l.verdict().between()).toArray(), new double[0])))
                .svg();
    }

    private static double[] depths(int layers) {
        return IntStream.range(-1, layers - 1).mapToDouble(i -> i).toArray();
    }

    /** The map and the table of a word at the model's best layer. */
    private static void show(Looked model, String word, List<Occurrence> occurrences, StudyRun run) {
        var own = IntStream.range(0, occurrences.size()).filter(i -> occurrences.get(i).word().equals(word)).toArray();
        var senses = Arrays.stream(own).mapToObj(i -> occurrences.get(i).sense()).distinct().toList();
        var layer = model.best();
        var plane = PrincipalAxes.of(Arrays.stream(own).mapToObj(layer.vectors()::get).toList()).places();
        var points = IntStream.range(0, own.length).mapToObj(i -> new ScatterChart.Point(plane.get(i)[0], plane.get(i)[1],
                senses.indexOf(occurrences.get(own[i]).sense()), occurrences.get(own[i]).around(AROUND))).toList();
        var title = "'" + word + "' in layer " + layer.name() + " of " + model.name();
        run.picture("map-" + file(model.name()) + "-" + file(word) + ".svg", title, new ScatterChart(title, "", "", senses, points).svg());
        var rows = Arrays.stream(own).mapToObj(query -> {
            int near = SensePairs.nearest(occurrences, layer.vectors(), query);
            return List.of(occurrences.get(query).sense(), occurrences.get(query).sentence(), occurrences.get(near).sense(),
                    occurrences.get(near).sentence(), number(Contextual.cosine(layer.vectors().get(query), layer.vectors().get(near))));
        }).toList();
        run.table("Nearest to each '" + word + "' in layer " + layer.name() + " of " + model.name(),
                List.of("sense", "sentence", "sense of the nearest", "its sentence", "cosine"), rows);
    }

    private static String file(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]+", "-");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
