package org.lyceum.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RatiosTest {
    @Test
    void theMedianIsTheMiddleOrTheMeanOfTheTwoThere() {
        assertThat(Ratios.median(new double[]{9, 1, 2})).isEqualTo(2);
        assertThat(Ratios.median(new double[]{4, 1, 2, 100})).isEqualTo(3);
        assertThatThrownBy(() -> Ratios.median(new double[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRatioIsTakenWithinARound() {
        // In the second round the machine was slow for both; the ratio of the medians would be 10 / 4.
        var result = Result.throughput("x", new double[]{10, 2, 30}, "t/s", "peer", new double[]{5, 1, 4});
        assertThat(result.ratio()).isEqualTo(2);
        assertThat(result.value()).isEqualTo(10);
        assertThat(result.peerValue()).isEqualTo(4);
        assertThatThrownBy(() -> Ratios.of(new double[1], new double[2])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lessIsBetterForSecondsAndBytes() {
        assertThat(Result.cost("x", new double[]{1, 1, 1}, "s", "peer", new double[]{3, 3, 3}).ratio()).isEqualTo(3);
    }

    @Test
    void theTableShowsWhatStandsAloneToo() {
        var table = ResultTable.of(List.of(Result.throughput("train", new double[]{12_345}, "tokens/s", "PyTorch", new double[]{10_000}),
                Result.alone("peak", 0.5, "s")));
        assertThat(table.lines().toList().get(1)).isEqualTo("train  12,345 tokens/s  1.23×  10,000 PyTorch");
        assertThat(table.lines().toList().get(2)).isEqualTo("peak    0.500 s");
    }

    @Test
    void theOperationsOfATokenAreThoseOfItsProducts() {
        var size = TrainingSize.ALL.get(1); // 12M: 6 × 12·384² weights in blocks, a head of 4096·384
        double products = 6.0 * (6 * 12 * 384 * 384 + 4096 * 384);
        double attention = 6.0 * 6 * 384 * 256;
        assertThat(size.flopsPerToken()).isCloseTo(products + attention, within(products / 200)); // gains and offsets of norms are counted too
    }
}
