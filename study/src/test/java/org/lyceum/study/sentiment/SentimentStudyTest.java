package org.lyceum.study.sentiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.Scorer;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.models.layers.EncoderBlock;
import org.lyceum.models.layers.Recurrence;
import org.lyceum.study.StudyRun;
import org.lyceum.study.sentiment.SentimentConfig.Learning;
import org.lyceum.study.sentiment.SentimentConfig.Task;
import org.lyceum.tensor.DType;
import org.lyceum.text.tokenizer.CharacterTokenizer;

/** The whole ladder on sentences that a single word decides. */
class SentimentStudyTest {
    private static final List<String> GOOD = List.of("good", "great", "fine");
    private static final List<String> BAD = List.of("bad", "awful", "poor");
    private static final List<String> OTHER = List.of("the", "film", "is", "a", "plot", "and", "it");

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void sentences() throws IOException {
        for (var part : Map.of("train", 240, "dev", 40, "test", 60).entrySet()) {
            var random = Seeds.generator(1, part.getKey(), 0);
            var lines = new StringBuilder();
            for (int i = 0; i < part.getValue(); i++) {
                lines.append(i % 2).append(' ').append(sentence(i % 2 == 1 ? GOOD : BAD, random)).append('\n');
            }
            Files.writeString(folder.resolve(part.getKey()), lines);
        }
    }

    private static String sentence(List<String> words, RandomGenerator random) {
        var sentence = new ArrayList<String>();
        int length = 2 + random.nextInt(5);
        for (int i = 0; i < length; i++) {
            sentence.add(OTHER.get(random.nextInt(OTHER.size())));
        }
        sentence.add(random.nextInt(length), words.get(random.nextInt(words.size())));
        return String.join(" ", sentence);
    }

    private static SentimentConfig config(List<String> rungs, List<String> pretrained, @Nullable String model) {
        var task = new Task("toy", "train", "dev", "test", Map.of("negative", List.of("0"), "positive", List.of("1")));
        var learning = new Learning(6, 20, 0.01, 0);
        return new SentimentConfig(List.of(task), rungs, 2, 1, new SentimentConfig.Features(2, 1, List.of(0.1, 1.0), 50),
                new SentimentConfig.FastText(8, 1, 0, 10, 0.5), new SentimentConfig.Cnn(8, List.of(1, 2), 6, 0.1, learning),
                new SentimentConfig.Lstm(Recurrence.Kind.LSTM, 8, 8, 1, 0.1, learning),
                new SentimentConfig.Transformer(16, 1, 2, 0.1, learning),
                new SentimentConfig.Pretrained(pretrained, 32, DType.F32, learning),
                new SentimentConfig.Prompt(model, List.of(0, 2), "{text} :", Map.of("negative", "bad", "positive", "good"), 10),
                List.of(new SentimentConfig.Published("toy", "cnn", 98.7, "nobody")));
    }

    private StudyRun open(SentimentConfig config, String name) {
        return StudyRun.open(folder.resolve(name), config, folder::resolve, told::add);
    }

    @Test
    void everyRungThatLearnsWordsLearnsThese() throws IOException {
        var config = config(SentimentConfig.RUNGS, List.of(), null);
        var run = open(config, "run");
        new SentimentStudy().run(config, run);
        for (var rung : List.of("features", "fasttext", "cnn", "lstm", "transformer")) {
            assertThat(run.figures().get("toy_" + rung + "_accuracy")).as(rung).isGreaterThan(0.9);
            assertThat(run.figures().get("toy_" + rung + "_error")).as(rung).isBetween(0.0, 0.1);
        }
        assertThat(run.figures()).containsEntry("toy_majority", 0.5).containsEntry("toy_prompt_accuracy", Double.NaN);
        assertThat(told).anyMatch(line -> line.contains("Left out: the fine-tuned encoder"))
                .anyMatch(line -> line.contains("--set prompt.model="));
        assertThat(Files.readString(run.folder().resolve("ladder.svg"))).contains("BiLSTM", "published");
        assertThat(Files.readString(run.finish("ladder", "toy", config, List.of()))).contains("98.7", "nobody", "Left out");

        told.clear();
        var cells = Files.readString(folder.resolve("run/cells.jsonl"));
        assertThat(cells.lines()).hasSize(9); // one of the features, two seeds of four
        var again = open(config, "run");
        new SentimentStudy().run(config, again);
        assertThat(again.figures()).isEqualTo(run.figures());
        assertThat(folder.resolve("run/cells.jsonl")).hasContent(cells);
    }

    @Test
    void anEncoderIsFineTunedAndAModelIsAsked() throws IOException {
        var tokenizer = CharacterTokenizer.of(
                List.of(String.join(" ", GOOD) + String.join(" ", BAD) + String.join(" ", OTHER) + " :/NA[]MSK\n"),
                List.of("<|endoftext|>"));
        var encoder = new Encoder(
                new EncoderConfig(tokenizer.vocabularySize(), 40, 0, 1, 16, 1, 2, 32, EncoderBlock.Activation.GELU, 1e-5, 0),
                DType.F32);
        Initialisation.ofEncoder(encoder.parameters(), 1);
        var pretrained = Files.createDirectories(folder.resolve("encoder"));
        EncoderFolder.write(pretrained, encoder, Map.of());
        tokenizer.save(pretrained);
        var decoder = new Decoder(DecoderConfig.llama(tokenizer.vocabularySize(), 128, 16, 1, 2, 1), DType.F32);
        Initialisation.of(decoder, 1);
        var language = Files.createDirectories(folder.resolve("decoder"));
        HuggingFaceFolder.write(language, decoder, Map.of());
        tokenizer.save(language);

        var config = config(List.of("prompt", "pretrained"), List.of(pretrained.toString()), language.toString());
        var run = open(config, "run");
        new SentimentStudy().run(config, run);
        assertThat(run.figures().keySet()).contains("toy_pretrained_accuracy", "toy_prompt_accuracy", "toy_prompt2_uncalibrated");
        assertThat(told).anyMatch(line -> line.contains("toy, prompt2, seed 1") && line.contains("of 10 right"));
    }

    /** What the answers share is computed once, and their probabilities are those of the scorer, token by token. */
    @Test
    void answersAreAsProbableAsTheScorerSays() {
        var tokenizer = CharacterTokenizer.of(List.of("abcdefg :"), List.of("<|endoftext|>"));
        var decoder = new Decoder(DecoderConfig.llama(tokenizer.vocabularySize(), 32, 16, 2, 2, 1), DType.F32);
        Initialisation.of(decoder, 3);
        var answers = List.of("bad", "fade", "g");
        try (var model = new LanguageModel(decoder, tokenizer); var options = new LikeliestAnswer(model, answers)) {
            for (var prompt : List.of("abc ab:", "abc ag:", "g:")) {
                var before = model.promptIds(prompt);
                var logs = answers.stream().mapToDouble(answer -> {
                    var all = IntStream.concat(IntStream.of(before), IntStream.of(tokenizer.encode(" " + answer))).toArray();
                    var each = new Scorer(model).logProbabilities(all);
                    return IntStream.range(before.length - 1, each.length).mapToDouble(i -> each[i]).sum();
                }).map(Math::exp).toArray();
                double sum = IntStream.range(0, 3).mapToDouble(i -> logs[i]).sum();
                var got = options.probabilities(prompt);
                for (int i = 0; i < 3; i++) {
                    assertThat(got[i]).isCloseTo(logs[i] / sum, within(1e-5));
                }
            }
            assertThatThrownBy(() -> options.probabilities("a".repeat(30))).isInstanceOf(UserError.class)
                    .hasMessageContaining("context of 32");
        }
    }

    @Test
    void whatIsComparedBetweenRunsHasOneOrder() {
        var task = new Task("t", "a", "b", "c", Map.of("z", List.of("1"), "y", List.of("2"), "x", List.of("3"), "w", List.of("4")));
        assertThat(task.labels().keySet()).containsExactly("w", "x", "y", "z");
        assertThat(SentimentConfig.DEFAULTS.prompt().answers().keySet()).containsExactly("negative", "neutral", "positive");
    }

    @Test
    void whatCannotBeIsSaid() {
        assertThatThrownBy(() -> config(List.of("lsmt"), List.of(), null)).isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'lstm'?");
        assertThatThrownBy(() -> new Learning(0, 1, 1, 0)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> new SentimentConfig.Prompt(null, List.of(0), "no place", Map.of(), 0)).isInstanceOf(UserError.class)
                .hasMessageContaining("{text}");
        assertThatThrownBy(() -> new SentimentConfig.Features(2, 1, List.of(), 5)).isInstanceOf(UserError.class);
        var config = config(List.of("prompt"), List.of(), folder.resolve("nowhere").toString());
        assertThatThrownBy(() -> new SentimentStudy().run(config, open(config, "run"))).isInstanceOf(UserError.class)
                .hasMessageContaining("nowhere");
        // Told before the first rung is climbed.
        var late = config(List.of("features", "pretrained"), List.of(folder.resolve("nobody").toString()), null);
        assertThatThrownBy(() -> new SentimentStudy().run(late, open(late, "late"))).isInstanceOf(UserError.class)
                .hasMessageContaining("nobody");
        assertThat(folder.resolve("late/cells.jsonl")).doesNotExist();
        assertThatThrownBy(() -> new SentimentConfig.Pretrained(List.of(), 3, DType.F32, new Learning(1, 1, 1, 0)))
                .isInstanceOf(UserError.class);
    }

    /** The defaults can be written down and read back, with what a recipe lays over them. */
    @Test
    void theDefaultsAreARecord() throws IOException {
        var file = Files.writeString(folder.resolve("over.yaml"), "seeds: 1\ncnn: {learning: {epochs: 2}}\n");
        var read = Records.read(SentimentConfig.DEFAULTS, file, List.of("prompt.shots=[4]"));
        assertThat(read.seeds()).isEqualTo(1);
        assertThat(read.cnn().learning().epochs()).isEqualTo(2);
        assertThat(read.prompt().shots()).containsExactly(4);
        assertThat(read.tasks()).isEqualTo(SentimentConfig.DEFAULTS.tasks());
    }
}
