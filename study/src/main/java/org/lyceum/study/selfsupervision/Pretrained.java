package org.lyceum.study.selfsupervision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.Encoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.study.StudyRun;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.text.corpus.CorpusConfig;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.sequence.SequenceEncoder;
import org.lyceum.text.sequence.SequenceSource;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.Trainer;
import org.lyceum.training.finetune.EncoderFiles;
import org.lyceum.training.finetune.FineTuning;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.masked.MaskedConfig;
import org.lyceum.training.masked.MaskedPretraining;
import org.lyceum.training.objective.Contrastive;
import org.lyceum.training.optimizer.AdamW;
import org.lyceum.training.optimizer.OptimizerConfig;

/**
 * An encoder's folder, and what it has learned from.
 *
 * @param name "masked", for instance
 * @param folder with its weights and tokenizer
 */
record Pretrained(String name, Path folder) {
    /** Sentences of a contrastive batch. */
    private static final int SENTENCES = 64;

    /** All kinds, made in the run's folder or found there; each goes on where it was cut off. */
    static List<Pretrained> all(SelfSupervisionConfig config, List<String> sentences, StudyRun run) {
        var own = run.folder().resolve("sentences.txt");
        WholeFiles.write(own, String.join("\n\n", sentences) + "\n");
        var paths = new ArrayList<String>();
        config.text().forEach(text -> paths.add(text.equals("wordnet") ? text : run.data(text).toString()));
        paths.add(own.toString());
        var masked = masked(MaskedConfig.Objective.Kind.MASKED, config, paths, run);
        var denoising = masked(MaskedConfig.Objective.Kind.DENOISING, config, paths, run);
        return List.of(untrained(config, masked, run.folder().resolve("untrained")), masked, denoising,
                contrastive(config, masked, sentences, run.folder().resolve("contrastive"), run::say));
    }

    private static Pretrained masked(MaskedConfig.Objective.Kind kind, SelfSupervisionConfig config, List<String> paths, StudyRun run) {
        var name = kind.name().toLowerCase(Locale.ROOT);
        run.say("Pretraining: " + name);
        // Sentences stand alone in the file of this study: paragraphs are documents.
        var corpus = CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.PARAGRAPH);
        var objective = new MaskedConfig.Objective(kind, 0.15, 3);
        var wanted = new MaskedConfig(config.seed(), null, new MaskedConfig.Data(paths, corpus, 0.02),
                new MaskedConfig.TokenizerChoice(config.vocabularySize(), true, null), config.model(), objective,
                new MaskedConfig.Train(config.steps(), config.batch(), config.learningRate(), 0.06, 0.01, 1, DType.BF16, null, 20_000));
        var folder = run.folder().resolve(name);
        var loss = run.cell("pretraining " + name, () -> {
            var outcome = MaskedPretraining.run(wanted, folder, run::say);
            return Map.of("loss", outcome.fit().best(), "seconds", outcome.fit().state().seconds());
        });
        run.figure(name + "_loss", loss.getOrDefault("loss", Double.NaN));
        return new Pretrained(name, new Checkpoints(folder, 1).best().orElseThrow());
    }

    private static Pretrained untrained(SelfSupervisionConfig config, Pretrained like, Path folder) {
        if (!Files.exists(folder)) {
            try (var _ = Scope.open()) {
                var encoder = new Encoder(EncoderFolder.readConfig(like.folder()), DType.F32);
                Initialisation.ofEncoder(encoder.parameters(), Seeds.derive(config.seed(), "untrained", 0));
                save(encoder, Tokenizer.load(like.folder()), folder);
            }
        }
        return new Pretrained("untrained", folder);
    }

    /** SimCSE behind the masked language model, as in the paper (Gao et al. 2021, section 3): each sentence against the others of its batch. */
    private static Pretrained contrastive(SelfSupervisionConfig config, Pretrained from, List<String> sentences, Path folder,
            Consumer<String> say) {
        if (Files.exists(folder)) {
            return new Pretrained("contrastive", folder);
        }
        say.accept("Pretraining: contrastive");
        try (var _ = Scope.open()) {
            var shape = EncoderFolder.readConfig(from.folder());
            var encoder = new Encoder(shape.withDropout(Math.max(0.1, shape.dropout())), DType.F32); // what makes the two readings differ
            EncoderFolder.load(from.folder(), encoder);
            var tokenizer = Tokenizer.load(from.folder());
            var framing = new SequenceEncoder(tokenizer, shape.context(), shape.isRoberta());
            var source = new SequenceSource(sentences.stream().map(framing::text).toList(), SENTENCES, EncoderFiles.padding(tokenizer),
                    SequenceBatch.Targets.NONE, config.seed());
            double rate = config.learningRate() / 10;
            var adam = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, rate, 0.9, 0.999, 1e-8, 0, 0, 1);
            long steps = config.contrastiveSteps();
            var setup = new Trainer.Setup<>(encoder, encoder.parameters(), number -> {
                var batch = source.batch(number);
                return new Contrastive.Pairs(batch, batch);
            }, source.tokensPerBatch(), new Contrastive(config.temperature()), new AdamW(encoder.parameters(), rate, adam),
                    FineTuning.linear(0.1, steps), rate, new Trainer.Loop(steps, 1, 1, false), config.seed());
            // No held-out loss: what it is good for is measured on labels, so the last weights are taken.
            Fit.run(setup, Fit.Plan.inMemory(steps, () -> Score.lowest("nothing", 0), say));
            save(encoder, tokenizer, folder);
        }
        return new Pretrained("contrastive", folder);
    }

    private static void save(Encoder encoder, Tokenizer tokenizer, Path folder) {
        WholeFiles.writeFolder(folder, partial -> {
            EncoderFolder.write(partial, encoder, EncoderFiles.roles(tokenizer));
            tokenizer.save(partial);
        });
    }
}
