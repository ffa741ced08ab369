package org.lyceum.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** The recurrent language model against the oracle, and what training and inference ask of it. */
class RecurrentModelTest {
    private static final int[] IDS = {3, 9, 9, 0, 4, 10, 1, 1};
    private static final int[] TARGETS = {9, 9, 0, -100, 10, 1, 1, 2};
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static RecurrentModel model(Kind kind, int depth, boolean tied, double dropout) {
        var model = new RecurrentModel(new RecurrentConfig(kind, 11, 8, 5, depth, tied, dropout), DType.F32);
        Gradients.randomise(model.parameters(), 0.4);
        return model;
    }

    /** The loss of the batch by plain loops, from the parameters' values in their order. */
    private static double slowLoss(RecurrentConfig c, List<double[]> values) {
        var vectors = Gradients.rows(values.getFirst(), c.width());
        var head = c.tiedEmbeddings() ? values.getFirst() : values.getLast();
        double loss = 0;
        int counted = 0;
        for (int b = 0; b < 2; b++) {
            var x = Arrays.stream(IDS, 4 * b, 4 * b + 4)
                    .mapToObj(id -> Arrays.stream(vectors[id]).map(v -> v * Math.sqrt(c.width())).toArray()).toArray(double[][]::new);
            for (int layer = 0; layer < c.depth(); layer++) {
                x = SlowRecurrence.run(c.kind(), x, SlowRecurrence.zeros(c.kind(), c.width()),
                        values.subList(1 + 4 * layer, 5 + 4 * layer));
            }
            var logits = SlowLayers.linear(x, head, null);
            for (int t = 0; t < 4; t++) {
                if (TARGETS[4 * b + t] >= 0) {
                    double sum = Arrays.stream(logits[t]).map(Math::exp).sum();
                    loss += Math.log(sum) - logits[t][TARGETS[4 * b + t]];
                    counted++;
                }
            }
        }
        return loss / counted;
    }

    @ParameterizedTest
    @CsvSource({"ELMAN,1,true", "ELMAN,2,false", "GRU,2,true", "GRU,1,false", "LSTM,1,true", "LSTM,2,false"})
    void lossAndEveryGradientEqualTheOracle(Kind kind, int depth, boolean tied) {
        var model = model(kind, depth, tied, 0);
        var loss = model.loss(model.hidden(Tensor.ofIds(IDS, 2, 4), Pass.TRAINING), Tensor.ofIds(TARGETS, 8));
        Gradients.check(model.parameters().stream().map(Parameter::value).toList(), loss, values -> slowLoss(model.config(), values));
    }

    @ParameterizedTest
    @EnumSource
    void countsItsParameters(Kind kind) {
        for (boolean tied : new boolean[]{true, false}) {
            var model = model(kind, 3, tied, 0);
            assertThat(model.parameters().stream().mapToLong(p -> p.value().numel()).sum()).isEqualTo(model.config().parameterCount());
        }
    }

    /** Read in stretches, the state carried over, the hidden states are those of the whole. */
    @ParameterizedTest
    @EnumSource
    void readsOnWhereItsStateWasLeft(Kind kind) {
        var model = model(kind, 2, true, 0);
        var ids = Tensor.ofIds(IDS, 1, 8);
        var whole = model.hidden(ids, Pass.EVALUATION);
        var first = model.hidden(ids.narrow(1, 0, 3), null, Pass.EVALUATION);
        var second = model.hidden(ids.narrow(1, 3, 5), first.state(), Pass.EVALUATION);
        assertThat(Tensor.cat(List.of(first.hidden(), second.hidden()), 1).minus(whole).abs().max().item()).isLessThan(1e-6);
    }

    @ParameterizedTest
    @EnumSource
    void heldForInferenceItGivesTheSame(Kind kind) {
        for (boolean tied : new boolean[]{true, false}) {
            var model = model(kind, 2, tied, 0);
            var held = RecurrentModel.forInference(model.config(), DType.F32);
            for (int i = 0; i < held.parameters().size(); i++) {
                assertThat(held.parameters().get(i).name()).isEqualTo(model.parameters().get(i).name());
                held.parameters().get(i).value().copyFrom(model.parameters().get(i).value().detached());
                assertThat(held.parameters().get(i).value().requiresGradient()).isFalse();
            }
            var ids = Tensor.ofIds(IDS, 2, 4);
            var wanted = model.head(model.hidden(ids, Pass.EVALUATION));
            var got = held.head(held.hidden(ids, Pass.EVALUATION));
            assertThat(got.minus(wanted).abs().max().item()).isLessThan(1e-6);
        }
    }

    /** The head alone is in bf16: recurrences are not. */
    @Test
    void inBf16TheHeadIsRounded() {
        var model = model(Kind.LSTM, 2, true, 0);
        var half = new RecurrentModel(model.config(), DType.BF16);
        for (int i = 0; i < half.parameters().size(); i++) {
            half.parameters().get(i).value().detached().copyFrom(model.parameters().get(i).value().detached());
        }
        var ids = Tensor.ofIds(IDS, 2, 4);
        var hidden = model.hidden(ids, Pass.EVALUATION);
        assertThat(half.hidden(ids, Pass.EVALUATION).floats()).isEqualTo(hidden.floats());
        assertThat(half.head(hidden).minus(model.head(hidden)).abs().max().item()).isBetween(1e-5, 0.05);
    }

    @ParameterizedTest
    @CsvSource({"ELMAN,0", "GRU,0", "LSTM,0"})
    void recomputingLayersGivesTheSameGradients(Kind kind, double dropout) {
        var model = model(kind, 3, true, dropout);
        var targets = Tensor.ofIds(TARGETS, 8);
        var plain = model.loss(model.hidden(Tensor.ofIds(IDS, 2, 4), Pass.TRAINING), targets);
        plain.backward();
        var wanted = model.parameters().stream().map(p -> Objects.requireNonNull(p.value().gradient()).floats()).toList();
        model.parameters().forEach(p -> p.value().clearGradient());
        var checkpointing = new Checkpointing(4);
        var loss = model.loss(model.hidden(Tensor.ofIds(IDS, 2, 4), new Pass(true, checkpointing)), targets);
        checkpointing.backward(loss);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(Objects.requireNonNull(model.parameters().get(i).value().gradient()).floats()).as(model.parameters().get(i).name())
                    .containsExactly(wanted.get(i), within(1e-6f));
        }
    }

    @Test
    void dropoutIsOnInTrainingAlone() {
        var model = model(Kind.GRU, 2, true, 0.5);
        var ids = Tensor.ofIds(IDS, 2, 4);
        var evaluated = model.hidden(ids, Pass.EVALUATION).floats();
        assertThat(model.hidden(ids, Pass.EVALUATION).floats()).isEqualTo(evaluated);
        assertThat(model.hidden(ids, Pass.TRAINING).floats()).isNotEqualTo(evaluated);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new RecurrentConfig(Kind.LSTM, 11, 0, 5, 1, true, 0)).isInstanceOf(UserError.class)
                .hasMessageContaining("model.context=0");
        assertThatThrownBy(() -> new RecurrentConfig(Kind.LSTM, 11, 8, 5, 1, true, Double.NaN)).isInstanceOf(UserError.class)
                .hasMessageContaining("model.dropout=NaN");
        assertThat(new RecurrentConfig(Kind.LSTM, Integer.MAX_VALUE, 8, Integer.MAX_VALUE, Integer.MAX_VALUE, true, 0).parameterCount())
                .isEqualTo(Long.MAX_VALUE);
    }
}
