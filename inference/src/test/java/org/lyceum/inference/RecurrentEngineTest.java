package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.inference.Engine.Part;
import org.lyceum.models.Pass;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.RecurrentModel;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** A recurrent engine against the network itself: read at once, in pieces, taken back, copied. */
class RecurrentEngineTest {
    private static final int LENGTH = 3 * RecurrentEngine.STRIDE + 17;

    private static RecurrentModel model(Kind kind) {
        var model = new RecurrentModel(new RecurrentConfig(kind, 40, 1024, 12, 2, true, 0), DType.F32);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            for (var parameter : model.parameters()) {
                parameter.value().copyFrom(Tensor.normal(Seeds.derive(1, parameter.name(), 0), 0.4, parameter.value().shape()));
            }
        }
        return model;
    }

    /** The logits after every token, computed at once from the beginning. */
    private static float[][] logits(RecurrentModel model, int[] ids) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var all = model.head(model.hidden(Tensor.ofIds(ids, 1, ids.length), Pass.EVALUATION)).select(0, 0);
            var rows = new float[ids.length][];
            for (int t = 0; t < ids.length; t++) {
                rows[t] = all.select(0, t).floats();
            }
            return rows;
        }
    }

    private static int[] ids(int length, long seed) {
        return Seeds.generator(seed, "ids", 0).ints(length, 0, 40).toArray();
    }

    private static void close(float[] got, float[] wanted) {
        assertThat(got).containsExactly(wanted, within(1e-4f));
    }

    @ParameterizedTest
    @EnumSource
    void allAtOnceAndTokenByToken(Kind kind) {
        var model = model(kind);
        var ids = ids(LENGTH, 2);
        var wanted = logits(model, ids);
        try (var engine = new RecurrentEngine(model)) {
            var whole = engine.open();
            var got = engine.forward(List.of(new Part(whole, ids, LENGTH))).getFirst();
            assertThat(whole.length()).isEqualTo(LENGTH);
            for (int t = 0; t < LENGTH; t++) {
                close(got[t], wanted[t]);
            }
            try (var cached = new CachedSequence(engine)) {
                for (int t = 0; t < 40; t++) {
                    close(cached.next(ids, 0, t + 1), wanted[t]);
                    assertThat(cached.computed()).isOne();
                }
                close(cached.next(ids, 0, LENGTH), wanted[LENGTH - 1]);
            }
        }
    }

    /** However far it goes back, it goes on as if it had never read more. */
    @ParameterizedTest
    @EnumSource
    void takesTokensBack(Kind kind) {
        var model = model(kind);
        var ids = ids(LENGTH, 3);
        try (var engine = new RecurrentEngine(model); var cached = new CachedSequence(engine)) {
            var random = Seeds.generator(5, "cuts", 0);
            cached.next(ids, 0, LENGTH);
            for (int i = 0; i < 4; i++) {
                int cut = random.nextInt(LENGTH - 30);
                int more = 1 + random.nextInt(29);
                var other = ids.clone();
                System.arraycopy(ids(more, 100 + i), 0, other, cut, more);
                close(cached.next(other, 0, cut + more), logits(model, Arrays.copyOf(other, cut + more))[cut + more - 1]);
                close(cached.next(ids, 0, LENGTH), logits(model, ids)[LENGTH - 1]);
            }
        }
    }

    @Test
    void copiesStandAlone() {
        var model = model(Kind.LSTM);
        var ids = ids(LENGTH, 4);
        try (var engine = new RecurrentEngine(model)) {
            var from = engine.open();
            engine.forward(List.of(new Part(from, ids, 0)));
            var to = engine.open();
            engine.forward(List.of(new Part(to, ids(50, 6), 1)));
            for (int length : new int[]{0, 1, RecurrentEngine.STRIDE, RecurrentEngine.STRIDE + 5, LENGTH}) {
                to.copyFrom(from, length);
                assertThat(to.length()).isEqualTo(length);
                var more = ids(9, 7);
                var text = Arrays.copyOf(ids, length + 9);
                System.arraycopy(more, 0, text, length, 9);
                close(engine.forward(List.of(new Part(to, more, 1))).getFirst()[0], logits(model, text)[length + 8]);
            }
            from.close();
            assertThat(engine.forward(List.of(new Part(to, ids(3, 8), 1))).getFirst()[0]).isNotEmpty();
            assertThatThrownBy(() -> to.truncate(LENGTH + 100)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFailureLeavesWhatWasThere() {
        var model = model(Kind.GRU);
        var ids = ids(20, 9);
        try (var engine = new RecurrentEngine(model)) {
            var a = engine.open();
            var b = engine.open();
            engine.forward(List.of(new Part(a, ids, 1)));
            assertThatThrownBy(() -> engine.forward(List.of(new Part(a, ids, 1), new Part(b, new int[]{4_000}, 1))))
                    .isInstanceOf(RuntimeException.class);
            assertThat(a.length()).isEqualTo(20);
            assertThat(b.length()).isZero();
            var more = ids(5, 10);
            var text = Arrays.copyOf(ids, 25);
            System.arraycopy(more, 0, text, 20, 5);
            close(engine.forward(List.of(new Part(a, more, 1))).getFirst()[0], logits(model, text)[24]);
        }
    }

    @Test
    void generatesAndScores() {
        var model = new LanguageModel(model(Kind.LSTM), Toys.tokenizer(), Set.of());
        try (model; var generator = new Generator(model)) {
            var config = SamplingConfig.DEFAULT.withSeed(1).withMaxTokens(30);
            var first = generator.generate("abc", config, _ -> {
            });
            assertThat(first.ids()).hasSize(30);
            assertThat(generator.generate("abc", config, _ -> {
            }).ids()).isEqualTo(first.ids());
            var score = new Scorer(model).score("abcabc");
            assertThat(score.perplexity()).isFinite().isGreaterThan(1);
        }
    }
}
