package org.lyceum.text.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.ParallelText;
import org.lyceum.text.tokenizer.CharacterTokenizer;

class PairBatchesTest {
    private static final PairTokenizer LETTERS = PairTokenizer.of(CharacterTokenizer.of(List.of("abcdefgh "), List.of("<s>", "</s>")),
            true);

    private static EncodedPairs pairs(int count, long seed) {
        var random = Seeds.generator(seed, "test", 0);
        var sources = new int[count][];
        var targets = new int[count][];
        for (int i = 0; i < count; i++) {
            sources[i] = random.ints(random.nextInt(1, 12), 2, 50).toArray();
            targets[i] = random.ints(random.nextInt(1, 12), 2, 50).toArray();
        }
        return new EncodedPairs(sources, targets, 0, 1, 0);
    }

    /** Row by row: what is read, what is written behind the start, and what is to be predicted, without padding. */
    private static List<String> rows(PairBatch batch) {
        var rows = new ArrayList<String>();
        for (int b = 0; b < batch.rows(); b++) {
            var read = Arrays.copyOfRange(batch.sources(), b * batch.sourceColumns(), b * batch.sourceColumns() + batch.sourceLengths()[b]);
            int t = batch.targetColumns();
            var targets = Arrays.stream(batch.targets(), b * t, (b + 1) * t).filter(id -> id != PairBatch.IGNORED).toArray();
            var inputs = Arrays.copyOfRange(batch.inputs(), b * t, b * t + targets.length);
            rows.add(Arrays.toString(read) + Arrays.toString(inputs) + Arrays.toString(targets));
        }
        return rows;
    }

    @Property(tries = 60)
    void anEpochHoldsEveryPairOnceWithinTheBudget(@ForAll @IntRange(min = 1, max = 80) int count,
            @ForAll @IntRange(min = 13, max = 90) int budget, @ForAll long seed) {
        var pairs = pairs(count, seed);
        var batches = new PairBatches(pairs, budget, seed);
        for (int epoch = 0; epoch < 3; epoch++) {
            var found = new TreeMap<String, Integer>();
            for (long n = batches.inEpochs(epoch); n < batches.inEpochs(epoch + 1); n++) {
                var batch = batches.batch(n);
                assertThat(batch.rows() * Math.max(batch.sourceColumns(), batch.targetColumns())).isLessThanOrEqualTo(budget);
                rows(batch).forEach(row -> found.merge(row, 1, Integer::sum));
            }
            var wanted = new TreeMap<String, Integer>();
            for (int i = 0; i < count; i++) {
                wanted.merge(row(pairs.sources()[i], pairs.targets()[i]), 1, Integer::sum);
            }
            assertThat(found).isEqualTo(wanted);
        }
    }

    private static String row(int[] source, int[] target) {
        var read = Arrays.copyOf(source, source.length + 1);
        read[source.length] = 1;
        var inputs = new int[target.length + 1];
        System.arraycopy(target, 0, inputs, 1, target.length);
        var targets = Arrays.copyOf(target, target.length + 1);
        targets[target.length] = 1;
        return Arrays.toString(read) + Arrays.toString(inputs) + Arrays.toString(targets);
    }

    @Test
    void aBatchIsAPureFunctionOfItsNumber() {
        var pairs = pairs(100, 3);
        var forward = new PairBatches(pairs, 60, 5);
        var late = new PairBatches(pairs, 60, 5);
        assertThat(rows(late.batch(90))).isEqualTo(rows(forward.batch(90)));
        assertThat(rows(late.batch(3))).isEqualTo(rows(forward.batch(3)));
        assertThat(rows(new PairBatches(pairs, 60, 6).batch(3))).isNotEqualTo(rows(forward.batch(3)));
        long second = forward.inEpochs(1);
        assertThat(rows(forward.batch(second))).isNotEqualTo(rows(forward.batch(0)));
    }

    /** Alike in length: little is padding. */
    @Test
    void littleIsPadding() {
        var pairs = pairs(2000, 1);
        var batches = new PairBatches(pairs, 400, 1);
        long places = 0;
        for (long n = 0; n < batches.inEpochs(1); n++) {
            var batch = batches.batch(n);
            places += (long) batch.rows() * Math.max(batch.sourceColumns(), batch.targetColumns());
        }
        long longer = 0;
        for (int i = 0; i < pairs.size(); i++) {
            longer += Math.max(pairs.sources()[i].length, pairs.targets()[i].length) + 1;
        }
        assertThat(places).isLessThan(longer * 125 / 100);
    }

    @Test
    void aPairBeyondTheBudgetIsAUserError() {
        assertThatThrownBy(() -> new PairBatches(pairs(50, 1), 5, 1)).isInstanceOf(UserError.class).hasMessageContaining("batch of 5");
    }

    @Test
    void blankAndLongPairsAreLeftOut() {
        var text = new ParallelText(List.of("Ab", "  ", "abcabcabc", "b"), List.of("ba", "b", "c", "C"));
        var encoded = EncodedPairs.of(text, LETTERS, 8);
        assertThat(encoded.size()).isEqualTo(2);
        assertThat(encoded.skipped()).isEqualTo(2);
        assertThat(encoded.targetTokens()).isEqualTo(3 + 1 + 2 + 1); // with the space in front and the end
        assertThat(LETTERS.decode(encoded.sources()[0])).isEqualTo("ab");
        assertThatThrownBy(() -> EncodedPairs.of(text, LETTERS, 2)).isInstanceOf(UserError.class)
                .hasMessageContaining("None of the 4 pairs");
    }

    @Test
    void aVocabularyIsLearnedFromBothSides() {
        var texts = List.of("The dog runs.", "Der Hund läuft.", "the dog", "der hund");
        var learned = PairTokenizer.train(texts, 262, 1, true);
        assertThat(learned.tokenizer().vocabularySize()).isEqualTo(262);
        assertThat(learned.start()).isZero();
        assertThat(learned.end()).isEqualTo(1);
        assertThat(learned.decode(learned.encode("  Der Hund läuft. "))).isEqualTo("der hund läuft.");
        assertThat(learned.encode("dog")).isEqualTo(Arrays.copyOfRange(learned.encode("the dog"),
                learned.encode("the").length, learned.encode("the dog").length));
        assertThat(learned.encode(" ")).isEmpty();
        // What a text says cannot be a mark.
        assertThat(learned.encode("</s>")).doesNotContain(1);
    }

    @Test
    void aTokenizerWithoutMarksIsAUserError() {
        assertThatThrownBy(() -> PairTokenizer.of(CharacterTokenizer.of(List.of("ab"), List.of("<s>")), false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'</s>'");
    }
}
