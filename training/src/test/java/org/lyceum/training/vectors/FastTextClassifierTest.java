package org.lyceum.training.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.FastTextModel;
import org.lyceum.models.vectors.FastTextModel.Loss;
import org.lyceum.models.vectors.Subwords;
import org.lyceum.training.vectors.FastTextClassifier.Config;
import org.lyceum.training.vectors.FastTextClassifier.Example;

class FastTextClassifierTest {
    private static final List<String> NOISE = List.of("the", "a", "is", "was", "film", "of", "it", "on");

    /** Texts about one of four things, in words of its own and some of everybody's; sorted by label. */
    private static List<Example> examples(int count, long seed) {
        var random = new Random(seed);
        var examples = new ArrayList<Example>();
        for (int i = 0; i < count; i++) {
            int label = i * 4 / count;
            var words = new ArrayList<String>();
            for (int k = 0; k < 8; k++) {
                words.add(random.nextInt(3) > 0
                        ? NOISE.get(random.nextInt(NOISE.size()))
                        : "topic" + label + (char) ('a' + random.nextInt(6)));
            }
            words.set(random.nextInt(8), "topic" + label + (char) ('a' + random.nextInt(6)));
            examples.add(new Example(words, "label " + label));
        }
        return examples;
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void learnsWithEachLossAndOneThreadDoesTheSameTwice(Loss loss) {
        var config = new Config(16, 10, 0.5, 1, 1, Subwords.NONE, loss, 2, 1, 7);
        var model = FastTextClassifier.train(examples(800, 1), config);
        assertThat(FastTextClassifier.accuracy(model, examples(200, 2))).isGreaterThan(0.97);
        var again = FastTextClassifier.train(examples(800, 1), config);
        assertThat(again.input().values()).isEqualTo(model.input().values());
        assertThat(again.output().values()).isEqualTo(model.output().values());
        assertThat(FastTextClassifier.train(examples(800, 1), config.withSeed(8)).input().values()).isNotEqualTo(model.input().values());
    }

    @Test
    void twoThreadsLearnToo() {
        var model = FastTextClassifier.train(examples(800, 1), Config.DEFAULT.withEpochs(10, 0.5).withThreads(2));
        assertThat(FastTextClassifier.accuracy(model, examples(200, 2))).isGreaterThan(0.97);
    }

    @ParameterizedTest
    @EnumSource(names = {"SOFTMAX", "HIERARCHICAL"})
    void probabilitiesOfAllLabelsSumToOne(Loss loss) {
        var model = FastTextClassifier.train(examples(100, 1), Config.DEFAULT.withLoss(loss));
        var all = model.predict(List.of("topic1a", "film"), 10);
        assertThat(all).hasSize(4);
        assertThat(all.stream().mapToDouble(FastTextModel.Prediction::probability).sum()).isCloseTo(1, within(1e-6));
        assertThat(all).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
    }

    /** Whether "not" stands before a word cannot be told from a bag of words, but from pairs of them. */
    @Test
    void runsOfWordsTellOrder() {
        var random = new Random(5);
        var examples = new ArrayList<Example>();
        for (int i = 0; i < 2000; i++) {
            boolean good = random.nextBoolean();
            var words = new ArrayList<>(List.of("not", good ? "bad" : "good", good ? "good" : "bad", "x"));
            if (random.nextBoolean()) {
                words.add(0, "x");
            }
            examples.add(new Example(words, good ? "+" : "-"));
        }
        assertThat(FastTextClassifier.accuracy(FastTextClassifier.train(examples, Config.DEFAULT), examples)).isLessThan(0.7);
        assertThat(FastTextClassifier.accuracy(FastTextClassifier.train(examples, Config.DEFAULT.withWordRuns(2, 1000)), examples))
                .isEqualTo(1);
    }

    @Test
    void characterNGramsKnowWordsThatWereNotThere() {
        var config = new Config(16, 20, 0.5, 1, 1, new Subwords(3, 5, 5000), Loss.SOFTMAX, 1, 1, 1);
        var model = FastTextClassifier.train(examples(800, 1), config);
        assertThat(model.predict(List.of("topic2zz"), 1).getFirst().label()).isEqualTo("label 2");
    }

    @Test
    void whatCannotBeLearntIsSaid() {
        assertThatThrownBy(() -> FastTextClassifier.train(List.of(), Config.DEFAULT)).isInstanceOf(UserError.class)
                .hasMessageContaining("no labelled");
        assertThatThrownBy(() -> FastTextClassifier.train(List.of(new Example(List.of("a"), "x")), Config.DEFAULT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> Config.DEFAULT.withWordRuns(2, 0)).isInstanceOf(UserError.class).hasMessageContaining("buckets");
    }
}
