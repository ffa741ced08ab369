package org.lyceum.models.classifiers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Gradients;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.RecurrentEncoderConfig;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.layers.EncoderBlock;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Recurrence;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** What every classifier of sentences owes: labels' scores that padding has no say in, and a gradient for each parameter. */
class ClassifiersTest {
    private static final int[] IDS = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 8, 7};
    private static final int[] LENGTHS = {4, 2, 1};

    static Stream<SentenceClassifier> classifiers() {
        var encoder = new Encoder(new EncoderConfig(10, 4, 0, 1, 8, 2, 2, 12, EncoderBlock.Activation.GELU, 1e-5, 0), DType.F32);
        return Stream.of(new SentenceCnn(new SentenceCnn.Shape(10, 5, List.of(1, 3), 3, 3, 0)),
                new RecurrentClassifier(
                        new RecurrentEncoderConfig(Recurrence.Kind.LSTM, 10, 5, 4, 2, RecurrentEncoderConfig.Pooling.MAX, 0), 3),
                new RecurrentClassifier(
                        new RecurrentEncoderConfig(Recurrence.Kind.GRU, 10, 5, 4, 1, RecurrentEncoderConfig.Pooling.LAST, 0), 3),
                new EncoderClassifier(new HeadedEncoder<>(encoder,
                        new SequenceHead(encoder, SequenceHead.Pooling.MEAN, List.of("a", "b", "c")))));
    }

    @ParameterizedTest
    @MethodSource("classifiers")
    void paddingHasNoSay(SentenceClassifier model) {
        Gradients.randomise(model.parameters(), 0.5);
        try (var _ = Scope.open()) {
            var together = model.logits(Tensor.ofIds(IDS, 3, 4), LENGTHS, Pass.EVALUATION);
            assertThat(together.shape()).containsExactly(3, 3);
            for (int b = 0; b < 3; b++) {
                var alone = new int[LENGTHS[b]];
                System.arraycopy(IDS, b * 4, alone, 0, alone.length);
                var logits = model.logits(Tensor.ofIds(alone, 1, alone.length), new int[]{alone.length}, Pass.EVALUATION);
                assertThat(together.select(0, b).floats()).containsExactly(logits.floats(), within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("classifiers")
    void everyParameterGetsAGradient(SentenceClassifier model) {
        Gradients.randomise(model.parameters(), 0.5);
        try (var _ = Scope.open()) {
            model.logits(Tensor.ofIds(IDS, 3, 4), LENGTHS, Pass.TRAINING).crossEntropy(Tensor.ofIds(new int[]{2, 0, 1}, 3)).backward();
            assertThat(model.parameters()).extracting(Parameter::name).doesNotHaveDuplicates();
            assertThat(model.parameters()).allSatisfy(p -> assertThat(p.value().gradient()).as(p.name()).isNotNull());
        }
    }

    @Test
    void filtersBeginAsTheTableSays() {
        var model = new SentenceCnn(new SentenceCnn.Shape(10, 16, List.of(4), 100, 2, 0));
        Initialisation.of(model.parameters(), 16, 1, 1);
        var filters = model.parameters().stream().filter(p -> p.role() == Parameter.Role.FILTER).findFirst().orElseThrow().value()
                .doubles();
        double limit = 1 / Math.sqrt(16 * 4);
        double square = 0;
        for (double value : filters) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo(limit);
            square += value * value / filters.length;
        }
        assertThat(Math.sqrt(square)).isCloseTo(limit / Math.sqrt(3), within(0.02 * limit));
    }
}
