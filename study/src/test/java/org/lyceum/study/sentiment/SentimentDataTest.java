package org.lyceum.study.sentiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class SentimentDataTest {
    private static final Map<String, List<String>> LABELS = Map.of("positive", List.of("3", "4"), "negative", List.of("0", "1"), "neutral",
            List.of("2"));

    @TempDir
    Path folder;

    private SentimentData read(String train, Map<String, List<String>> labels) throws IOException {
        Files.writeString(folder.resolve("train"), train);
        Files.writeString(folder.resolve("test"), "4 Good\n0 bad\n4 great\n");
        return SentimentData.read(new SentimentConfig.Task("toy", "train", "test", "test", labels), folder::resolve);
    }

    @Test
    void labelsAreFoldedAndWordsAreInLowerCase() throws IOException {
        var data = read("0 a\n1 B c\n2 d\n4 e\n3 f\n", LABELS);
        assertThat(data.labels()).containsExactly("negative", "neutral", "positive");
        assertThat(data.train().stream().map(Sentence::label)).containsExactly(0, 0, 1, 2, 2);
        assertThat(data.train().get(1)).isEqualTo(new Sentence("B c", List.of("b", "c"), 0));
        assertThat(data.majority()).isEqualTo(2 / 3.0);
    }

    @Test
    void whatIsWrongIsSaidWithItsLine() {
        assertThatThrownBy(() -> read("0 a\n\n5 b\n", LABELS)).isInstanceOf(UserError.class).hasMessageContaining("train: line 3")
                .hasMessageContaining("label '5'");
        assertThatThrownBy(() -> read("0 a\n2\n", LABELS)).isInstanceOf(UserError.class).hasMessageContaining("train")
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> read("0 a\n3 b\n", LABELS)).isInstanceOf(UserError.class)
                .hasMessageContaining("has the label neutral (2)");
        assertThatThrownBy(() -> read("0 a\n", Map.of("a", List.of("0", "1"), "b", List.of("1")))).isInstanceOf(UserError.class)
                .hasMessageContaining("'1' of 'toy' stands for two labels");
        assertThatThrownBy(() -> read("0 a\n", Map.of("a", List.of("0")))).isInstanceOf(UserError.class)
                .hasMessageContaining("at least two");
    }

    @Test
    void seldomWordsShareARow() {
        var words = WordIndex.of(List.of(new Sentence("", List.of("a", "b", "a", "c"), 0), new Sentence("", List.of("b"), 0)), 2);
        assertThat(words.size()).isEqualTo(4);
        assertThat(words.ids(new Sentence("", List.of("c", "a", "x", "b"), 0))).containsExactly(1, 2, 1, 3);
    }

    /** Every epoch has every sentence once, in another order, and a batch depends on its number alone. */
    @Property(tries = 50)
    void epochsAreWhole(@ForAll @IntRange(min = 1, max = 90) int n, @ForAll @IntRange(min = 1, max = 7) int rows, @ForAll long seed) {
        var sentences = new ArrayList<int[]>();
        var labels = new int[n];
        for (int i = 0; i < n; i++) {
            sentences.add(new int[1 + i % 5]);
            sentences.getLast()[0] = i;
            labels[i] = i;
        }
        var batches = new SentenceBatches(sentences, labels, rows, seed);
        for (int epoch = 0; epoch < 2; epoch++) {
            var seen = new ArrayList<Integer>();
            for (int b = 0; b < batches.perEpoch(); b++) {
                var batch = batches.batch((long) epoch * batches.perEpoch() + b);
                int longest = batch.ids().length / batch.rows();
                for (int row = 0; row < batch.rows(); row++) {
                    assertThat(batch.ids()[row * longest]).isEqualTo(batch.labels()[row]);
                    assertThat(batch.lengths()[row]).isEqualTo(1 + batch.labels()[row] % 5);
                    seen.add(batch.labels()[row]);
                }
            }
            assertThat(seen).hasSize(n).doesNotHaveDuplicates();
        }
        var again = new SentenceBatches(sentences, labels, rows, seed).batch(batches.perEpoch() + 0L);
        assertThat(again.labels()).containsExactly(batches.batch(batches.perEpoch()).labels());
        assertThat(batches.once().stream().mapToInt(members -> members.length).sum()).isEqualTo(n);
    }
}
