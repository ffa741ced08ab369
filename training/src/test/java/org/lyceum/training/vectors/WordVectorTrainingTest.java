package org.lyceum.training.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.Subwords;
import org.lyceum.text.corpus.Documents;
import org.lyceum.text.words.WordIds;
import org.lyceum.text.words.WordSplit;
import org.lyceum.text.words.WordVocabulary;
import org.lyceum.training.vectors.WordVectorConfig.Architecture;
import org.lyceum.training.vectors.WordVectorConfig.Loss;

/** Training beside the obvious loops, and what it learns of a language that is made up. */
class WordVectorTrainingTest {
    private static final String LETTERS = "abcdefghijklmnopqrst";

    /** Lines about one of two things each: words of the one never stand near words of the other. */
    private static Documents text(int lines, long seed) {
        var random = new Random(seed);
        var text = new ArrayList<String>();
        for (int i = 0; i < lines; i++) {
            var line = new ArrayList<String>();
            for (int k = 0; k < 5 + random.nextInt(6); k++) {
                line.add((i % 2 == 0 ? "sea" : "land") + LETTERS.charAt((int) (Math.abs(random.nextGaussian()) * 4) % 20));
            }
            text.add(String.join(" ", line));
        }
        return Documents.of("made up", List.of(String.join("\n", text)));
    }

    private static WordVectorConfig config(Architecture architecture, Loss loss, boolean shared, boolean parts) {
        return new WordVectorConfig(architecture, loss, 19, 3, 4, shared, 0.75, 0, 0.2, 0.01, 3,
                parts ? new Subwords(3, 4, 50) : Subwords.NONE, 1,
                11);
    }

    @ParameterizedTest
    @CsvSource({"SKIP_GRAM, NEGATIVE, true, false", "SKIP_GRAM, NEGATIVE, false, false", "SKIP_GRAM, HIERARCHICAL, true, false",
            "SKIP_GRAM, HIERARCHICAL, false, false", "SKIP_GRAM, NEGATIVE, true, true", "SKIP_GRAM, HIERARCHICAL, true, true",
            "CBOW, NEGATIVE, true, false", "CBOW, HIERARCHICAL, true, false", "CBOW, NEGATIVE, true, true"})
    void equalsTheObviousLoops(Architecture architecture, Loss loss, boolean shared, boolean parts) {
        var text = text(120, 1);
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 2);
        var config = config(architecture, loss, shared, parts);
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary)) {
            var lines = new ArrayList<int[]>();
            var reading = ids.lines(0, 1);
            var line = new int[WordIds.LONGEST_LINE];
            for (int n = reading.next(line); n > 0; n = reading.next(line)) {
                lines.add(Arrays.copyOf(line, n));
            }
            var slow = new SlowWordVectors(vocabulary, config);
            slow.run(lines);
            var fast = new WordVectorTraining(vocabulary, ids, config).run(VectorProgress.NONE);
            double norm = 0;
            for (int r = 0; r < slow.input.length; r++) {
                for (int k = 0; k < 19; k++) {
                    assertThat((double) fast.input().row(r)[k]).as("input %d %d", r, k).isCloseTo(slow.input[r][k], within(2e-3));
                    norm += slow.input[r][k] * slow.input[r][k];
                }
            }
            for (int r = 0; r < slow.output.length; r++) {
                for (int k = 0; k < 19; k++) {
                    assertThat((double) fast.output().row(r)[k]).as("output %d %d", r, k).isCloseTo(slow.output[r][k], within(2e-3));
                }
            }
            assertThat(Math.sqrt(norm / slow.input.length)).as("something was learned").isGreaterThan(0.3);
        }
    }

    @ParameterizedTest
    @CsvSource({"SKIP_GRAM, NEGATIVE, true, 1", "SKIP_GRAM, NEGATIVE, false, 2", "SKIP_GRAM, HIERARCHICAL, true, 2",
            "CBOW, NEGATIVE, true, 2",
            "CBOW, HIERARCHICAL, true, 1"})
    void wordsThatStandTogetherComeTogether(Architecture architecture, Loss loss, boolean shared, int threads) {
        var text = text(3000, 2);
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 5);
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary)) {
            var config = config(architecture, loss, shared, false).withRate(0.05).withThreads(threads);
            var losses = new ArrayList<Double>();
            var vectors = new WordVectorTraining(vocabulary, ids, config).run((done, of, _, rate, now) -> {
                assertThat(done).isBetween(0L, of);
                assertThat(rate).isBetween(0.01, 0.05);
                synchronized (losses) {
                    losses.add(now);
                }
            }).vectors();
            for (var word : List.of("seaa", "seab", "landa", "landc")) {
                assertThat(vectors.nearest(word, 5)).extracting(near -> near.word().replaceAll(".$", ""))
                        .containsOnly(word.replaceAll(".$", ""));
            }
            assertThat(losses.getLast()).isBetween(0.5, 3.0); // before the first step it is 5 · ln 2 for negatives
        }
    }

    @Test
    void oneThreadDoesTheSameTwiceAndAnotherSeedDoesNot() {
        var text = text(2000, 3);
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 5);
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary)) {
            var config = config(Architecture.SKIP_GRAM, Loss.NEGATIVE, true, false);
            var once = new WordVectorTraining(vocabulary, ids, config).run(VectorProgress.NONE).input().values();
            assertThat(new WordVectorTraining(vocabulary, ids, config).run(VectorProgress.NONE).input().values()).isEqualTo(once);
            assertThat(new WordVectorTraining(vocabulary, ids, config.withSeed(12)).run(VectorProgress.NONE).input().values())
                    .isNotEqualTo(once);
        }
    }

    @Test
    void partsGiveVectorsToUnseenWords() {
        var text = text(2000, 4);
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 5);
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary)) {
            var model = new WordVectorTraining(vocabulary, ids, config(Architecture.SKIP_GRAM, Loss.NEGATIVE, true, true))
                    .run(VectorProgress.NONE)
                    .model(5);
            assertThat(model.vectors().vector("seaa")).containsExactly(model.vector("seaa"));
            assertThat(model.vector("seaweed")).hasSize(19).doesNotContain(Float.NaN);
        }
    }

    @Test
    void frequentWordsAreLeftOutAsOftenAsTheFormulaSays() {
        var vocabulary = WordVocabulary.of(Map.of("the", 9000L, "cat", 900L, "sat", 100L), 1);
        var keep = WordVectorTraining.keep(vocabulary, 1e-2);
        assertThat(keep[0] / 0x1p31).isCloseTo(Math.sqrt(0.01 / 0.9) + 0.01 / 0.9, within(1e-6));
        assertThat(keep[1] / 0x1p31).isCloseTo(Math.sqrt(0.01 / 0.09) + 0.01 / 0.09, within(1e-6));
        assertThat(keep[2]).isEqualTo(Integer.MAX_VALUE);
        assertThat(WordVectorTraining.keep(vocabulary, 0)).containsOnly(Integer.MAX_VALUE);
    }

    @Test
    void negativesAreDrawnByCountToThePower() {
        var counts = new long[]{1000, 300, 300, 50, 1};
        double sum = Arrays.stream(counts).mapToDouble(count -> Math.pow(count, 0.75)).sum();
        var negatives = new Negatives(counts, 0.75);
        var drawn = new TreeMap<Integer, Integer>();
        var draws = new Draws(5);
        for (int i = 0; i < 1_000_000; i++) {
            drawn.merge(negatives.draw(draws), 1, Integer::sum);
        }
        for (int i = 0; i < counts.length; i++) {
            assertThat(negatives.probabilities()[i]).isCloseTo(Math.pow(counts[i], 0.75) / sum, within(1e-6));
            assertThat(drawn.get(i) / 1e6).isCloseTo(Math.pow(counts[i], 0.75) / sum, within(2e-3));
        }
    }

    @Test
    void oneWordIsNotEnough() {
        var text = Documents.of("one", List.of("a a a a"));
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 1);
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary)) {
            assertThatThrownBy(() -> new WordVectorTraining(vocabulary, ids, WordVectorConfig.CBOW)).isInstanceOf(UserError.class)
                    .hasMessageContaining("Only one word, 'a'");
        }
        assertThatThrownBy(() -> WordVectorConfig.CBOW.withRate(0)).isInstanceOf(UserError.class);
    }
}
