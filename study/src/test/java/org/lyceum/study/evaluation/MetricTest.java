package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lyceum.study.evaluation.Metric.Name;
import org.lyceum.study.evaluation.Task.Kind;

class MetricTest {
    private static final Document DOCUMENT = new Document(0, "x:1", Map.of());

    private static Outcome chosen(int right, List<String> choices, double... logProbabilities) {
        return new Outcome(new Item(DOCUMENT, List.of(), choices, List.of(right), List.of()),
                IntStream.range(0, logProbabilities.length).mapToObj(i -> Answer.of(logProbabilities[i], false)).toList());
    }

    private static Outcome scored(String text, double logProbability) {
        return new Outcome(new Item(DOCUMENT, List.of(), List.of(), List.of(), List.of(text)), List.of(Answer.of(logProbability, true)));
    }

    private static Outcome written(String text, String... references) {
        return new Outcome(new Item(DOCUMENT, List.of(), List.of(), List.of(), List.of(references)), List.of(Answer.written(text)));
    }

    private static double one(Name name, Kind kind, Outcome outcome) {
        return Metric.of(name).of(outcome, kind, Filter.PLAIN)[0];
    }

    @Test
    void theMostProbableChoiceCountsAndThenTheMostProbablePerCharacter() {
        var outcome = chosen(1, List.of("ab", "abcdefgh"), -2, -3);
        assertThat(one(Name.ACC, Kind.MULTIPLE_CHOICE, outcome)).isZero();
        assertThat(one(Name.ACC_NORM, Kind.MULTIPLE_CHOICE, outcome)).isOne();
        assertThat(one(Name.ACC, Kind.MULTIPLE_CHOICE, chosen(0, List.of("a", "b"), -1, -1))).isOne(); // the first of equal ones
    }

    @Test
    void aTieOfAPairIsWrong() {
        assertThat(one(Name.ACC, Kind.MINIMAL_PAIRS, chosen(0, List.of("a", "b"), -1, -1))).isZero();
        assertThat(one(Name.ACC, Kind.MINIMAL_PAIRS, chosen(0, List.of("a", "b"), -1, -1.5))).isOne();
    }

    @Test
    void eachTargetBelongsToItsOwnContext() {
        var both = chosen(0, List.of("c1", "c2"), -1, -2, -2, -1);
        var half = chosen(0, List.of("c1", "c2"), -1, -2, -1, -2);
        assertThat(one(Name.ACC, Kind.TWO_BY_TWO, both)).isOne();
        assertThat(one(Name.ACC, Kind.TWO_BY_TWO, half)).isZero();
        assertThat(one(Name.ACC_EACH, Kind.TWO_BY_TWO, half)).isEqualTo(0.5);
    }

    @Test
    void textsAreComparedAsTheTaskSays() {
        var strict = Metric.of(Name.EXACT_MATCH);
        var loose = new Metric(Name.EXACT_MATCH, true, true, List.of(Pattern.compile("the ")), 0);
        assertThat(strict.of(written("The Cat.", "cat"), Kind.GENERATE_UNTIL, Filter.PLAIN)[0]).isZero();
        assertThat(loose.of(written("cat!", "dog", "the Cat."), Kind.GENERATE_UNTIL, Filter.PLAIN)[0]).isOne();
        assertThat(one(Name.F1, Kind.GENERATE_UNTIL, written("a b c", "b c d"))).isCloseTo(2 / 3.0, within(1e-12));
    }

    @Test
    void perplexitiesDivideByWordsAndBytes() {
        var parts = List.of(scored("one two", -6), scored("äb", -4));
        assertThat(pooled(Name.WORD_PERPLEXITY, parts)).isCloseTo(Math.exp(10 / 3.0), within(1e-9));
        assertThat(pooled(Name.BYTE_PERPLEXITY, parts)).isCloseTo(Math.exp(10 / 10.0), within(1e-9));
        assertThat(pooled(Name.BITS_PER_BYTE, parts)).isCloseTo(1 / Math.log(2), within(1e-9));
    }

    private static double pooled(Name name, List<Outcome> outcomes) {
        return Metric.of(name)
                .pooled(outcomes.stream().map(outcome -> Metric.of(name).of(outcome, Kind.LOGLIKELIHOOD_ROLLING, Filter.PLAIN)).toList());
    }

    @Test
    void twoClassesHaveF1AndACorrelation() {
        var parts = List.of(new double[]{1, 1}, new double[]{1, 0}, new double[]{0, 0}, new double[]{0, 1}, new double[]{1, 1});
        assertThat(Metric.of(Name.F1).pooled(parts)).isCloseTo(4 / 6.0, within(1e-12));
        assertThat(Metric.of(Name.MCC).pooled(parts)).isCloseTo((2 * 1 - 1 * 1) / Math.sqrt(3 * 3 * 2 * 2), within(1e-12));
    }

    /** The bootstrap of a mean comes near the formula, and is the same every time. */
    @Test
    void resamplingAgreesWithTheFormula() {
        var values = IntStream.range(0, 200).mapToObj(i -> i % 3 == 0 ? 1.0 : 0.0).toList();
        double formula = Scores.ofMean(values.stream().mapToDouble(Double::doubleValue).toArray());
        double drawn = Scores.resampled(values, some -> some.stream().mapToDouble(Double::doubleValue).average().orElse(0), 1000, 1,
                "mean");
        assertThat(drawn).isCloseTo(formula, within(0.1 * formula));
        assertThat(Scores.resampled(values, some -> some.getFirst(), 50, 1, "x"))
                .isEqualTo(Scores.resampled(values, some -> some.getFirst(), 50, 1, "x"));
    }
}
