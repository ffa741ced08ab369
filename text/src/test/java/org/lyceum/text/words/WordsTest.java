package org.lyceum.text.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Documents;

class WordsTest {
    private static List<String> words(WordSplit split, String line) {
        var words = new ArrayList<String>();
        split.words(line, words::add);
        return words;
    }

    @Test
    void linesAreCutIntoWords() {
        assertThat(words(WordSplit.SPACES, "  Don't\tstop,\u00a0now  ")).containsExactly("Don't", "stop,\u00a0now");
        assertThat(words(WordSplit.WORDS, "Don't STOP—now! 'quoted' R2D2 naïve größe, e\u0301te 東京 it’s")).containsExactly("don't", "stop",
                "now", "quoted",
                "r2d2", "naïve", "größe", "e\u0301te", "東京", "it's");
        assertThat(words(WordSplit.WORDS, "... 😀 ''")).isEmpty();
    }

    @Property
    void wordsHoldNoSpaceAndSplittingTwiceIsSplittingOnce(@ForAll String text) {
        for (var split : WordSplit.values()) {
            var once = words(split, text);
            assertThat(once).noneMatch(word -> word.isEmpty() || word.contains(" ") || word.contains("\n"));
            assertThat(words(split, String.join(" ", once))).isEqualTo(once);
        }
    }

    @Test
    void theVocabularyIsByCountAndThenByLetters() {
        var vocabulary = WordVocabulary.count(Documents.of("t", List.of("b a b\nc a b", "d d")), WordSplit.SPACES, 2);
        assertThat(vocabulary.words()).containsExactly("b", "a", "d");
        assertThat(vocabulary.counts()).containsExactly(3, 2, 2);
        assertThat(vocabulary.id("d")).isEqualTo(2);
        assertThat(vocabulary.id("c")).isEqualTo(-1);
        assertThat(vocabulary.total()).isEqualTo(7);
        assertThat(vocabulary.seen()).isEqualTo(8);
    }

    @Test
    void anEmptyVocabularySaysWhatThereIs() {
        assertThatThrownBy(() -> WordVocabulary.count(Documents.of("t", List.of("b a b")), WordSplit.SPACES, 5))
                .isInstanceOf(UserError.class)
                .hasMessage("No word comes 5 times; the most frequent, 'b', comes 2 times. Lower --min-count, or give more text.");
        assertThatThrownBy(() -> WordVocabulary.count(Documents.of("t", List.of("...")), WordSplit.WORDS, 1)).isInstanceOf(UserError.class)
                .hasMessageContaining("no word");
    }

    /** All parts together are all lines, in order, whatever the number of parts. */
    @Property(tries = 100)
    void partsAreAllLinesOnce(@ForAll @IntRange(min = 1, max = 20) int lines, @ForAll @IntRange(min = 1, max = 9) int parts) {
        var text = IntStream.range(0, lines).mapToObj(i -> "w" + i + " rare" + i + " x".repeat(i % 4)).collect(Collectors.joining("\n"));
        var documents = Documents.of("t", List.of(text, text));
        var vocabulary = WordVocabulary.count(documents, WordSplit.SPACES, 2);
        try (var ids = WordIds.encode(documents, WordSplit.SPACES, vocabulary)) {
            var read = new ArrayList<String>();
            var line = new int[WordIds.LONGEST_LINE];
            for (int part = 0; part < parts; part++) {
                var of = ids.lines(part, parts);
                for (int n = of.next(line); n > 0; n = of.next(line)) {
                    read.add(IntStream.range(0, n).mapToObj(i -> vocabulary.words().get(line[i])).collect(Collectors.joining(" ")));
                }
            }
            assertThat(read).containsExactlyElementsOf((text + "\n" + text).lines().toList());
            assertThat(ids.words()).isEqualTo(vocabulary.total());
        }
    }

    @Test
    void longLinesAreCutAndEmptyOnesLeftOut() {
        var documents = Documents.of("t", List.of("a ".repeat(25_000) + "\n\nb rare\nrare2"));
        try (var ids = WordIds.encode(documents, WordSplit.SPACES, WordVocabulary.count(documents, WordSplit.SPACES, 1))) {
            var line = new int[WordIds.LONGEST_LINE];
            var of = ids.lines(0, 1);
            assertThat(List.of(of.next(line), of.next(line), of.next(line), of.next(line), of.next(line), of.next(line)))
                    .containsExactly(10_000, 10_000, 5_000, 2, 1, 0);
        }
    }
}
