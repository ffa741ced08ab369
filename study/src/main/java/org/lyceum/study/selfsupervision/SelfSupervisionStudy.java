package org.lyceum.study.selfsupervision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.Encoder;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.LineChart;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.LabelledConfig;
import org.lyceum.text.labelled.LabelledFile;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.sequence.SequenceEncoder;
import org.lyceum.text.shard.Permutation;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.finetune.FineTuning;
import org.lyceum.training.finetune.FineTuningConfig;
import org.lyceum.training.finetune.TextClassification;
import org.lyceum.training.objective.Contrastive;

/**
 * One small encoder, pretrained without labels in several ways (masked language model, denoising autoencoder, contrastive sentences) or not at
 * all: how well it then does with few labels, as frozen features under a linear classifier and fine-tuned as a whole; and whether its sentence
 * vectors tell paraphrases.
 */
public final class SelfSupervisionStudy implements Study<SelfSupervisionConfig> {
    private static final int ROWS = 128;

    /** The labelled sentences. */
    private record Data(List<Example> train, List<Example> validation, List<Example> test, Labels labels) {
        static Data read(SelfSupervisionConfig config, StudyRun run) {
            var train = LabelledFile.read(run.data(config.train()), LabelledConfig.DEFAULT);
            return new Data(train, LabelledFile.read(run.data(config.validation()), LabelledConfig.DEFAULT),
                    LabelledFile.read(run.data(config.test()), LabelledConfig.DEFAULT),
                    Labels.of(train.stream().map(Example::label).toList()));
        }

        /** {@code count} of the training sentences, others for each seed; all for 0. */
        List<Example> some(int count, long seed) {
            if (count == 0 || count >= train.size()) {
                return train;
            }
            var order = new Permutation(train.size(), Seeds.derive(seed, "labelled", 0));
            return IntStream.range(0, count).mapToObj(i -> train.get((int) order.apply(i))).toList();
        }
    }

    @Override
    public String key() {
        return "selfsupervision";
    }

    @Override
    public SelfSupervisionConfig defaults() {
        return SelfSupervisionConfig.DEFAULTS;
    }

    @Override
    public void run(SelfSupervisionConfig config, StudyRun run) {
        var data = Data.read(config, run);
        var kinds = Pretrained.all(config, data.train().stream().map(Example::text).toList(), run);
        run.text("What is done",
                String.format(Locale.ROOT, "An encoder of %d blocks, %d wide, learns from raw text for %,d steps of %d windows "
                        + "of %d tokens: by guessing hidden words (masked), by restoring shuffled text with hidden words (denoising), or, behind the "
                        + "masked one, by telling a sentence from others for %,d steps (contrastive); or not at all (untrained). Then it learns from "
                        + "labelled sentences. Accuracy on %,d test sentences, mean and standard error over %d draws of the labelled ones; each "
                        + "pretraining was done once.", config.model().depth(), config.model().width(), config.steps(), config.batch(),
                        config.model().context(), config.contrastiveSteps(), data.test().size(), config.seeds()));
        var cells = new ArrayList<Map<String, Double>>();
        for (int repetition = 1; repetition <= config.seeds(); repetition++) {
            var found = new LinkedHashMap<String, Double>();
            long seed = Seeds.derive(config.seed(), "repetition", repetition);
            for (var kind : kinds) {
                int number = repetition;
                found.putAll(run.cell("probe " + kind.name() + " " + repetition, () -> {
                    run.say("Probe: " + kind.name() + ", repetition " + number);
                    return probes(kind, config, data, seed);
                }));
                for (int labels : config.tune()) {
                    found.putAll(run.cell("tune " + kind.name() + " " + labels + " " + repetition, () -> {
                        run.say("Fine-tuning: " + kind.name() + ", " + name(labels) + " labels, repetition " + number);
                        return tuned(kind, config, data, labels, seed);
                    }));
                }
            }
            cells.add(found);
        }
        report("probe", "A linear classifier on frozen states", config.probe(), data.train().size(), kinds, cells, run);
        if (!config.tune().isEmpty()) {
            report("tune", "The whole encoder fine-tuned", config.tune(), data.train().size(), kinds, cells, run);
        }
        if (config.pairs() instanceof String pairs) {
            paraphrases(LabelledFile.read(run.data(pairs), LabelledConfig.DEFAULT.withColumns("sentence1", "sentence2", "label")), kinds,
                    run);
        }
    }

    private static String name(int labels) {
        return labels == 0 ? "all" : String.valueOf(labels);
    }

    // --- what is measured -------------------------------------------------------------------------------------------------------------

    private static Map<String, Double> probes(Pretrained kind, SelfSupervisionConfig config, Data data, long seed) {
        var found = new LinkedHashMap<String, Double>();
        var test = set(kind, data.test(), data.labels());
        var all = set(kind, data.train(), data.labels());
        for (int labels : config.probe()) {
            var some = data.some(labels, seed);
            var features = new float[some.size() * all.width()];
            var classes = new int[some.size()];
            var at = new LinkedHashMap<Example, Integer>();
            for (int i = 0; i < data.train().size(); i++) {
                at.put(data.train().get(i), i);
            }
            for (int i = 0; i < classes.length; i++) {
                int from = at.getOrDefault(some.get(i), 0);
                System.arraycopy(all.features(), from * all.width(), features, i * all.width(), all.width());
                classes[i] = all.classes()[from];
            }
            found.put("probe/" + kind.name() + "/" + labels,
                    LinearProbe.accuracy(new LinearProbe.Set(features, classes), test, data.labels().size()));
        }
        return found;
    }

    private static LinearProbe.Set set(Pretrained kind, List<Example> examples, Labels labels) {
        var classes = examples.stream().mapToInt(example -> labels.id(example.label(), "Line " + example.line() + " of the data"))
                .toArray();
        return new LinearProbe.Set(vectors(kind, examples.stream().map(Example::text).toList()), classes);
    }

    /** The mean state of each text, one behind the other. */
    private static float[] vectors(Pretrained kind, List<String> texts) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var encoder = EncoderFolder.read(kind.folder(), DType.F32);
            var framing = new SequenceEncoder(Tokenizer.load(kind.folder()), encoder.config().context(), encoder.config().isRoberta());
            int width = encoder.config().width();
            var all = new float[texts.size() * width];
            for (int from = 0; from < texts.size(); from += ROWS) {
                fill(all, from * width, encoder, framing, texts.subList(from, Math.min(texts.size(), from + ROWS)));
            }
            return all;
        }
    }

    private static void fill(float[] all, int at, Encoder encoder, SequenceEncoder framing, List<String> texts) {
        try (var _ = Scope.open()) {
            var batch = SequenceBatch.of(texts.stream().map(framing::text).toList(), 0, SequenceBatch.Targets.NONE);
            var vectors = Contrastive.vectors(encoder, batch, Pass.EVALUATION).floats();
            System.arraycopy(vectors, 0, all, at, vectors.length);
        }
    }

    private static Map<String, Double> tuned(Pretrained kind, SelfSupervisionConfig config, Data data, int labels, long seed) {
        try (var _ = Scope.open()) {
            var some = data.some(labels, seed);
            int batches = (some.size() + 31) / 32;
            int epochs = Math.max(config.epochs(), (config.leastSteps() + batches - 1) / batches);
            var tuning = new FineTuningConfig(epochs, 32, config.model().context(), config.tuneRate(), 0.1, 0.01, 1,
                    config.model().dropout(),
                    FineTuningConfig.Train.ALL, 1, seed);
            var task = new TextClassification(FineTuning.pretrained(kind.folder(), tuning), Tokenizer.load(kind.folder()), data.labels(),
                    SequenceHead.Pooling.MEAN, tuning);
            task.train(some, data.validation(), FineTuning.Place.NONE);
            return Map.of("tune/" + kind.name() + "/" + labels, task.evaluate(data.test()).value());
        }
    }

    // --- what is told -----------------------------------------------------------------------------------------------------------------

    private static void report(String what, String title, List<Integer> numbers, int all, List<Pretrained> kinds,
            List<Map<String, Double>> cells, StudyRun run) {
        var rows = new ArrayList<List<String>>();
        var series = new ArrayList<LineChart.Series>();
        for (var kind : kinds) {
            var spreads = numbers.stream().map(labels -> Spread.of(cells, what + "/" + kind.name() + "/" + labels)).toList();
            var row = new ArrayList<>(List.of(kind.name()));
            for (int i = 0; i < spreads.size(); i++) {
                row.add(spreads.get(i).percent());
                run.figure(what + "_" + kind.name() + "_" + name(numbers.get(i)), spreads.get(i).mean());
            }
            rows.add(row);
            series.add(new LineChart.Series(kind.name(), numbers.stream().mapToDouble(labels -> labels == 0 ? all : labels).toArray(),
                    spreads.stream().mapToDouble(s -> 100 * s.mean()).toArray(),
                    spreads.stream().mapToDouble(s -> 100 * s.error()).toArray()));
        }
        var header = new ArrayList<>(List.of("pretraining"));
        numbers.forEach(labels -> header.add(name(labels) + " labels"));
        run.table(title + ": accuracy, %", header, rows);
        run.picture(what + ".svg", title, new LineChart(title, "labelled sentences", "accuracy, %", true, false, series).svg());
    }

    /** How often two paraphrases have a higher cosine than two sentences that are none (the area under the ROC curve). */
    private static void paraphrases(List<Example> pairs, List<Pretrained> kinds, StudyRun run) {
        var rows = new ArrayList<List<String>>();
        for (var kind : kinds) {
            double auc = run.cell("paraphrases " + kind.name(), () -> Map.of("auc", auc(kind, pairs))).getOrDefault("auc", Double.NaN);
            run.figure("paraphrases_" + kind.name(), auc);
            rows.add(List.of(kind.name(), String.format(Locale.ROOT, "%.3f", auc)));
        }
        run.table("Paraphrases told by the cosine of sentence vectors: AUC over " + pairs.size() + " pairs", List.of("pretraining", "AUC"),
                rows);
    }

    private static double auc(Pretrained kind, List<Example> pairs) {
        var first = vectors(kind, pairs.stream().map(Example::text).toList());
        var second = vectors(kind, pairs.stream().map(pair -> String.valueOf(pair.second())).toList());
        int width = first.length / pairs.size();
        var cosines = new double[pairs.size()];
        for (int i = 0; i < cosines.length; i++) {
            double dot = 0;
            double a = 0;
            double b = 0;
            for (int d = i * width; d < (i + 1) * width; d++) {
                dot += (double) first[d] * second[d];
                a += (double) first[d] * first[d];
                b += (double) second[d] * second[d];
            }
            cosines[i] = dot / Math.sqrt(a * b);
        }
        return auc(cosines, pairs.stream().map(pair -> pair.label().equals("1")).toList());
    }

    /** Of all pairs of a positive and a negative, the share in which the positive scores higher; equal scores count half. */
    static double auc(double[] scores, List<Boolean> positive) {
        double wins = 0;
        long pairs = 0;
        var negatives = Arrays.stream(IntStream.range(0, scores.length).filter(i -> !positive.get(i)).toArray()).mapToDouble(i -> scores[i])
                .toArray();
        for (int i = 0; i < scores.length; i++) {
            if (positive.get(i)) {
                for (double negative : negatives) {
                    wins += scores[i] > negative ? 1 : scores[i] == negative ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return pairs == 0 ? Double.NaN : wins / pairs;
    }
}
