package org.lyceum.study.selfsupervision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DenoisingAutoencoder;
import org.lyceum.models.Pass;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.LineChart;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.shard.Permutation;
import org.lyceum.training.Trainer;
import org.lyceum.training.TrainingState;
import org.lyceum.training.finetune.FineTuning;
import org.lyceum.training.objective.Denoising;
import org.lyceum.training.optimizer.AdamW;
import org.lyceum.training.optimizer.OptimizerConfig;

/**
 * Images restored from damaged ones, without knowing what they show (Vincent et al. 2008): what a linear classifier with few labels makes of
 * the features that were learned, beside raw pixels, features that were never trained, and those of an autoencoder that saw no damage.
 */
public final class DenoisingStudy implements Study<DenoisingConfig> {
    private static final int CLASSES = 10;

    @Override
    public String key() {
        return "denoising";
    }

    @Override
    public DenoisingConfig defaults() {
        return DenoisingConfig.DEFAULTS;
    }

    @Override
    public void run(DenoisingConfig config, StudyRun run) {
        var images = IdxFile.read(run.data(config.images()));
        var classes = IdxFile.read(run.data(config.classes()));
        if (images.count() != classes.count() || classes.width() != 1) {
            throw new UserError("There are " + images.count() + " images and " + classes.count() + " classes; the two files do not belong "
                    + "together.");
        }
        int most = config.labels().stream().mapToInt(Integer::intValue).max().orElseThrow();
        int learned = images.count() - config.test();
        if (most > learned) {
            throw UserError.usage("denoising: with " + config.test() + " of " + images.count() + " images held out there are not " + most
                    + " to label; lower labels or test.");
        }
        var cells = new ArrayList<Map<String, Double>>();
        for (int repetition = 0; repetition < config.seeds(); repetition++) {
            long seed = Seeds.derive(config.seed(), "repetition", repetition);
            int number = repetition + 1;
            cells.add(run.cell("repetition " + number, () -> {
                run.say("Repetition " + number + " of " + config.seeds() + " …");
                return measured(config, images, classes, learned, seed);
            }));
        }
        report(config, cells, learned, run);
    }

    /** The accuracy for each kind of features and number of labels, under "kind/labels". */
    private static Map<String, Double> measured(DenoisingConfig config, IdxFile images, IdxFile classes, int learned, long seed) {
        var found = new LinkedHashMap<String, Double>();
        probe("pixels", x -> x, config, images, classes, learned, seed, found);
        var untrained = new DenoisingAutoencoder(images.width(), config.features(), seed);
        probe("untrained", untrained::features, config, images, classes, learned, seed, found);
        for (double corruption : config.corruption()) {
            var model = new DenoisingAutoencoder(images.width(), config.features(), seed);
            found.put(name(corruption) + "/loss", train(model, corruption, config, images, learned, seed));
            probe(name(corruption), model::features, config, images, classes, learned, seed, found);
        }
        return found;
    }

    private static String name(double corruption) {
        return corruption == 0 ? "autoencoder" : String.format(Locale.ROOT, "denoising %.0f%%", 100 * corruption);
    }

    /** Returns the loss of the test images, undamaged, in nats each. */
    private static double train(DenoisingAutoencoder model, double corruption, DenoisingConfig config, IdxFile images, int learned,
            long seed) {
        int batches = learned / config.batch();
        long steps = (long) config.epochs() * batches;
        var objective = new Denoising(corruption);
        var adam = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, config.learningRate(), 0.9, 0.999, 1e-8, 0, 0, 0);
        var setup = new Trainer.Setup<>(model, model.parameters(), number -> {
            var order = new Permutation(learned, Seeds.derive(seed, "images", number / batches));
            long from = number % batches * config.batch();
            var items = IntStream.range(0, config.batch()).map(i -> (int) order.apply(from + i)).toArray();
            return Tensor.of(images.scaled(items), items.length, images.width());
        }, config.batch(), objective, new AdamW(model.parameters(), config.learningRate(), adam), FineTuning.linear(0.05, steps),
                config.learningRate(), new Trainer.Loop(steps, 1, 0, false), seed);
        new Trainer<>(setup, List.of(), TrainingState.START).run();
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var test = IntStream.range(learned, images.count()).toArray();
            return objective.loss(model, Tensor.of(images.scaled(test), test.length, images.width()), Pass.EVALUATION)
                    .value().item();
        }
    }

    private static void probe(String kind, UnaryOperator<Tensor> features, DenoisingConfig config, IdxFile images, IdxFile classes,
            int learned, long seed, Map<String, Double> found) {
        var order = new Permutation(learned, Seeds.derive(seed, "labelled", 0));
        var test = set(features, images, classes, IntStream.range(learned, images.count()).toArray());
        for (int labels : config.labels()) {
            var train = set(features, images, classes, IntStream.range(0, labels).map(i -> (int) order.apply(i)).toArray());
            found.put(kind + "/" + labels, LinearProbe.accuracy(train, test, CLASSES));
        }
    }

    private static LinearProbe.Set set(UnaryOperator<Tensor> features, IdxFile images, IdxFile classes, int[] items) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var values = features.apply(Tensor.of(images.scaled(items), items.length, images.width())).floats();
            return new LinearProbe.Set(values, Arrays.stream(items).map(i -> classes.values()[i]).toArray());
        }
    }

    private static void report(DenoisingConfig config, List<Map<String, Double>> cells, int learned, StudyRun run) {
        var kinds = new ArrayList<>(List.of("pixels", "untrained"));
        config.corruption().forEach(corruption -> kinds.add(name(corruption)));
        run.text("What is done", String.format(Locale.ROOT, "%,d images of digits are restored from damaged ones; their classes are not "
                + "looked at. Then a linear classifier learns from few labelled ones, on raw pixels, on %d features with their first random "
                + "weights, and on those that were learned. Accuracy on %,d other images, mean and standard error over %d repetitions.",
                learned, config.features(), config.test(), config.seeds()));
        var rows = new ArrayList<List<String>>();
        var series = new ArrayList<LineChart.Series>();
        for (var kind : kinds) {
            var spreads = config.labels().stream().map(labels -> Spread.of(cells, kind + "/" + labels)).toList();
            var row = new ArrayList<>(List.of(kind));
            for (int i = 0; i < spreads.size(); i++) {
                row.add(spreads.get(i).percent());
                run.figure(kind.replace(" ", "_").replace("%", "") + "_" + config.labels().get(i), spreads.get(i).mean());
            }
            rows.add(row);
            series.add(new LineChart.Series(kind, config.labels().stream().mapToDouble(Integer::doubleValue).toArray(),
                    spreads.stream().mapToDouble(s -> 100 * s.mean()).toArray(),
                    spreads.stream().mapToDouble(s -> 100 * s.error()).toArray()));
        }
        var header = new ArrayList<>(List.of("features"));
        config.labels().forEach(labels -> header.add(labels + " labels"));
        run.table("Accuracy of a linear classifier, %", header, rows);
        run.picture("denoising.svg", "What learned features are worth",
                new LineChart("A linear classifier on features", "labelled images", "accuracy, %", true, false, series).svg());
    }
}
