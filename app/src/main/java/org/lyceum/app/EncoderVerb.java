package org.lyceum.app;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import org.lyceum.models.Encoder;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.LabelledFile;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.labelled.Question;
import org.lyceum.text.labelled.TaggedSentence;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.finetune.FineTuning;
import org.lyceum.training.finetune.QuestionAnswering;
import org.lyceum.training.finetune.TextClassification;
import org.lyceum.training.finetune.WordTagging;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.masked.MaskedConfig;
import org.lyceum.training.masked.MaskedPretraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lyceum encoder}. */
@Command(name = "encoder", description = "Pretrain a BERT on raw text, or have one learn a task from "
        + "labelled data.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "pretrain|tune", subcommands = {
                EncoderVerb.PretrainVerb.class, EncoderVerb.TuneVerb.class}, footer = {"", "Examples:",
                        "  lyceum encoder pretrain --data corpus.txt --out runs/bert",
                        "  lyceum encoder tune --from runs/bert --train train.tsv --validation dev.tsv --out runs/sentiment",
                        "  lyceum classify --model runs/sentiment --text \"a fine film\""})
final class EncoderVerb implements Runnable {
    private static final int INTERRUPTED = 130;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: encoder pretrain or encoder tune.");
    }

    /** The best checkpoint of the run in {@code path}; {@code path} itself where it holds none. */
    static Path best(Path path) {
        return Files.isDirectory(path.resolve("checkpoints")) ? new Checkpoints(path, 1).best().orElse(path) : path;
    }

    /** {@code lyceum encoder pretrain}. */
    @Command(name = "pretrain", description = "Pretrain an encoder on raw text by masking; goes on by itself after an "
            + "interruption.", mixinStandardHelpOptions = true, footer = {"", "Examples:",
                    "  lyceum encoder pretrain --data wordnet --out runs/bert --set train.steps=1000",
                    "  lyceum encoder pretrain --data corpus.txt --out runs/further --set from=runs/bert/checkpoints/step-00001000",
                    "  lyceum encoder pretrain --data corpus.txt --out runs/denoised --set objective.kind=denoising",
                    "", "Everything that can be set is in the run's config.yaml. Checkpoints are folders that transformers opens as "
                            + "BertForMaskedLM."})
    static final class PretrainVerb implements Callable<Integer> {
        @Option(names = "--data", required = true, paramLabel = "PATH", arity = "1..*", description = "Files (.txt .md .jsonl .csv .tsv, "
                + "also .gz .zst), folders, - for standard input, or wordnet.")
        private List<String> data = new ArrayList<>();

        @Option(names = "--out", required = true, paramLabel = "RUN", description = "The run folder.")
        @SuppressWarnings("NullAway.Init") // required
        private Path out;

        @Option(names = "--config", paramLabel = "F.yaml", description = "Configuration to lay over the defaults.")
        private @Nullable Path config;

        @Mixin
        private TrainingOptions training = new TrainingOptions();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            var overrides = training.overrides(List.of(TrainingOptions.paths(data)));
            var wanted = Records.read(MaskedConfig.DEFAULTS, config, overrides);
            training.apply();
            MaskedPretraining.Outcome outcome;
            try {
                outcome = MaskedPretraining.run(wanted, out, output.err()::println);
            } catch (CancellationException stopped) {
                output.err().println(stopped.getMessage());
                return INTERRUPTED;
            }
            var checkpoint = requireNonNull(outcome.fit().checkpoint());
            if (output.json()) {
                var figures = new LinkedHashMap<String, Object>();
                figures.put("steps", outcome.fit().state().step());
                figures.put("val_loss", outcome.fit().best());
                figures.put("tokens_per_s", outcome.fit().tokensPerSecond());
                figures.put("checkpoint", checkpoint.toString());
                output.print(figures);
            } else {
                output.err().printf(Locale.ROOT, "validation: %.4f nats a hidden token%n", outcome.fit().best());
                output.out().println(checkpoint);
                output.out().flush();
            }
            return 0;
        }
    }

    /** {@code lyceum encoder tune}. */
    @Command(name = "tune", description = "Have an encoder learn a task from labelled data.", mixinStandardHelpOptions = true, footer = {"",
            "Examples:",
            "  lyceum encoder tune --from runs/bert --train sst.train --validation sst.dev --test sst.test --out runs/sst",
            "  lyceum encoder tune --from runs/bert --train rte.jsonl --validation dev.jsonl --out runs/rte "
                    + "--set data.text=sentence1 --set data.second=sentence2",
            "  lyceum encoder tune --from runs/bert --task tags --train train.conll --validation dev.conll --out runs/tags",
            "  lyceum encoder tune --from runs/bert --task spans --train train.jsonl --validation dev.jsonl --out runs/spans",
            "", "Classes: lines of a label and a text, JSON lines (.jsonl, .json) or tables (.csv, .tsv). Tags: a word and its tag a line,",
            "a blank line after each sentence. Spans: JSON lines of question, context, answer and answer_start."})
    static final class TuneVerb implements Callable<Integer> {
        @Option(names = "--from", required = true, paramLabel = "M", description = "A folder with an encoder, a run of lyceum encoder "
                + "pretrain, or the org/name of a pulled model.")
        @SuppressWarnings("NullAway.Init") // required
        private Path from;

        @Option(names = "--task", paramLabel = "classes|tags|spans", description = "What is learned (${DEFAULT-VALUE}).")
        private TuneConfig.Task task = TuneConfig.Task.CLASSES;

        @Option(names = "--train", required = true, paramLabel = "FILE", description = "Labelled data to learn from.")
        @SuppressWarnings("NullAway.Init") // required
        private Path train;

        @Option(names = "--validation", required = true, paramLabel = "FILE", description = "Labelled data that choose the best weights.")
        @SuppressWarnings("NullAway.Init") // required
        private Path validation;

        @Option(names = "--test", paramLabel = "FILE", description = "Labelled data to measure the result on.")
        private @Nullable Path test;

        @Option(names = "--out", required = true, paramLabel = "RUN", description = "The run folder.")
        @SuppressWarnings("NullAway.Init") // required
        private Path out;

        @Mixin
        private TrainingOptions training = new TrainingOptions();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            var overrides = new ArrayList<>(List.of("from=" + quoted(from), "task=" + task, "data.train=" + quoted(train),
                    "data.validation=" + quoted(validation)));
            var config = Records.read(TuneConfig.DEFAULTS, null, training.tuningOverrides(overrides));
            training.apply();
            var folder = best(PulledModels.locate(from));
            var encoder = FineTuning.pretrained(folder, config.tune());
            var tokenizer = Tokenizer.load(folder);
            var place = new FineTuning.Place(out, config, output.err()::println);
            Tuned tuned;
            try {
                tuned = switch (config.task()) {
                    case CLASSES -> classes(config, encoder, tokenizer, place);
                    case TAGS -> tags(config, encoder, tokenizer, place);
                    case SPANS -> spans(config, encoder, tokenizer, place);
                };
            } catch (CancellationException stopped) {
                output.err().println(stopped.getMessage());
                return INTERRUPTED;
            }
            tell(tuned);
            return 0;
        }

        /** A path as YAML: one may hold what YAML reads otherwise. */
        private static String quoted(Path path) {
            return Records.toJson(path.toString());
        }

        /** How it went, and the score on the test data if there are any. */
        private record Tuned(Fit.Outcome outcome, @Nullable Score test) {
        }

        private Tuned classes(TuneConfig config, Encoder encoder, Tokenizer tokenizer, FineTuning.Place place) {
            var learn = LabelledFile.read(train, config.data().columns());
            var labels = Labels.of(learn.stream().map(Example::label).toList());
            var classification = new TextClassification(encoder, tokenizer, labels, config.pooling(), config.tune());
            var outcome = classification.train(learn, LabelledFile.read(validation, config.data().columns()), place);
            return new Tuned(outcome, test == null ? null : classification.evaluate(LabelledFile.read(test, config.data().columns())));
        }

        private Tuned tags(TuneConfig config, Encoder encoder, Tokenizer tokenizer, FineTuning.Place place) {
            var learn = TaggedSentence.read(train);
            var labels = Labels.of(learn.stream().flatMap(sentence -> sentence.tags().stream()).toList());
            var tagging = new WordTagging(encoder, tokenizer, labels, config.tune());
            var outcome = tagging.train(learn, TaggedSentence.read(validation), place);
            return new Tuned(outcome, test == null ? null : tagging.evaluate(TaggedSentence.read(test)));
        }

        private Tuned spans(TuneConfig config, Encoder encoder, Tokenizer tokenizer, FineTuning.Place place) {
            var answering = new QuestionAnswering(encoder, tokenizer, config.tune());
            var outcome = answering.train(Question.read(train), Question.read(validation), place);
            return new Tuned(outcome, test == null ? null : answering.evaluate(Question.read(test)));
        }

        private void tell(Tuned tuned) {
            var figures = new LinkedHashMap<String, @Nullable Object>();
            figures.put("steps", tuned.outcome().state().step());
            figures.put("validation", tuned.outcome().best());
            if (tuned.test() instanceof Score score) {
                figures.put("test_" + score.metric(), score.value());
                score.further().forEach((name, value) -> figures.put("test_" + name, value));
            }
            figures.put("checkpoint", String.valueOf(tuned.outcome().checkpoint()));
            if (output.json()) {
                output.print(figures);
            } else {
                figures.forEach((name, value) -> output.out().println(name + ": "
                        + (value instanceof Double number ? String.format(Locale.ROOT, "%.4f", number) : value)));
                output.out().flush();
            }
        }
    }
}
