package org.lyceum.text.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.text.labelled.Question;
import org.lyceum.text.shard.Batch;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.text.tokenizer.WordPieceTrainer;

class SequencesTest {
    private static final Tokenizer TOKENIZER = WordPieceTrainer.of(24).train(List.of("anna met bob . who met anna ? ".repeat(5)));
    private static final int CLS = 2;
    private static final int SEP = 3;

    private static int[] ids(String text) {
        return TOKENIZER.encodeWithSpecials(text);
    }

    @Test
    void textsAndPairsAreFramed() {
        var encoder = new SequenceEncoder(TOKENIZER, 64, false);
        assertThat(encoder.text("anna met").ids()).isEqualTo(ids("[CLS] anna met [SEP]"));
        var pair = encoder.pair("anna met", "bob");
        assertThat(pair.ids()).isEqualTo(ids("[CLS] anna met [SEP] bob [SEP]"));
        int second = TOKENIZER.encode("bob").length + 1;
        assertThat(pair.types()).isEqualTo(IntStream.range(0, pair.length()).map(i -> i < pair.length() - second ? 0 : 1).toArray());
        var roberta = new SequenceEncoder(TOKENIZER, 64, true).pair("anna met", "bob");
        assertThat(roberta.ids()).isEqualTo(ids("[CLS] anna met [SEP] [SEP] bob [SEP]"));
        assertThat(roberta.types()).containsOnly(0);
    }

    @Property(tries = 100)
    void whatIsTooLongIsCutWithoutLosingTheFrame(@ForAll @IntRange(min = 0, max = 20) int a, @ForAll @IntRange(min = 0, max = 20) int b,
            @ForAll @IntRange(min = 5, max = 30) int context) {
        var encoder = new SequenceEncoder(TOKENIZER, context, false);
        int perWord = TOKENIZER.encode("anna").length;
        var pair = encoder.pair("anna ".repeat(a), "anna ".repeat(b));
        assertThat(pair.length()).isEqualTo(Math.min(context, 3 + (a + b) * perWord));
        assertThat(pair.ids()[0]).isEqualTo(CLS);
        assertThat(pair.ids()[pair.length() - 1]).isEqualTo(SEP);
        assertThat(IntStream.of(pair.ids()).filter(id -> id == SEP).count()).isEqualTo(2);
        int room = context - 3;
        int first = (int) IntStream.range(1, pair.length()).filter(i -> pair.types()[i] == 0).count() - 1;
        assertThat(first).isGreaterThanOrEqualTo(Math.min(a * perWord, room / 2));
        assertThat(pair.length() - 3 - first).isGreaterThanOrEqualTo(Math.min(b * perWord, room / 2));
    }

    @Test
    void wordsCarryTheirTargetsOnTheirFirstTokens() {
        var words = new SequenceEncoder(TOKENIZER, 64, false).words(List.of("anna", "met", "zz", "bob"));
        var sequence = words.with(new int[]{7, 8, 9, 10});
        assertThat(IntStream.of(sequence.targets()).filter(t -> t >= 0).toArray()).containsExactly(7, 8, 9, 10);
        assertThat(words.first()[0]).isEqualTo(1);
        assertThat(sequence.ids()[words.first()[3]]).isEqualTo(TOKENIZER.encode("bob")[0]);
        var cut = new SequenceEncoder(TOKENIZER, 5, false).words(List.of("anna", "met", "met", "met", "met", "met"));
        assertThat(cut.first()).endsWith(-1);
    }

    @Test
    void answersAreFoundAgainInTheTokens() {
        var encoder = new SequenceEncoder(TOKENIZER, 64, false);
        var question = new Question("who ?", "anna met bob, bob", 9, 12, 1);
        var asked = encoder.question(question);
        int first = asked.sequence().targets()[0];
        int last = asked.sequence().targets()[1];
        assertThat(asked.start()[first]).isEqualTo(9);
        assertThat(asked.end()[last]).isEqualTo(12);
        assertThat(asked.start()[0]).isEqualTo(-1);
        assertThat(Arrays.copyOfRange(asked.sequence().ids(), first, last + 1)).isEqualTo(TOKENIZER.encode("bob"));
        var cutOff = new SequenceEncoder(TOKENIZER, 7, false).question(question);
        assertThat(cutOff.sequence().targets()).containsExactly(Batch.IGNORED, Batch.IGNORED);
        assertThat(cutOff.sequence().length()).isLessThanOrEqualTo(7);
    }

    @Test
    void masksFollowTheSharesOfThePaperAndTheSeed() {
        int n = 20_000;
        var ids = new int[n];
        for (int i = 0; i < n; i++) {
            ids[i] = i % 50 == 0 ? CLS : 10 + i % 20;
        }
        var batch = new SequenceBatch(ids, new int[n], new int[]{n - 1000}, new int[0], 1, n);
        var masking = Masking.of(TOKENIZER, 0.15, 1);
        var hidden = masking.hide(batch, 0);
        int mask = Masking.mask(TOKENIZER);
        int guessed = 0;
        int masked = 0;
        int kept = 0;
        for (int i = 0; i < n; i++) {
            if (hidden.targets()[i] >= 0) {
                assertThat(hidden.targets()[i]).isEqualTo(ids[i]);
                assertThat(ids[i]).isNotEqualTo(CLS);
                assertThat(i).isLessThan(n - 1000);
                guessed++;
                masked += hidden.ids()[i] == mask ? 1 : 0;
                kept += hidden.ids()[i] == ids[i] ? 1 : 0;
                assertThat(hidden.ids()[i]).isNotIn(CLS, SEP);
            } else {
                assertThat(hidden.ids()[i]).isEqualTo(ids[i]);
            }
        }
        assertThat((double) guessed / (0.98 * (n - 1000))).isCloseTo(0.15, within(0.01));
        assertThat((double) masked / guessed).isCloseTo(0.8, within(0.03));
        assertThat((double) kept / guessed).isCloseTo(0.1 + 0.1 / 19, within(0.03));
        assertThat(masking.hide(batch, 0).ids()).isEqualTo(hidden.ids());
        assertThat(masking.hide(batch, 1).ids()).isNotEqualTo(hidden.ids());
        assertThat(Masking.of(TOKENIZER, 0.15, 2).hide(batch, 0).ids()).isNotEqualTo(hidden.ids());
    }

    @Test
    void atLeastOneTokenIsHidden() {
        var batch = SequenceBatch.of(List.of(new SequenceEncoder(TOKENIZER, 8, false).text("bob")), 0, SequenceBatch.Targets.NONE);
        for (int i = 0; i < 30; i++) {
            assertThat(IntStream.of(Masking.of(TOKENIZER, 0.001, 1).hide(batch, i).targets()).filter(t -> t >= 0).count()).isPositive();
        }
    }

    @Property(tries = 50)
    void noiseMovesNothingFartherThanItsReach(@ForAll @IntRange(min = 0, max = 6) int reach, @ForAll long seed) {
        var ids = IntStream.range(0, 40).map(i -> 100 + i).toArray();
        ids[0] = CLS;
        ids[39] = SEP;
        var batch = new SequenceBatch(ids, new int[40], new int[]{40}, new int[0], 1, 40);
        var noisy = new Noise(0, reach, 4, id -> id < 10, seed).corrupt(batch, 3);
        var sorted = noisy.ids().clone();
        Arrays.sort(sorted);
        var wanted = ids.clone();
        Arrays.sort(wanted);
        assertThat(sorted).isEqualTo(wanted);
        assertThat(noisy.ids()[0]).isEqualTo(CLS);
        for (int i = 1; i < 39; i++) {
            assertThat(Math.abs(noisy.ids()[i] - 100 - i)).isLessThanOrEqualTo(reach);
            assertThat(noisy.targets()[i]).isEqualTo(100 + i);
        }
        assertThat(noisy.targets()[0]).isEqualTo(Batch.IGNORED);
    }

    @Test
    void everyEpochTakesEachSequenceOnce() {
        var sequences = new ArrayList<Sequence>();
        for (int i = 0; i < 103; i++) {
            sequences.add(Sequence.of(IntStream.range(0, 1 + i * 7 % 13).map(_ -> 5).toArray()).with(i));
        }
        var source = new SequenceSource(sequences, 8, 0, SequenceBatch.Targets.SEQUENCE, 4);
        assertThat(source.batches()).isEqualTo(13);
        var orders = new ArrayList<List<Integer>>();
        for (int epoch = 0; epoch < 2; epoch++) {
            var seen = new ArrayList<Integer>();
            for (int b = 0; b < 13; b++) {
                var batch = source.batch(epoch * 13 + b);
                IntStream.of(batch.targets()).forEach(seen::add);
                for (int row = 0; row < batch.rows(); row++) {
                    assertThat(batch.lengths()[row]).isEqualTo(sequences.get(batch.targets()[row]).length());
                }
            }
            orders.add(List.copyOf(seen));
            assertThat(seen.stream().sorted().toList()).isEqualTo(IntStream.range(0, 103).boxed().toList());
        }
        assertThat(orders.get(0)).isNotEqualTo(orders.get(1));
        assertThat(source.batch(3)).usingRecursiveComparison()
                .isEqualTo(new SequenceSource(sequences, 8, 0, SequenceBatch.Targets.SEQUENCE, 4).batch(3));
        assertThat(source.inOrder().getFirst().targets()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void whatCannotBeIsRefused() {
        var plain = BytePairTrainer.of(260).train(List.of("anna met bob ".repeat(9)));
        assertThatThrownBy(() -> new SequenceEncoder(plain, 64, false)).isInstanceOf(UserError.class).hasMessageContaining("[CLS]");
        assertThatThrownBy(() -> Masking.of(plain, 0.15, 1)).isInstanceOf(UserError.class).hasMessageContaining("no mask token");
        assertThatThrownBy(() -> Masking.of(TOKENIZER, 1, 1)).isInstanceOf(UserError.class).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> new SequenceEncoder(TOKENIZER, 4, false)).isInstanceOf(UserError.class).hasMessageContaining("no room");
        assertThatThrownBy(() -> Noise.of(TOKENIZER, 0.1, -1, 1)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> new SequenceSource(List.of(), 8, 0, SequenceBatch.Targets.NONE, 1)).isInstanceOf(UserError.class);
    }
}
