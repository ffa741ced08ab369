package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Correlation;
import org.lyceum.foundation.Seeds;

class AgreementTest {
    /** A document that people give its own index, and the model {@code numbers}. */
    private static double[] part(int index, Double... numbers) {
        return Agreement.part(new Outcome(new Item(new Document(index, "x:" + index, Map.of()), List.of(), List.of(), List.of(),
                List.of(String.valueOf(index))), List.of()), List.of(numbers));
    }

    @Test
    void theLayerIsChosenOnTheOtherHalf() {
        var parts = new ArrayList<double[]>();
        for (int i = 0; i < 20; i++) {
            // Layer 0 is right for documents of even index and wrong for the others, layer 1 the other way round, layer 2 is middling for all.
            double right = i;
            parts.add(part(i, i % 2 == 0 ? right : -right, i % 2 == 0 ? -right : right, 1.0));
        }
        assertThat(Agreement.of(parts, Correlation::spearman)).isCloseTo(-1, within(1e-12));
        assertThat(Agreement.byLayer(parts, Correlation::spearman, 1)).containsOnlyKeys("embedding", "0", "1");
    }

    @Test
    void ofOneLayerItIsTheCorrelationItself() {
        var parts = List.of(part(1, 3.0), part(2, 1.0), part(3, 2.0), part(4));
        assertThat(Agreement.of(parts, Correlation::spearman))
                .isEqualTo(Correlation.spearman(new double[]{3, 1, 2}, new double[]{1, 2, 3}), within(1e-12));
        assertThat(Agreement.of(List.of(part(1)), Correlation::spearman)).isNaN();
    }

    @Test
    void aLayerThatAgreesAgreesWhateverElseThereIs() {
        var random = Seeds.generator(1, "noise", 0);
        var parts = new ArrayList<double[]>();
        for (int i = 0; i < 200; i++) {
            parts.add(part(i, random.nextDouble(), i + 20 * random.nextGaussian(), random.nextDouble()));
        }
        double value = Agreement.of(parts, Correlation::spearman);
        assertThat(value).isBetween(0.85, 0.99);
        assertThat(Agreement.error(parts, Correlation::spearman, 1, "test")).isBetween(0.001, 0.05);
        assertThat(Agreement.byLayer(parts, Correlation::spearman, 1).get("0")).isNotNull()
                .satisfies(score -> assertThat(score.value()).isCloseTo(value, within(0.03)));
    }
}
