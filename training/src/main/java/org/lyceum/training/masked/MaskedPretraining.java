package org.lyceum.training.masked;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.MaskedLanguageHead;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.models.huggingface.HeadedEncoderFolder;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.Document;
import org.lyceum.text.sequence.Masking;
import org.lyceum.text.sequence.Noise;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.shard.BatchConfig;
import org.lyceum.text.shard.BatchSource;
import org.lyceum.text.shard.DatasetConfig;
import org.lyceum.text.shard.EvaluationBatches;
import org.lyceum.text.shard.TokenDataset;
import org.lyceum.text.shard.TokenEncoder;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.text.tokenizer.WordPieceTrainer;
import org.lyceum.training.Trainer;
import org.lyceum.training.finetune.EncoderFiles;
import org.lyceum.training.finetune.FineTuning;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.MaskedLanguage;
import org.lyceum.training.optimizer.AdamW;
import org.lyceum.training.optimizer.OptimizerConfig;

/**
 * From raw text to a pretrained encoder: tokens, masks anew for each batch (Liu et al. 2019, section 4.1), the loop. The run folder holds the
 * tokenizer, the encoded data, and checkpoints that {@code transformers} opens as {@code BertForMaskedLM}; a run that was cut off goes on.
 */
public final class MaskedPretraining {
    /**
     * @param fit how it went; the score is the loss at the hidden places of held-out text, nats a token
     * @param model with its best weights
     */
    public record Outcome(Fit.Outcome fit, HeadedEncoder<MaskedLanguageHead> model, Tokenizer tokenizer) {
    }

    private MaskedPretraining() {
    }

    /**
     * Trains, resuming what is in {@code folder}.
     *
     * @param say told what is going on
     * @throws UserError for all that the user can mend; what was saved stays good
     */
    public static Outcome run(MaskedConfig config, Path folder, Consumer<String> say) {
        if (config.data().paths().isEmpty()) {
            throw UserError.usage("Name the text to train on (a file, a folder, - for standard input, or wordnet).");
        }
        var corpus = Corpus.open(config.data().paths(), config.data().corpus());
        var tokenizer = tokenizer(config, corpus, folder, say);
        int separator = separator(tokenizer);
        var encoder = new TokenEncoder(tokenizer::encode, tokenizer.vocabularySize(), separator, tokenizer.fingerprint());
        say.accept("encoding " + String.join(", ", config.data().paths()));
        var split = DatasetConfig.DEFAULT.withValidation(config.data().validation());
        try (var dataset = TokenDataset.build(folder.resolve("data"), corpus, encoder, split)) {
            say.accept(String.format(Locale.ROOT, "%,d training and %,d held-out tokens", dataset.info().train().tokens(),
                    dataset.info().validation().tokens()));
            return train(config, folder, tokenizer, dataset, say);
        }
    }

    private static Outcome train(MaskedConfig config, Path folder, Tokenizer tokenizer, TokenDataset dataset, Consumer<String> say) {
        var model = model(config, tokenizer);
        var train = config.train();
        var frame = tokenizer.frame();
        int columns = model.encoder().config().context() - frame.before().length - frame.after().length;
        if (columns < 1) {
            throw UserError.usage("model.context=" + model.encoder().config().context() + " leaves no room for a text; raise it.");
        }
        var shape = new BatchConfig(train.batch(), columns);
        var source = new BatchSource(dataset.train(), shape, config.seed());
        var corrupted = corruption(config.objective(), tokenizer, Seeds.derive(config.seed(), "corruption", 0));
        LongFunction<SequenceBatch> batches = number -> corrupted.apply(FramedWindows.of(source.batch(number), frame), number);
        var held = new EvaluationBatches(dataset.validation(), shape, train.evaluateTokens());
        var heldCorrupted = corruption(config.objective(), tokenizer, Seeds.derive(config.seed(), "validation", 0));
        var adam = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, train.learningRate(), 0.9, 0.98, 1e-6, train.weightDecay(), 0,
                train.clip()); // Liu et al. 2019, table 9
        var setup = new Trainer.Setup<>(model, model.parameters(), batches, (long) train.batch() * columns, new MaskedLanguage(),
                new AdamW(model.parameters(), train.learningRate(), adam), FineTuning.linear(train.warmup(), train.steps()),
                train.learningRate(), new Trainer.Loop(train.steps(), 1, train.clip(), false), config.seed());
        long every = train.evaluateEvery() instanceof Long steps ? steps : Math.max(1, train.steps() / 10);
        var fit = Fit.run(setup, new Fit.Plan(folder, config, new EncoderFiles(model, tokenizer), every,
                () -> score(model, held, heldCorrupted, tokenizer), every, say));
        return new Outcome(fit, model, tokenizer);
    }

    private interface Corruption {
        SequenceBatch apply(SequenceBatch batch, long number);
    }

    private static Corruption corruption(MaskedConfig.Objective objective, Tokenizer tokenizer, long seed) {
        return switch (objective.kind()) {
            case MASKED -> Masking.of(tokenizer, objective.rate(), seed)::hide;
            case DENOISING -> Noise.of(tokenizer, objective.rate(), objective.reach(), seed)::corrupt;
        };
    }

    private static Score score(HeadedEncoder<MaskedLanguageHead> model, EvaluationBatches held, Corruption corruption,
            Tokenizer tokenizer) {
        double loss = 0;
        double right = 0;
        long places = 0;
        for (long i = 0; i < held.count(); i++) {
            var batch = corruption.apply(FramedWindows.of(held.batch(i), tokenizer.frame()), i);
            int here = 0;
            for (int target : batch.targets()) {
                here += target >= 0 ? 1 : 0;
            }
            try (var _ = Scope.open(); var _ = NoGradient.open()) {
                var found = new MaskedLanguage().loss(model, batch, Pass.EVALUATION);
                loss += here * found.value().item();
                right += here * found.metrics().getOrDefault(MaskedLanguage.ACCURACY, 0.0);
            }
            places += here;
        }
        return Score.lowest("loss", loss / places).with(MaskedLanguage.ACCURACY, right / places);
    }

    private static HeadedEncoder<MaskedLanguageHead> model(MaskedConfig config, Tokenizer tokenizer) {
        if (config.from() instanceof String from) {
            var folder = Path.of(from);
            if (HeadedEncoderFolder.headOf(folder).filter(kind -> kind == MaskedLanguageHead.class).isPresent()) {
                return HeadedEncoderFolder.readToTrain(folder, config.train().dtype(), MaskedLanguageHead.class);
            }
            var encoder = new Encoder(EncoderFolder.readConfig(folder), config.train().dtype());
            EncoderFolder.load(folder, encoder);
            return headed(encoder, config.seed());
        }
        var encoder = new Encoder(config.model().shape(tokenizer.vocabularySize()), config.train().dtype());
        Initialisation.ofEncoder(encoder.parameters(), Seeds.derive(config.seed(), "encoder", 0));
        return headed(encoder, config.seed());
    }

    private static HeadedEncoder<MaskedLanguageHead> headed(Encoder encoder, long seed) {
        var head = new MaskedLanguageHead(encoder);
        Initialisation.ofEncoder(head.parameters(), Seeds.derive(seed, "head", 0));
        return new HeadedEncoder<>(encoder, head);
    }

    private static Tokenizer tokenizer(MaskedConfig config, Corpus corpus, Path folder, Consumer<String> say) {
        var kept = folder.resolve("tokenizer.json");
        if (Files.exists(kept)) {
            return Tokenizer.load(folder);
        }
        var tokenizer = loaded(config);
        if (tokenizer == null) {
            say.accept("training a WordPiece tokenizer of " + config.tokenizer().vocabularySize() + " tokens");
            var trainer = new WordPieceTrainer(config.tokenizer().vocabularySize(), 2, config.tokenizer().lowercase());
            tokenizer = trainer.train(() -> corpus.stream().map(Document::text).iterator());
        }
        Masking.mask(tokenizer); // said before anything is written
        tokenizer.save(folder);
        return tokenizer;
    }

    private static @Nullable Tokenizer loaded(MaskedConfig config) {
        var path = config.from() != null ? config.from() : config.tokenizer().path();
        return path == null ? null : Tokenizer.load(Path.of(path));
    }

    /** What stands between documents: the end of a sequence. */
    private static int separator(Tokenizer tokenizer) {
        var after = tokenizer.frame().after();
        if (after.length == 0) {
            throw new UserError("The tokenizer puts nothing after a text ([SEP]), as one for encoders does; use such a one.");
        }
        return after[0];
    }
}
