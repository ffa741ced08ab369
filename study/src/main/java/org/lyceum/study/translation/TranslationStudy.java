package org.lyceum.study.translation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.inference.translation.BeamConfig;
import org.lyceum.inference.translation.Translator;
import org.lyceum.inference.translation.Translator.Translation;
import org.lyceum.inference.translation.TranslatorFolder;
import org.lyceum.study.Study;
import org.lyceum.study.StudyRun;
import org.lyceum.study.chart.LineChart;
import org.lyceum.tensor.Torch;
import org.lyceum.text.corpus.ParallelText;
import org.lyceum.text.parallel.PairTokenizer;
import org.lyceum.text.score.Bleu;
import org.lyceum.text.score.Chrf;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.run.MetricsLog;

/**
 * The full transformer (Vaswani et al. 2017) on a parallel corpus: a joint byte-pair vocabulary, training with smoothed targets and averaged
 * weights, the best of them by greedy BLEU on the validation, and BLEU of the test by beam search. The run's folder holds the
 * translator under {@code model/}, {@code test.txt} with its translations, and pictures of what it attends to.
 */
public final class TranslationStudy implements Study<TranslationConfig> {
    private static final String MODEL = "model";
    private static final int PICTURES = 3;
    private static final int LONGEST_IN_PICTURE = 18;

    @Override
    public String key() {
        return "translation";
    }

    @Override
    public TranslationConfig defaults() {
        return TranslationConfig.DEFAULTS;
    }

    @Override
    public void run(TranslationConfig config, StudyRun run) {
        var train = read(run, config, config.train());
        var validation = read(run, config, config.validation());
        var test = read(run, config, config.test());
        var tokenizer = tokenizer(config, run, train);
        var trained = run.cell("training", () -> train(config, run, tokenizer, train, validation));
        trained.forEach(run::figure);
        var translator = TranslatorFolder.read(run.folder().resolve(MODEL), config.training().dtype());
        var search = search(config, run, translator, validation);
        test(config, run, translator, search, test);
        curves(run);
        pictures(run, translator, test);
    }

    private static ParallelText read(StudyRun run, TranslationConfig config, String pattern) {
        return ParallelText.read(run.data(pattern.replace("*", config.source())), run.data(pattern.replace("*", config.target())));
    }

    /** Learned once, and found again by a run that goes on. */
    private static PairTokenizer tokenizer(TranslationConfig config, StudyRun run, ParallelText train) {
        var folder = run.folder().resolve("tokenizer");
        if (!Files.exists(folder.resolve("tokenizer.json"))) {
            var texts = new ArrayList<>(train.sources());
            texts.addAll(train.targets());
            var learned = PairTokenizer.train(texts, config.vocabulary(), Torch.wantedThreads(), config.lowerCase());
            WholeFiles.writeFolder(folder, learned.tokenizer()::save);
        }
        return PairTokenizer.of(Tokenizer.load(folder), config.lowerCase());
    }

    private static Map<String, Double> train(TranslationConfig config, StudyRun run, PairTokenizer tokenizer, ParallelText train,
            ParallelText validation) {
        var training = new TranslatorTraining(config, tokenizer, train, validation);
        run.say(String.format(Locale.ROOT, "%,d pairs (%,d left out), %,d target tokens, %,d parameters", training.pairs().size(),
                training.pairs().skipped(), training.pairs().targetTokens(), training.model().config().parameterCount()));
        var outcome = training.run(run.folder().resolve("training"), run::say);
        if (!(outcome.checkpoint() instanceof Path best)) {
            throw new IllegalStateException("a run in a folder has a best checkpoint");
        }
        var model = run.folder().resolve(MODEL);
        WholeFiles.writeFolder(model, folder -> {
            for (var name : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
                Files.copy(best.resolve(name), folder.resolve(name));
            }
        });
        var figures = new LinkedHashMap<String, Double>();
        figures.put("val_bleu_greedy", outcome.best());
        figures.put("best_step", (double) outcome.bestStep());
        figures.put("steps", (double) outcome.state().step());
        figures.put("training_seconds", outcome.state().seconds());
        figures.put("target_tokens_per_s", outcome.tokensPerSecond());
        figures.put("parameters", (double) training.model().config().parameterCount());
        return figures;
    }

    /** The beam with the length penalty that gives the validation the highest BLEU. */
    private static BeamConfig search(TranslationConfig config, StudyRun run, Translator translator, ParallelText validation) {
        var bleus = new TreeMap<Double, Double>();
        for (double penalty : config.search().lengthPenalties()) {
            var search = BeamConfig.of(config.search().beam(), penalty);
            var cell = run.cell("search, length penalty " + penalty, () -> Map.of("bleu",
                    Bleu.of(translator.best(validation.sources(), search), validation.targets(), setting(config)).score()));
            bleus.put(penalty, cell.getOrDefault("bleu", 0.0));
        }
        var best = Collections.max(bleus.entrySet(), Map.Entry.comparingByValue());
        run.table("BLEU of the validation by length penalty, beam " + config.search().beam(), List.of("length penalty", "BLEU"),
                bleus.entrySet().stream()
                        .map(one -> List.of(String.valueOf(one.getKey()), String.format(Locale.ROOT, "%.2f", one.getValue())))
                        .toList());
        run.figure("length_penalty", best.getKey());
        run.figure("val_bleu", best.getValue());
        return BeamConfig.of(config.search().beam(), best.getKey());
    }

    private static Bleu.Setting setting(TranslationConfig config) {
        return config.lowerCase() ? Bleu.Setting.LOWER_CASED : Bleu.Setting.CASED;
    }

    private static void test(TranslationConfig config, StudyRun run, Translator translator, BeamConfig search, ParallelText test) {
        var setting = setting(config);
        long begin = System.nanoTime();
        var translated = translator.best(test.sources(), search);
        double seconds = (System.nanoTime() - begin) / 1e9;
        var bleu = Bleu.of(translated, test.targets(), setting);
        var greedy = Bleu.of(translator.best(test.sources(), BeamConfig.GREEDY), test.targets(), setting);
        run.figure("bleu", bleu.score());
        run.figure("bleu_greedy", greedy.score());
        run.figure("chrf", Chrf.of(translated, test.targets(), config.lowerCase()));
        run.figure("brevity", bleu.brevity());
        run.figure("sentences_per_s", test.size() / seconds);
        WholeFiles.write(run.folder().resolve("test.txt"), String.join("\n", translated) + "\n");
        run.say(bleu.toString());
        run.text("Test", String.format(Locale.ROOT, "Beam %d, length penalty %.1f: %s. Greedily: BLEU %.2f.", search.beam(),
                search.lengthPenalty(), bleu, greedy.score()));
        var rows = new ArrayList<List<String>>();
        for (int i = 0; i < Math.min(config.samples(), test.size()); i++) {
            rows.add(List.of(test.sources().get(i), translated.get(i), test.targets().get(i)));
        }
        run.table("The first sentences of the test", List.of(config.source(), "translated", config.target()), rows);
    }

    /** How loss and BLEU of the validation went, from the training's own log. */
    private static void curves(StudyRun run) {
        var lines = MetricsLog.read(run.folder().resolve("training").resolve(MetricsLog.FILE_NAME));
        curve(run, lines, "bleu", "BLEU, greedy");
        curve(run, lines, "loss", "loss, nats a token");
    }

    private static void curve(StudyRun run, List<MetricsLog.Line> lines, String key, String y) {
        var measured = lines.stream().filter(line -> line.number("val_" + key).isPresent()).toList();
        var series = new LineChart.Series("validation", measured.stream().mapToDouble(MetricsLog.Line::step).toArray(),
                measured.stream().mapToDouble(line -> line.number("val_" + key).orElseThrow()).toArray(), new double[0]);
        var title = "Validation: " + y;
        run.picture("validation_" + key + ".svg", title, new LineChart(title, "step", y, false, false, List.of(series)).svg());
    }

    /** What the last layer but one attends to, where words are aligned the most clearly, for a few short sentences. */
    private static void pictures(StudyRun run, Translator translator, ParallelText test) {
        var shown = new ArrayList<String>();
        for (var sentence : test.sources()) {
            if (shown.size() < PICTURES && sentence.split(" ").length >= 8 && sentence.split(" ").length <= LONGEST_IN_PICTURE) {
                shown.add(sentence);
            }
        }
        for (int i = 0; i < shown.size(); i++) {
            Translation translation = translator.translate(Collections.singletonList(shown.get(i)), BeamConfig.of(5, 1)).getFirst()
                    .getFirst();
            if (translation.hypothesis().ids().isEmpty()) {
                throw new UserError("The model translates '" + shown.get(i) + "' by nothing at all; train it longer.");
            }
            run.picture("attention_" + (i + 1) + ".svg", "What “" + translation.text() + "” attended to",
                    AttentionPicture.of(translator.weights(shown.get(i), translation.hypothesis())).svg());
        }
    }
}
