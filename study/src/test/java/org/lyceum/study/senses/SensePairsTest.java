package org.lyceum.study.senses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.lyceum.study.senses.SensePairs.Pair;

class SensePairsTest {
    private static final List<Occurrence> OCCURRENCES = List.of(new Occurrence("bank", "money", "bank a", 0),
            new Occurrence("bank", "money", "bank b", 0), new Occurrence("bank", "river", "bank c", 0),
            new Occurrence("bank", "river", "bank d", 0), new Occurrence("bat", "animal", "bat a", 0),
            new Occurrence("bat", "animal", "bat b", 0), new Occurrence("bat", "club", "bat c", 0),
            new Occurrence("bat", "club", "bat d", 0));

    @Test
    void vectorsThatSeparateTheSensesAreAlwaysRight() {
        var vectors = List.of(new float[]{1, 0}, new float[]{1, 0.1f}, new float[]{0, 1}, new float[]{0.1f, 1}, new float[]{1, 0},
                new float[]{2, 0.1f}, new float[]{0, 1}, new float[]{-0.1f, 1});
        var pairs = SensePairs.of(OCCURRENCES, vectors);
        assertThat(pairs).hasSize(12);
        var verdict = SensePairs.judge(pairs);
        assertThat(verdict.accuracy()).isEqualTo(1);
        assertThat(verdict.error()).isZero();
        assertThat(verdict.auc()).isEqualTo(1);
        assertThat(verdict.within()).isGreaterThan(verdict.between());
        assertThat(SensePairs.nearest(OCCURRENCES, vectors, 4)).isEqualTo(5);
        assertThat(SensePairs.nearestAgree(OCCURRENCES, vectors)).isEqualTo(1);
    }

    /** One vector a word: all cosines are 1, so that everything is called what most pairs are, and no order says anything. */
    @Test
    void oneVectorAWordTellsNothingApart() {
        var vectors = OCCURRENCES.stream().map(o -> o.word().equals("bank") ? new float[]{0.3f, 0.7f} : new float[]{3, 1}).toList();
        var verdict = SensePairs.judge(SensePairs.of(OCCURRENCES, vectors));
        assertThat(verdict.accuracy()).isCloseTo(4 / 6.0, within(1e-12));
        assertThat(verdict.auc()).isEqualTo(0.5);
        assertThat(verdict.within()).isEqualTo(1);
        assertThat(verdict.between()).isEqualTo(1);
        assertThat(SensePairs.nearestAgree(OCCURRENCES, vectors)).isCloseTo(1 / 3.0, within(1e-12));
    }

    /** A word is judged by the threshold of the others alone: its own pairs would ask for another. */
    @Test
    void thresholdsAreHeldOut() {
        var pairs = List.of(new Pair("a", 0.9, true), new Pair("a", 0.8, false), new Pair("b", 0.7, true), new Pair("b", 0.3, false));
        var verdict = SensePairs.judge(pairs);
        // b's best threshold, 0.5, calls both pairs of a the same; a's, 0.85, calls neither of b the same.
        assertThat(verdict.byWord()).containsEntry("a", 0.5).containsEntry("b", 0.5);
    }

    @Property
    void theThresholdIsTheBestThereIs(@ForAll @Size(min = 1, max = 12) List<@IntRange(max = 5) Integer> cosines, @ForAll long senses) {
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < cosines.size(); i++) {
            pairs.add(new Pair("x", cosines.get(i) / 5.0, (senses >> i & 1) == 1));
        }
        double most = DoubleStream.concat(DoubleStream.of(-1, 2), IntStream.rangeClosed(0, 5).mapToDouble(i -> i / 5.0 + 0.1))
                .map(threshold -> right(pairs, threshold)).max().orElseThrow();
        assertThat(right(pairs, SensePairs.threshold(pairs))).isEqualTo(most);
    }

    private static double right(List<Pair> pairs, double threshold) {
        return pairs.stream().filter(pair -> pair.cosine() >= threshold == pair.same()).count();
    }

    @Test
    void aucCountsTiesAsHalf() {
        assertThat(SensePairs.auc(List.of(new Pair("x", 0.5, true), new Pair("x", 0.5, false), new Pair("x", 0.1, false)))).isEqualTo(0.75);
    }
}
