package org.lyceum.training.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Documents;
import org.lyceum.text.words.Cooccurrences;
import org.lyceum.text.words.WordIds;
import org.lyceum.text.words.WordSplit;
import org.lyceum.text.words.WordVocabulary;

class GloveTest {
    private static Documents text(int lines) {
        var random = new Random(1);
        var text = new ArrayList<String>();
        for (int i = 0; i < lines; i++) {
            var line = new ArrayList<String>();
            for (int k = 0; k < 8; k++) {
                line.add((i % 2 == 0 ? "sea" : "land") + (char) ('a' + random.nextInt(8)));
            }
            text.add(String.join(" ", line));
        }
        return Documents.of("made up", List.of(String.join("\n", text)));
    }

    private static Glove.Config config(int epochs, int threads) {
        return new Glove.Config(13, 4, epochs, 0.05, 20, 0.75, 1 << 20, threads, 3);
    }

    /** The same in plain loops over double[][]. */
    @Test
    void equalsTheObviousLoops() {
        var text = text(60);
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 1);
        int n = vocabulary.size();
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary); var pairs = Cooccurrences.count(ids, 4, 1 << 20, 1)) {
            var w = new double[2][n][14]; // words and contexts, the bias last
            var squares = new double[2][n][14];
            for (int table = 0; table < 2; table++) {
                for (int r = 0; r < n; r++) {
                    var draws = new Draws(Seeds.derive(Seeds.derive(3, table == 0 ? "words" : "contexts", 0), "first values", r));
                    for (int k = 0; k < 13; k++) {
                        w[table][r][k] = (float) ((2 * draws.unit() - 1) * 0.5 / 13);
                    }
                    Arrays.fill(squares[table][r], 1);
                }
            }
            for (int epoch = 0; epoch < 2; epoch++) {
                for (long at = 0; at < pairs.size(); at++) {
                    int first = pairs.first(at);
                    int second = pairs.second(at);
                    update(w, squares, first, second, pairs.count(at));
                    if (first != second) {
                        update(w, squares, second, first, pairs.count(at));
                    }
                }
            }
            var vectors = Glove.train(vocabulary, pairs, config(2, 1), VectorProgress.NONE);
            for (int r = 0; r < n; r++) {
                for (int k = 0; k < 13; k++) {
                    assertThat((double) vectors.vector(vocabulary.words().get(r))[k]).isCloseTo(w[0][r][k] + w[1][r][k], within(1e-4));
                }
            }
        }
    }

    private static void update(double[][][] w, double[][][] squares, int i, int j, double x) {
        double error = w[0][i][13] + w[1][j][13] - Math.log(x);
        for (int k = 0; k < 13; k++) {
            error += w[0][i][k] * w[1][j][k];
        }
        double factor = 0.05 * (x < 20 ? Math.pow(x / 20, 0.75) : 1) * error;
        for (int k = 0; k < 14; k++) {
            double first = factor * (k < 13 ? w[1][j][k] : 1);
            double second = factor * (k < 13 ? w[0][i][k] : 1);
            w[0][i][k] -= first / Math.sqrt(squares[0][i][k]);
            w[1][j][k] -= second / Math.sqrt(squares[1][j][k]);
            squares[0][i][k] += first * first;
            squares[1][j][k] += second * second;
        }
    }

    @Test
    void wordsThatStandTogetherComeTogether() {
        var text = text(2000);
        var vocabulary = WordVocabulary.count(text, WordSplit.SPACES, 1);
        try (var ids = WordIds.encode(text, WordSplit.SPACES, vocabulary); var pairs = Cooccurrences.count(ids, 4, 1 << 20, 1)) {
            var losses = new ArrayList<Double>();
            var vectors = Glove.train(vocabulary, pairs, config(400, 2), (_, _, _, _, loss) -> {
                synchronized (losses) {
                    losses.add(loss);
                }
            });
            assertThat(losses.getLast()).isLessThan(losses.getFirst() / 2);
            assertThat(vectors.similarity("seaa", "seab")).isGreaterThan(vectors.similarity("seaa", "landb"));
            assertThat(vectors.nearest("landc", 5)).allMatch(near -> near.word().startsWith("land"));
        }
    }

    @Test
    void settingsThatCannotBeAreSaid() {
        assertThatThrownBy(() -> new Glove.Config(0, 1, 1, 1, 1, 1, 1, 1, 1)).isInstanceOf(UserError.class);
    }
}
