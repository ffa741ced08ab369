package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.inference.BranchScorer.Branch;
import org.lyceum.inference.BranchScorer.Score;
import org.lyceum.inference.BranchScorer.Text;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;

/** One pass over a text and its continuations against each continuation computed by itself, without a cache. */
class BranchScorerTest {
    private static int[] ids(int length, int seed) {
        return Seeds.generator(seed, "ids", 0).ints(length, 0, 36).toArray();
    }

    private static List<Branch> branches() {
        return List.of(new Branch(ids(4, 1), 4), new Branch(ids(1, 2), 1), new Branch(ids(6, 3), 2), new Branch(ids(9, 4), 9),
                new Branch(ids(4, 1), 3));
    }

    private static void same(Decoder decoder, int[] text, List<Branch> branches, int chunk) {
        same(decoder, text, branches, new BranchScorer(decoder, 37, chunk, chunk).score(List.of(new Text(text, branches))).getFirst());
    }

    private static void same(Decoder decoder, int[] text, List<Branch> branches, List<Score> scores) {
        for (int b = 0; b < branches.size(); b++) {
            var branch = branches.get(b);
            var all = IntStream.concat(IntStream.of(text), IntStream.of(branch.ids())).toArray();
            var logits = Toys.logits(decoder, all);
            double sum = 0;
            boolean greedy = true;
            for (int at = all.length - branch.asked(); at < all.length; at++) {
                var row = logits[at - 1];
                int target = all[at];
                sum += LogProbabilities.of(row, target);
                greedy &= IntStream.range(0, 37).noneMatch(i -> row[i] > row[target]);
            }
            assertThat(scores.get(b).logProbability()).as("branch " + b).isCloseTo(sum, within(1e-4));
            assertThat(scores.get(b).greedy()).as("branch " + b).isEqualTo(greedy);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qkNorm", "alibi", "sinusoidal", "none"})
    void asEachContinuationByItself(String config) {
        var decoder = Toys.decoder(config, 1);
        for (int length : new int[]{1, 2, 9, 14}) {
            same(decoder, ids(length, 7), branches(), 512);
            same(decoder, ids(length, 7), branches(), 3); // most of the text in the cache
        }
        same(decoder, ids(15, 7), List.of(new Branch(ids(1, 2), 1)), 512); // nothing but the text is computed
        same(decoder, new int[0], List.of(new Branch(ids(5, 1), 4), new Branch(ids(7, 2), 3)), 512);
    }

    @Test
    void layersThatSlide() {
        var config = DecoderConfig.llama(40, 24, 32, 3, 4, 2).with(c -> c.window = new DecoderConfig.Window(5, 2, Rope.of(10)));
        var decoder = new Decoder(config, DType.F32);
        Initialisation.of(decoder, 5);
        same(decoder, ids(14, 7), branches(), 512);
        same(decoder, ids(14, 7), branches(), 3);
        same(decoder, ids(2, 7), branches(), 512);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qkNorm", "alibi", "sinusoidal", "none"})
    void severalTextsTogether(String config) {
        var decoder = Toys.decoder(config, 1);
        var texts = List.of(new Text(ids(9, 7), branches()), new Text(ids(1, 5), List.of(new Branch(ids(12, 6), 12))),
                new Text(new int[0], List.of(new Branch(ids(5, 1), 4), new Branch(ids(7, 2), 3))),
                new Text(ids(14, 8), List.of(new Branch(ids(1, 2), 1))), new Text(ids(3, 9), List.of(new Branch(ids(2, 3), 2))));
        for (int chunk : new int[]{512, 40, 6}) { // all in one pass, two passes, most of the texts in caches
            var scores = new BranchScorer(decoder, 37, chunk, chunk).score(texts);
            for (int t = 0; t < texts.size(); t++) {
                same(decoder, texts.get(t).ids(), texts.get(t).branches(), scores.get(t));
            }
        }
    }

    @Test
    void nothingIsAskedOfTheFirstToken() {
        var scorer = new BranchScorer(Toys.decoder("llama", 1), 37);
        assertThatThrownBy(() -> scorer.score(List.of(new Text(new int[0], List.of(new Branch(ids(3, 1), 3))))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
