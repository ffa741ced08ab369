package org.lyceum.text.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Documents;

/** Counting with files beside counting in a map. */
class CooccurrencesTest {
    @Property(tries = 25)
    void equalsTheNaiveCountAlsoWhereItGoesToFiles(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int window,
            @ForAll @IntRange(min = 1, max = 40_000) int memory) {
        var random = new Random(seed);
        var lines = new ArrayList<List<String>>();
        for (int i = 0; i < 60; i++) {
            var line = new ArrayList<String>();
            for (int k = random.nextInt(30); k >= 0; k--) {
                line.add("w" + Math.min(random.nextInt(40), random.nextInt(40)));
            }
            lines.add(line);
        }
        var text = Documents.of("t", List.of(String.join("\n", lines.stream().map(line -> String.join(" ", line)).toList())));
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 1);
        var naive = new HashMap<List<String>, Double>();
        for (var line : lines) {
            for (int i = 0; i < line.size(); i++) {
                for (int j = Math.max(0, i - window); j <= Math.min(line.size() - 1, i + window); j++) {
                    if (i != j) {
                        naive.merge(List.of(line.get(i), line.get(j)), 1.0 / Math.abs(i - j), Double::sum);
                    }
                }
            }
        }
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary); var pairs = Cooccurrences.count(ids, window, memory, seed)) {
            var seen = new HashMap<List<String>, Double>();
            for (long at = 0; at < pairs.size(); at++) {
                assertThat(pairs.first(at)).isLessThanOrEqualTo(pairs.second(at));
                var a = vocabulary.words().get(pairs.first(at));
                var b = vocabulary.words().get(pairs.second(at));
                assertThat(seen.put(List.of(a, b), pairs.count(at))).isNull();
                seen.put(List.of(b, a), pairs.count(at));
            }
            assertThat(seen.keySet()).isEqualTo(naive.keySet());
            seen.forEach((pair, count) -> assertThat(count).isCloseTo(naive.get(pair), within(1e-9)));
            if (memory < 2000) {
                assertThat(pairs.spills()).isGreaterThan(1);
            }
        }
    }

    @Test
    void theOrderIsTheSeeds() {
        var text = Documents.of("t", List.of("a b c d e f g h i j k l m n o p q r s t u v w x y z"));
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 1);
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary);
                var once = Cooccurrences.count(ids, 3, 1000, 1);
                var again = Cooccurrences.count(ids, 3, 1000, 1);
                var other = Cooccurrences.count(ids, 3, 1000, 2)) {
            assertThat(order(again)).isEqualTo(order(once)).isNotEqualTo(order(other)).hasSameElementsAs(order(other));
        }
    }

    private static List<List<Integer>> order(Cooccurrences pairs) {
        var order = new ArrayList<List<Integer>>();
        for (long at = 0; at < pairs.size(); at++) {
            order.add(List.of(pairs.first(at), pairs.second(at)));
        }
        return order;
    }

    @Test
    void linesOfOneWordHaveNoPairs() {
        var text = Documents.of("t", List.of("a\na\nb"));
        try (var ids = WordIds.encode(text, WordSplit.SPACES, WordVocabulary.count(text, WordSplit.SPACES, 1))) {
            assertThatThrownBy(() -> Cooccurrences.count(ids, 5, 1 << 20, 1)).isInstanceOf(UserError.class)
                    .hasMessageContaining("No two words");
        }
    }
}
