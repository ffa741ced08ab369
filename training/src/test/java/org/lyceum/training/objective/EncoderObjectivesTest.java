package org.lyceum.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DenoisingAutoencoder;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.MaskedLanguageHead;
import org.lyceum.models.heads.SpanHead;
import org.lyceum.models.heads.TokenHead;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.SequenceBatch;

/** The objectives of encoders against plain loops over their logits. */
class EncoderObjectivesTest {
    private static final int[] LENGTHS = {4, 2};
    private static final int[] IDS = {2, 5, 6, 3, 2, 7, 0, 0};

    private Scope scope;
    private Encoder encoder;

    @BeforeEach
    void open() {
        scope = Scope.open();
        encoder = new Encoder(new EncoderConfig(9, 8, 0, 2, 8, 1, 2, 12, Activation.GELU, 1e-5, 0), DType.F32);
        Initialisation.ofEncoder(encoder.parameters(), 3);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static SequenceBatch batch(int... targets) {
        return new SequenceBatch(IDS, new int[8], LENGTHS, targets, 2, 4);
    }

    /** −log softmax(row)[target] */
    private static double loss(double[] logits, int from, int count, int target) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp(logits[from + i]);
        }
        return Math.log(sum) - logits[from + target];
    }

    @Test
    void maskedLanguageIsTheMeanOverTheHiddenPlaces() {
        var head = new MaskedLanguageHead(encoder);
        Initialisation.ofEncoder(head.parameters(), 4);
        var model = new HeadedEncoder<>(encoder, head);
        var hidden = model.hidden(Tensor.ofIds(IDS, 2, 4), Tensor.ofIds(new int[8], 2, 4), LENGTHS, Pass.EVALUATION);
        var logits = head.logits(hidden.reshape(8, 8)).doubles(); // (8, V)
        double wanted = (loss(logits, 9, 9, 8) + loss(logits, 5 * 9, 9, 1)) / 2;
        var found = new MaskedLanguage().loss(model, batch(-100, 8, -100, -100, -100, 1, -100, -100), Pass.EVALUATION);
        assertThat(found.value().item()).isCloseTo(wanted, within(1e-5));
        int right = 0;
        for (int[] place : new int[][]{{1, 8}, {5, 1}}) {
            double best = Double.NEGATIVE_INFINITY;
            int at = 0;
            for (int v = 0; v < 9; v++) {
                at = logits[place[0] * 9 + v] > best ? v : at;
                best = Math.max(best, logits[place[0] * 9 + v]);
            }
            right += at == place[1] ? 1 : 0;
        }
        assertThat(found.metrics().get(MaskedLanguage.ACCURACY)).isCloseTo(right / 2.0, within(1e-9));
    }

    @Test
    void tokensWithoutTargetAndPaddingCountNothing() {
        var head = new TokenHead(encoder, List.of("a", "b", "c"));
        Initialisation.ofEncoder(head.parameters(), 4);
        var model = new HeadedEncoder<>(encoder, head);
        var batch = batch(-100, 2, 0, -100, -100, 1, -100, -100);
        var logits = TokenLabels.logits(model, batch, Pass.EVALUATION).doubles();
        double wanted = (loss(logits, 3, 3, 2) + loss(logits, 6, 3, 0) + loss(logits, 15, 3, 1)) / 3;
        assertThat(new TokenLabels().loss(model, batch, Pass.EVALUATION).value().item()).isCloseTo(wanted, within(1e-5));
    }

    @Test
    void spansAreScoredWithinTheirSequence() {
        var head = new SpanHead(encoder);
        Initialisation.ofEncoder(head.parameters(), 4);
        var model = new HeadedEncoder<>(encoder, head);
        var batch = batch(1, 0, 2, 1);
        var logits = AnswerSpans.logits(model, batch, Pass.EVALUATION).doubles(); // (2, 2, 4)
        double wanted = (loss(logits, 0, 4, 1) + loss(logits, 4, 2, 0) + loss(logits, 8, 4, 2) + loss(logits, 12, 2, 1)) / 4;
        assertThat(new AnswerSpans().loss(model, batch, Pass.EVALUATION).value().item()).isCloseTo(wanted, within(1e-5));
        assertThat(logits[6]).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    /** Equation 1 of SimCSE, written out. */
    @Test
    void contrastiveLossIsThatOfThePaper() {
        var other = new SequenceBatch(new int[]{2, 8, 4, 3, 2, 1, 1, 0}, new int[8], new int[]{4, 3}, new int[0], 2, 4);
        var a = Contrastive.vectors(encoder, batch(), Pass.EVALUATION).doubles();
        var b = Contrastive.vectors(encoder, other, Pass.EVALUATION).doubles();
        var cosines = new double[4];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                double dot = 0;
                double left = 0;
                double right = 0;
                for (int d = 0; d < 8; d++) {
                    dot += a[i * 8 + d] * b[j * 8 + d];
                    left += a[i * 8 + d] * a[i * 8 + d];
                    right += b[j * 8 + d] * b[j * 8 + d];
                }
                cosines[i * 2 + j] = dot / Math.sqrt(left * right) / 0.05;
            }
        }
        double wanted = (loss(cosines, 0, 2, 0) + loss(cosines, 2, 2, 1)) / 2;
        var found = new Contrastive(0.05).loss(encoder, new Contrastive.Pairs(batch(), other), Pass.EVALUATION);
        assertThat(found.value().item()).isCloseTo(wanted, within(1e-3));
        assertThatThrownBy(() -> new Contrastive(0)).isInstanceOf(UserError.class).hasMessageContaining("temperature");
    }

    @Test
    void denoisingIsTheCrossEntropyOfTheCleanInput() {
        var model = new DenoisingAutoencoder(6, 4, 1);
        var x = Tensor.uniform(2, 0, 1, 3, 6);
        var odds = model.logits(model.features(x)).doubles();
        var clean = x.doubles();
        double wanted = 0;
        for (int i = 0; i < clean.length; i++) {
            double z = 1 / (1 + Math.exp(-odds[i]));
            wanted -= (clean[i] * Math.log(z) + (1 - clean[i]) * Math.log(1 - z)) / 3;
        }
        assertThat(new Denoising(0.5).loss(model, x, Pass.EVALUATION).value().item()).isCloseTo(wanted, within(1e-4));
        assertThat(new Denoising(0.5).loss(model, x, Pass.TRAINING).value().item()).isNotCloseTo(wanted, within(1e-3));
        assertThatThrownBy(() -> new Denoising(1)).isInstanceOf(UserError.class);
    }
}
