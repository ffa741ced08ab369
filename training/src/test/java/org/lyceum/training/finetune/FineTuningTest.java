package org.lyceum.training.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.heads.SequenceHead.Pooling;
import org.lyceum.models.huggingface.HeadedEncoderFolder;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.labelled.Question;
import org.lyceum.text.labelled.TaggedSentence;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.text.tokenizer.WordPieceTrainer;

/** Every head learns a small made-up task that cannot be done without what the head is for. */
class FineTuningTest {
    private static final List<String> WORDS = List.of("red", "blue", "green", "black", "white", "pink", "grey", "brown");
    private static final Tokenizer TOKENIZER = WordPieceTrainer.of(52)
            .train(List.of((String.join(" ", WORDS) + " is not what where the ball box in a ? .\n").repeat(9)));

    @TempDir
    private Path temporary;
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static EncoderConfig shape() {
        return new EncoderConfig(TOKENIZER.vocabularySize(), 32, 0, 2, 32, 2, 2, 64, Activation.GELU, 1e-5, 0);
    }

    private static FineTuningConfig config(int epochs) {
        return new FineTuningConfig(epochs, 16, 32, 4e-3, 0.1, 0.01, 1, 0, FineTuningConfig.Train.ALL, 1, 5);
    }

    private static String word(RandomGenerator random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    /** Whether there is a "not" before the colour. */
    private static List<Example> texts(int count, long seed) {
        var random = Seeds.generator(seed, "texts", 0);
        var examples = new ArrayList<Example>();
        for (int i = 0; i < count; i++) {
            boolean not = random.nextBoolean();
            examples.add(new Example("the ball is " + (not ? "not " : "") + word(random), null, not ? "no" : "yes", i + 1));
        }
        return examples;
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void textsAreClassified(Pooling pooling) {
        var task = new TextClassification(FineTuning.untrained(shape(), config(4)), TOKENIZER, Labels.of(List.of("yes", "no")), pooling,
                config(4));
        var outcome = task.train(texts(160, 1), texts(40, 2), FineTuning.Place.NONE);
        assertThat(outcome.best()).isEqualTo(1);
        assertThat(task.evaluate(texts(40, 3)).value()).isEqualTo(1);
        assertThat(task.predict(List.of(new Example("the box is not red", null, "", 1), new Example("the box is red", null, "", 2))))
                .containsExactly("no", "yes");
    }

    /** Whether both texts name the same colour: neither alone tells. */
    private static List<Example> pairs(int count, long seed) {
        var random = Seeds.generator(seed, "pairs", 0);
        var examples = new ArrayList<Example>();
        for (int i = 0; i < count; i++) {
            var first = random.nextBoolean() ? "red" : "blue";
            var second = random.nextBoolean() ? "red" : "blue";
            examples.add(new Example("the ball is " + first, "the box is " + second, first.equals(second) ? "1" : "0", i + 1));
        }
        return examples;
    }

    @Test
    void pairsAreClassified() {
        var task = new TextClassification(FineTuning.untrained(shape(), config(6)), TOKENIZER, Labels.of(List.of("0", "1")), Pooling.CLS,
                config(6));
        task.train(pairs(256, 1), pairs(40, 2), FineTuning.Place.NONE);
        assertThat(task.evaluate(pairs(40, 3)).value()).isEqualTo(1);
    }

    /** Colours are marked where there is a "not" in the sentence, wherever it stands: no word tells its tag by itself. */
    private static List<TaggedSentence> tagged(int count, long seed) {
        var random = Seeds.generator(seed, "tagged", 0);
        var sentences = new ArrayList<TaggedSentence>();
        for (int i = 0; i < count; i++) {
            var words = new ArrayList<>(List.of("the", word(random), "is", word(random), "box"));
            boolean not = random.nextBoolean();
            if (not) {
                words.add(random.nextInt(words.size() + 1), "not");
            }
            sentences.add(
                    new TaggedSentence(words, words.stream().map(word -> not && WORDS.contains(word) ? "NEGATED" : "O").toList(), i + 1));
        }
        return sentences;
    }

    @Test
    void wordsAreTagged() {
        var task = new WordTagging(FineTuning.untrained(shape(), config(6)), TOKENIZER, Labels.of(List.of("O", "NEGATED")), config(6));
        task.train(tagged(200, 1), tagged(30, 2), FineTuning.Place.NONE);
        assertThat(task.evaluate(tagged(40, 3)).value()).isGreaterThan(0.98);
        assertThat(task.predict(List.of("the", "red", "is", "not", "blue"))).containsExactly("O", "NEGATED", "O", "O", "NEGATED");
    }

    /** Where in a row of colours the one stands that is asked for. */
    private static List<Question> questions(int count, long seed) {
        var random = Seeds.generator(seed, "questions", 0);
        var questions = new ArrayList<Question>();
        for (int i = 0; i < count; i++) {
            var first = word(random);
            var second = WORDS.get((WORDS.indexOf(first) + 1 + random.nextInt(WORDS.size() - 1)) % WORDS.size());
            boolean askFirst = random.nextBoolean();
            int start = askFirst ? 0 : first.length() + 1;
            questions.add(new Question("where is " + (askFirst ? first : second) + " ?", first + " " + second, start,
                    start + (askFirst ? first : second).length(), i + 1));
        }
        return questions;
    }

    @Test
    void answersAreFoundInTexts() {
        var task = new QuestionAnswering(FineTuning.untrained(shape(), config(12)), TOKENIZER, config(12));
        task.train(questions(400, 1), questions(30, 2), FineTuning.Place.NONE);
        assertThat(task.evaluate(questions(40, 3)).value()).isGreaterThan(0.75);
    }

    @Test
    void aFrozenEncoderStaysAsItIs() {
        var config = config(1).training(FineTuningConfig.Train.HEAD);
        var encoder = FineTuning.untrained(shape(), config);
        var before = encoder.parameters().stream().map(p -> p.value().floats()).toList();
        var task = new TextClassification(encoder, TOKENIZER, Labels.of(List.of("yes", "no")), Pooling.MEAN, config);
        var head = task.model().head().parameters().getFirst().value().floats();
        task.train(texts(64, 1), texts(8, 2), FineTuning.Place.NONE);
        assertThat(encoder.parameters().stream().map(p -> p.value().floats())).containsExactlyElementsOf(before);
        assertThat(task.model().head().parameters().getFirst().value().floats()).isNotEqualTo(head);
    }

    @Test
    void aRunInAFolderLeavesAModelFolderAndGoesOn() {
        var place = new FineTuning.Place(temporary, config(2), null);
        var task = new TextClassification(FineTuning.untrained(shape(), config(2)), TOKENIZER, Labels.of(List.of("yes", "no")), Pooling.CLS,
                config(2));
        var outcome = task.train(texts(64, 1), texts(16, 2), place);
        var checkpoint = outcome.checkpoint();
        assertThat(checkpoint).isNotNull();
        var back = HeadedEncoderFolder.read(checkpoint, DType.F32, SequenceHead.class);
        assertThat(back.head().labels()).containsExactly("no", "yes");
        assertThat(back.parameters()).zipSatisfy(task.model().parameters(),
                (a, b) -> assertThat(a.value().floats()).containsExactly(b.value().floats()));
        assertThat(Tokenizer.load(checkpoint).fingerprint()).isEqualTo(TOKENIZER.fingerprint());
        var again = new TextClassification(FineTuning.untrained(shape(), config(2)), TOKENIZER, Labels.of(List.of("yes", "no")),
                Pooling.CLS,
                config(2));
        assertThat(again.train(texts(64, 1), texts(16, 2), place).state().step()).isEqualTo(outcome.state().step());
        assertThat(again.evaluate(texts(16, 2)).value()).isEqualTo(task.evaluate(texts(16, 2)).value());
    }

    @Test
    void aLabelThatTheDataLackIsNamedWithItsLine() {
        var task = new TextClassification(FineTuning.untrained(shape(), config(1)), TOKENIZER, Labels.of(List.of("yes", "no")), Pooling.CLS,
                config(1));
        assertThatThrownBy(() -> task.train(texts(8, 1), List.of(new Example("x", null, "yess", 7)), FineTuning.Place.NONE))
                .isInstanceOf(UserError.class)
                .hasMessage("Line 7 of the validation data has the label 'yess', which the training data lack; did you mean 'yes'?");
        assertThatThrownBy(() -> new FineTuningConfig(0, 1, 1, 1, 0, 0, 0, 0, FineTuningConfig.Train.ALL, 1, 1))
                .isInstanceOf(UserError.class);
        assertThatThrownBy(() -> config(1).with(-1, 1)).isInstanceOf(UserError.class).hasMessageContaining("learning_rate");
    }
}
