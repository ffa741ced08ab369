package org.lyceum.training.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.CausalModel;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.classifiers.CausalClassifier;
import org.lyceum.models.classifiers.CausalClassifier.Pooling;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Recurrence;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;

class CausalClassificationTest {
    private static final Tokenizer TOKENIZER = BytePairTrainer.of(270).train(List.of("the ball is red the box is not blue ".repeat(9)));

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static CausalModel model(CausalConfig shape) {
        var model = CausalModel.of(shape, DType.F32);
        Initialisation.of(model, 3);
        return model;
    }

    private static DecoderConfig decoder() {
        return DecoderConfig.llama(TOKENIZER.vocabularySize(), 32, 32, 2, 2, 2);
    }

    private static FineTuningConfig config(int epochs) {
        return new FineTuningConfig(epochs, 16, 32, 4e-3, 0.1, 0.01, 1, 0, FineTuningConfig.Train.ALL, 1, 5);
    }

    /** Whether the first text denies something, which the last token must have read far behind. */
    private static List<Example> pairs(int count, long seed) {
        var random = Seeds.generator(seed, "pairs", 0);
        var examples = new ArrayList<Example>();
        for (int i = 0; i < count; i++) {
            boolean not = random.nextBoolean();
            examples.add(new Example((random.nextBoolean() ? "the ball is " : "is ") + (not ? "not red" : "red"),
                    "the box is " + (random.nextBoolean() ? "red" : "blue"), not ? "1" : "0", i + 1));
        }
        return examples;
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void pairsAreClassified(Pooling pooling) {
        var task = new CausalClassification(model(decoder()), TOKENIZER, Labels.of(List.of("0", "1")), pooling, config(4));
        assertThat(task.train(pairs(160, 1), pairs(40, 2)).best()).isEqualTo(1);
        var asked = pairs(40, 3);
        var said = task.predict(asked);
        assertThat(said).isEqualTo(asked.stream().map(Example::label).toList());
        assertThat(asked.stream().map(example -> task.predict(List.of(example)).getFirst())).as("alone").containsExactlyElementsOf(said);
    }

    @Test
    void aRecurrentModelLearnsToo() {
        var shape = new RecurrentConfig(Recurrence.Kind.GRU, TOKENIZER.vocabularySize(), 32, 32, 1, false, 0);
        var body = model(shape);
        var head = body.parameters().stream().filter(p -> p.role() == Parameter.Role.HEAD).findFirst().orElseThrow().value();
        var before = head.floats();
        var task = new CausalClassification(body, TOKENIZER, Labels.of(List.of("0", "1")), Pooling.LAST, config(6).with(1e-2, 6));
        assertThat(task.train(alone(pairs(160, 1)), alone(pairs(40, 2))).best()).isGreaterThan(0.9);
        assertThat(head.floats()).as("its head for next tokens has no part").isEqualTo(before);
        assertThat(task.parameters()).hasSize(body.parameters().size() + 2);
    }

    private static List<Example> alone(List<Example> pairs) {
        return pairs.stream().map(pair -> new Example(pair.text(), null, pair.label(), pair.line())).toList();
    }

    /** Rows of different lengths, whatever stands behind them, against each sequence by itself in plain loops. */
    @ParameterizedTest
    @EnumSource(Pooling.class)
    void paddingHasNoSay(Pooling pooling) {
        var body = model(decoder());
        var classifier = new CausalClassifier(body, pooling, 3, 0.5);
        Initialisation.ofEncoder(classifier.own(), 7);
        var random = Seeds.generator(1, "ids", 0);
        var lengths = new int[]{5, 9, 1};
        int longest = 9;
        var ids = IntStream.range(0, 3 * longest).map(_ -> random.nextInt(270)).toArray();
        var other = ids.clone();
        for (int b = 0; b < 3; b++) {
            Arrays.fill(other, b * longest + lengths[b], (b + 1) * longest, 7);
        }
        try (var _ = NoGradient.open()) {
            var logits = classifier.logits(Tensor.ofIds(ids, 3, longest), lengths, Pass.EVALUATION).doubles();
            assertThat(classifier.logits(Tensor.ofIds(other, 3, longest), lengths, Pass.EVALUATION).doubles()).containsExactly(logits);
            for (int b = 0; b < 3; b++) {
                var alone = Arrays.copyOfRange(ids, b * longest, b * longest + lengths[b]);
                var hidden = body.hidden(Tensor.ofIds(alone, 1, lengths[b]), Pass.EVALUATION).doubles();
                assertThat(Arrays.copyOfRange(logits, 3 * b, 3 * b + 3))
                        .containsExactly(slow(hidden, lengths[b], pooling, classifier.own()), within(1e-5));
            }
        }
    }

    private static double[] slow(double[] hidden, int length, Pooling pooling, List<Parameter> head) {
        var weight = head.getFirst().value().doubles();
        var logits = head.getLast().value().doubles().clone();
        int width = hidden.length / length;
        for (int c = 0; c < logits.length; c++) {
            for (int w = 0; w < width; w++) {
                double pooled = 0;
                for (int t = pooling == Pooling.LAST ? length - 1 : 0; t < length; t++) {
                    pooled += hidden[t * width + w] / (pooling == Pooling.LAST ? 1 : length);
                }
                logits[c] += weight[c * width + w] * pooled;
            }
        }
        return logits;
    }

    @Test
    void aLabelThatTheDataLackIsNamed() {
        var task = new CausalClassification(model(decoder()), TOKENIZER, Labels.of(List.of("0", "1")), Pooling.LAST, config(1));
        assertThatThrownBy(() -> task.train(pairs(8, 1), List.of(new Example("x", null, "2", 7)))).isInstanceOf(UserError.class)
                .hasMessageStartingWith("Line 7 of the validation data has the label '2'");
    }
}
