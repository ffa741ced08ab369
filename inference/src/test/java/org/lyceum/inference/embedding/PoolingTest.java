package org.lyceum.inference.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** Each pooling against a plain loop, with rubbish where padding is. */
class PoolingTest {
    @ParameterizedTest
    @EnumSource(Pooling.class)
    void equalsAPlainLoop(Pooling pooling) {
        int rows = 3;
        int longest = 5;
        int width = 4;
        int[] lengths = {5, 2, 1};
        try (var _ = Scope.open()) {
            var hidden = Tensor.normal(7, 1, rows, longest, width);
            for (int b = 0; b < rows; b++) {
                if (lengths[b] < longest) {
                    hidden.select(0, b).narrow(0, lengths[b], longest - lengths[b]).fillInPlace(1e6);
                }
            }
            var h = hidden.doubles();
            var got = Pooling.pool(List.of(pooling), hidden, lengths).doubles();
            assertThat(got).hasSize(rows * width);
            for (int b = 0; b < rows; b++) {
                for (int d = 0; d < width; d++) {
                    double first = h[b * longest * width + d];
                    double sum = 0;
                    double weighted = 0;
                    double weights = 0;
                    double largest = Double.NEGATIVE_INFINITY;
                    double last = 0;
                    for (int t = 0; t < lengths[b]; t++) {
                        last = h[(b * longest + t) * width + d];
                        sum += last;
                        weighted += (t + 1) * last;
                        weights += t + 1;
                        largest = Math.max(largest, last);
                    }
                    double wanted = switch (pooling) {
                        case CLS -> first;
                        case MAX -> largest;
                        case MEAN -> sum / lengths[b];
                        case MEAN_SQRT_LEN -> sum / Math.sqrt(lengths[b]);
                        case WEIGHTEDMEAN -> weighted / weights;
                        case LASTTOKEN -> last;
                    };
                    assertThat(got[b * width + d]).isCloseTo(wanted, within(1e-5));
                }
            }
        }
    }
}
