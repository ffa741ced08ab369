package org.lyceum.models.classifiers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Gradients;
import org.lyceum.models.Pass;
import org.lyceum.models.SlowLayers;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** The network and its gradients against plain loops. */
class SentenceCnnTest {
    private static final int W = 5;
    private static final int FILTERS = 3;
    private static final int LABELS = 3;
    private static final List<Integer> WINDOWS = List.of(1, 2, 4);
    private static final int[] IDS = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 8, 7}; // three sentences of up to four words
    private static final int[] LENGTHS = {4, 2, 1};
    private static final int[] TARGETS = {2, 0, 1};

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static SentenceCnn model(double dropout) {
        var model = new SentenceCnn(new SentenceCnn.Shape(10, W, WINDOWS, FILTERS, LABELS, dropout));
        Gradients.randomise(model.parameters(), 0.5);
        return model;
    }

    @Test
    void lossAndGradientsEqualThoseOfPlainLoops() {
        var model = model(0);
        var leaves = model.parameters().stream().map(Parameter::value).toList();
        var loss = model.logits(Tensor.ofIds(IDS, 3, 4), LENGTHS, Pass.TRAINING).crossEntropy(Tensor.ofIds(TARGETS, 3));
        Gradients.check(leaves, loss, SentenceCnnTest::slowLoss);
    }

    @Test
    void paddingHasNoSay() {
        var model = model(0);
        var together = model.logits(Tensor.ofIds(IDS, 3, 4), LENGTHS, Pass.EVALUATION);
        for (int b = 0; b < 3; b++) {
            var alone = new int[LENGTHS[b]];
            System.arraycopy(IDS, b * 4, alone, 0, alone.length);
            var logits = model.logits(Tensor.ofIds(alone, 1, alone.length), new int[]{alone.length}, Pass.EVALUATION);
            assertThat(together.select(0, b).floats()).containsExactly(logits.floats(), within(1e-5f));
        }
    }

    @Test
    void dropoutIsOnInTrainingAlone() {
        var model = model(0.5);
        var ids = Tensor.ofIds(IDS, 3, 4);
        var plain = model.logits(ids, LENGTHS, Pass.EVALUATION).floats();
        assertThat(model.logits(ids, LENGTHS, Pass.EVALUATION).floats()).containsExactly(plain);
        assertThat(model.logits(ids, LENGTHS, Pass.TRAINING).floats()).isNotEqualTo(plain);
    }

    @Test
    void impossibleShapesAreRefused() {
        assertThatThrownBy(() -> new SentenceCnn.Shape(10, 5, List.of(), 3, 2, 0)).isInstanceOf(UserError.class)
                .hasMessageContaining("[3, 4, 5]");
        assertThatThrownBy(() -> new SentenceCnn.Shape(10, 5, List.of(3, 0), 3, 2, 0)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> new SentenceCnn.Shape(10, 5, List.of(3), 0, 2, 0)).isInstanceOf(UserError.class)
                .hasMessageContaining("filter");
        assertThatThrownBy(() -> new SentenceCnn.Shape(10, 5, List.of(3), 2, 2, Double.NaN)).isInstanceOf(UserError.class)
                .hasMessageContaining("dropout");
    }

    /** Window by window and filter by filter, from the values of the parameters in their order. */
    private static double slowLoss(List<double[]> values) {
        var logits = new double[TARGETS.length][];
        for (int b = 0; b < TARGETS.length; b++) {
            var features = new double[WINDOWS.size() * FILTERS];
            for (int kind = 0; kind < WINDOWS.size(); kind++) {
                int reach = WINDOWS.get(kind);
                var weight = values.get(1 + 2 * kind);
                var bias = values.get(2 + 2 * kind);
                for (int filter = 0; filter < FILTERS; filter++) {
                    double strongest = 0; // ReLU
                    for (int first = 1 - reach; first < LENGTHS[b]; first++) {
                        double response = bias[filter];
                        for (int k = Math.max(0, -first); k < reach && first + k < LENGTHS[b]; k++) {
                            for (int d = 0; d < W; d++) {
                                response += weight[(filter * W + d) * reach + k] * values.getFirst()[IDS[b * 4 + first + k] * W + d];
                            }
                        }
                        strongest = Math.max(strongest, response);
                    }
                    features[kind * FILTERS + filter] = strongest;
                }
            }
            logits[b] = SlowLayers.linear(new double[][]{features}, values.get(7), values.get(8))[0];
        }
        return SlowLayers.crossEntropy(logits, TARGETS);
    }
}
