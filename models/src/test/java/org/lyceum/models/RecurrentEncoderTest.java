package org.lyceum.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.RecurrentEncoderConfig.Pooling;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** The recurrent encoder: padding has no say, pooling is what its words say. */
class RecurrentEncoderTest {
    private static final int[] IDS = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static RecurrentEncoder encoder(Kind kind, Pooling pooling, double dropout) {
        var encoder = new RecurrentEncoder(new RecurrentEncoderConfig(kind, 10, 5, 3, 2, pooling, dropout));
        Gradients.randomise(encoder.parameters(), 0.5);
        return encoder;
    }

    /** Each sequence of a padded batch as if it were alone, whatever stands at its padding. */
    @ParameterizedTest
    @CsvSource({"ELMAN,LAST", "GRU,MEAN", "LSTM,MAX", "LSTM,LAST"})
    void paddingHasNoSay(Kind kind, Pooling pooling) {
        var encoder = encoder(kind, pooling, 0);
        int[] lengths = {4, 1, 3};
        var batch = encoder.encode(Tensor.ofIds(IDS, 3, 4), lengths, Pass.EVALUATION);
        assertThat(batch.hidden().shape()).containsExactly(3, 4, 6);
        assertThat(batch.pooled().shape()).containsExactly(3, 6);
        for (int b = 0; b < 3; b++) {
            var own = Arrays.copyOfRange(IDS, 4 * b, 4 * b + lengths[b]);
            var alone = encoder.encode(Tensor.ofIds(own, 1, lengths[b]), new int[]{lengths[b]}, Pass.EVALUATION);
            close(batch.hidden().select(0, b).narrow(0, 0, lengths[b]), alone.hidden().select(0, 0));
            close(batch.pooled().select(0, b), alone.pooled().select(0, 0));
            assertThat(batch.hidden().select(0, b).narrow(0, lengths[b], 4 - lengths[b]).abs().sum().item()).isZero();
        }
    }

    /** Pooling and its gradients against plain loops over the hidden states of the oracle. */
    @ParameterizedTest
    @EnumSource
    void poolingEqualsTheOracle(Pooling pooling) {
        var encoder = new RecurrentEncoder(new RecurrentEncoderConfig(Kind.LSTM, 10, 5, 3, 1, pooling, 0));
        Gradients.randomise(encoder.parameters(), 0.5);
        int[] ids = {3, 1, 4, 7}; // the last is padding
        int length = 3;
        var pooled = encoder.encode(Tensor.ofIds(ids, 1, 4), new int[]{length}, Pass.EVALUATION).pooled();
        var leaves = encoder.parameters().stream().map(Parameter::value).toList();
        Gradients.check(leaves, pooled.square().sum(), values -> {
            var vectors = Gradients.rows(values.getFirst(), 5);
            var x = Arrays.stream(ids).limit(length).mapToObj(id -> vectors[id]).toArray(double[][]::new);
            var hidden = SlowRecurrence.both(Kind.LSTM, x, 3, values.subList(1, 5), values.subList(5, 9));
            double sum = 0;
            for (int d = 0; d < 6; d++) {
                int column = d;
                var over = Arrays.stream(hidden).mapToDouble(row -> row[column]);
                double value = switch (pooling) {
                    case LAST -> d < 3 ? hidden[length - 1][d] : hidden[0][d];
                    case MEAN -> over.sum() / length;
                    case MAX -> over.max().orElseThrow();
                };
                sum += value * value;
            }
            return sum;
        });
    }

    @Test
    void dropoutIsOnInTrainingAlone() {
        var encoder = encoder(Kind.GRU, Pooling.MEAN, 0.5);
        var ids = Tensor.ofIds(IDS, 3, 4);
        int[] lengths = {4, 4, 4};
        var evaluated = encoder.encode(ids, lengths, Pass.EVALUATION).pooled().floats();
        assertThat(encoder.encode(ids, lengths, Pass.EVALUATION).pooled().floats()).isEqualTo(evaluated);
        assertThat(encoder.encode(ids, lengths, Pass.TRAINING).pooled().floats()).isNotEqualTo(evaluated);
    }

    @ParameterizedTest
    @EnumSource
    void parametersAreCountedAndInitialised(Kind kind) {
        var config = new RecurrentEncoderConfig(kind, 10, 5, 64, 3, Pooling.LAST, 0);
        var encoder = new RecurrentEncoder(config);
        assertThat(encoder.parameters().stream().mapToLong(p -> p.value().numel()).sum()).isEqualTo(config.parameterCount());
        Initialisation.of(encoder.parameters(), config.width(), config.depth(), 1);
        for (var parameter : encoder.parameters()) {
            var values = parameter.value().doubles();
            switch (parameter.role()) {
                case RECURRENT_MATRIX -> {
                    double limit = 1 / Math.sqrt(parameter.value().size(1));
                    assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow()).isLessThanOrEqualTo(limit);
                    double square = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
                    assertThat(Math.sqrt(3 * square)).as(parameter.name()).isCloseTo(limit, within(0.1 * limit));
                }
                case LSTM_BIAS -> {
                    assertThat(Arrays.copyOfRange(values, 64, 128)).containsOnly(1);
                    assertThat(Arrays.stream(values).sum()).isEqualTo(64);
                }
                case BIAS -> assertThat(values).containsOnly(0);
                default -> assertThat(parameter.role()).isEqualTo(Parameter.Role.EMBEDDING);
            }
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new RecurrentEncoderConfig(Kind.LSTM, 10, 5, 0, 1, Pooling.LAST, 0)).isInstanceOf(UserError.class)
                .hasMessageContaining("units=0");
        assertThatThrownBy(() -> new RecurrentEncoderConfig(Kind.LSTM, 10, 5, 3, 1, Pooling.LAST, 1)).isInstanceOf(UserError.class)
                .hasMessageContaining("dropout=1.0");
        var encoder = encoder(Kind.LSTM, Pooling.LAST, 0);
        for (var lengths : List.of(new int[]{4, 4}, new int[]{4, 0, 4}, new int[]{4, 5, 4})) {
            assertThatThrownBy(() -> encoder.encode(Tensor.ofIds(IDS, 3, 4), lengths, Pass.EVALUATION))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void close(Tensor got, Tensor wanted) {
        assertThat(got.minus(wanted).abs().max().item()).isLessThan(1e-6);
    }
}
