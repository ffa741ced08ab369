package org.lyceum.study.translation;

import java.nio.file.Path;
import org.lyceum.inference.translation.BeamConfig;
import org.lyceum.inference.translation.Translator;
import org.lyceum.inference.translation.TranslatorFolder;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.ParameterFiles;
import org.lyceum.models.Pass;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.text.corpus.ParallelText;
import org.lyceum.text.parallel.EncodedPairs;
import org.lyceum.text.parallel.PairBatches;
import org.lyceum.text.parallel.PairTokenizer;
import org.lyceum.text.score.Bleu;
import org.lyceum.training.Trainer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.ModelFiles;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.SmoothedTranslation;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.optimizer.WeightAverage;

/**
 * Trains a translator in a folder of its own, from which an interrupted run goes on. A checkpoint is a translator's folder, with the averaged
 * weights, and beside it the weights that training goes on from.
 */
final class TranslatorTraining {
    private static final String LIVE_WEIGHTS = "live.safetensors";
    /** A translation is rarely longer than its source by so much, and one that never ends need not be waited for. */
    private static final BeamConfig QUICK = new BeamConfig(1, 0, 1, 15);

    private final TranslationConfig config;
    private final PairTokenizer tokenizer;
    private final EncodedPairs pairs;
    private final ParallelText validation;
    private final EncodedPairs validationPairs;
    private final EncoderDecoder model;
    private final WeightAverage optimizer;

    TranslatorTraining(TranslationConfig config, PairTokenizer tokenizer, ParallelText train, ParallelText validation) {
        this.config = config;
        this.tokenizer = tokenizer;
        this.validation = validation;
        pairs = EncodedPairs.of(train, tokenizer, config.model().context());
        validationPairs = EncodedPairs.of(validation, tokenizer, config.model().context());
        var training = config.training();
        model = new EncoderDecoder(config.model().of(tokenizer.tokenizer().vocabularySize()), training.dtype());
        Initialisation.of(model, config.seed());
        optimizer = new WeightAverage(
                Optimizers.of(model.parameters(), learningRate(), training.optimizer(), training.dtype()), model.parameters(),
                training.averageDecay());
    }

    private double learningRate() {
        return config.training().optimizer().learningRate() instanceof Double rate ? rate : 1e-3;
    }

    EncoderDecoder model() {
        return model;
    }

    EncodedPairs pairs() {
        return pairs;
    }

    /** Trains to the end of the plan, or goes on. */
    Fit.Outcome run(Path folder, java.util.function.Consumer<String> say) {
        var training = config.training();
        var batches = new PairBatches(pairs, training.batchTokens(), config.seed());
        long steps = batches.inEpochs(training.epochs());
        long tokens = pairs.targetTokens() * training.epochs() / steps;
        var setup = new Trainer.Setup<>(model, model.parameters(), batches::batch, tokens, new SmoothedTranslation(training.smoothing()),
                optimizer, training.schedule(), learningRate(), new Trainer.Loop(steps, 1, training.optimizer().clip(), false),
                config.seed());
        return Fit.run(setup, new Fit.Plan(folder, config, files(), training.evaluateEvery(), () -> optimizer.during(this::score),
                training.evaluateEvery(), say));
    }

    private ModelFiles files() {
        return new ModelFiles() {
            @Override
            public void write(Path folder) {
                ParameterFiles.write(folder.resolve(LIVE_WEIGHTS), model.parameters());
                optimizer.during(() -> {
                    TranslatorFolder.write(folder, model, tokenizer);
                    return folder;
                });
            }

            @Override
            public void read(Path folder) {
                ParameterFiles.read(folder.resolve(LIVE_WEIGHTS), model.parameters());
            }
        };
    }

    /** BLEU of the validation, greedily, and its loss. */
    private Score score() {
        var translated = new Translator(model, tokenizer).best(validation.sources(), QUICK);
        double bleu = Bleu.of(translated, validation.targets(), setting()).score();
        return Score.highest("bleu", bleu).with("loss", loss());
    }

    /** How the study measures BLEU: as the text was learned. */
    Bleu.Setting setting() {
        return config.lowerCase() ? Bleu.Setting.LOWER_CASED : Bleu.Setting.CASED;
    }

    /** The plain cross entropy of the validation, nats a token. */
    private double loss() {
        var batches = new PairBatches(validationPairs, config.training().batchTokens(), config.seed());
        var plain = new SmoothedTranslation(0);
        double sum = 0;
        long tokens = 0;
        try (var _ = NoGradient.open()) {
            for (long i = 0; i < batches.inEpochs(1); i++) {
                try (var _ = Scope.open()) {
                    var batch = batches.batch(i);
                    int counted = batch.targetTokens();
                    sum += plain.loss(model, batch, Pass.EVALUATION).value().item() * counted;
                    tokens += counted;
                }
            }
        }
        return sum / tokens;
    }

}
