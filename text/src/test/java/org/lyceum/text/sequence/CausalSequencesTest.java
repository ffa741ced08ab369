package org.lyceum.text.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.text.tokenizer.WordPieceTrainer;

class CausalSequencesTest {
    private static final Tokenizer PAIRS = BytePairTrainer.of(260).train(List.of("anna met bob ".repeat(9)));

    private static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }

    @Test
    void pairsStandOneBehindTheOther() {
        var sequences = new CausalSequences(PAIRS, 64);
        int end = PAIRS.endOfText().orElseThrow();
        assertThat(sequences.text("anna met", null).ids()).isEqualTo(PAIRS.encode("anna met"));
        assertThat(sequences.text("anna", "bob").ids()).isEqualTo(joined(PAIRS.encode("anna"), new int[]{end}, PAIRS.encode("bob")));
        assertThat(sequences.text("", null).ids()).containsExactly(end);
        assertThat(sequences.text("", "").ids()).containsExactly(end);
        var framed = WordPieceTrainer.of(20).train(List.of("anna met bob . ".repeat(5)));
        assertThat(new CausalSequences(framed, 64).text("anna", "bob").ids()).as("its own beginning, its own separator")
                .isEqualTo(framed.encodeWithSpecials("[CLS] anna [SEP] bob"));
        assertThatThrownBy(() -> new CausalSequences(PAIRS, 2)).isInstanceOf(UserError.class).hasMessageContaining("at least 3");
    }

    @Property(tries = 100)
    void whatIsTooLongIsCutFairly(@ForAll @IntRange(min = 0, max = 20) int a, @ForAll @IntRange(min = 0, max = 20) int b,
            @ForAll @IntRange(min = 3, max = 30) int context) {
        int end = PAIRS.endOfText().orElseThrow();
        var first = PAIRS.encode("anna".repeat(a));
        var second = PAIRS.encode("bob".repeat(b));
        var ids = new CausalSequences(PAIRS, context).text("anna".repeat(a), "bob".repeat(b)).ids();
        assertThat(ids).hasSize(Math.min(context, first.length + 1 + second.length));
        int at = IntStream.range(0, ids.length).filter(i -> ids[i] == end).findFirst().orElseThrow();
        assertThat(Arrays.copyOf(ids, at)).isEqualTo(Arrays.copyOf(first, at));
        assertThat(Arrays.copyOfRange(ids, at + 1, ids.length)).isEqualTo(Arrays.copyOf(second, ids.length - at - 1));
        assertThat(at).isGreaterThanOrEqualTo(Math.min(first.length, (context - 1) / 2));
        assertThat(ids.length - at - 1).isGreaterThanOrEqualTo(Math.min(second.length, (context - 1) / 2));
    }
}
