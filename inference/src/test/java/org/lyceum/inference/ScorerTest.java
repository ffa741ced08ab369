package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.CharacterTokenizer;

class ScorerTest {
    @Test
    void equalsTheDirectComputation() {
        var model = Toys.model("gpt2");
        var text = "hello wörld".replace('ö', 'é');
        var ids = model.tokenizer().encode(text);
        var sequence = new int[ids.length + 1];
        sequence[0] = model.tokenizer().endOfText().orElseThrow();
        System.arraycopy(ids, 0, sequence, 1, ids.length);
        var rows = Toys.logits(Toys.decoder(model), sequence);

        var score = new Scorer(model).score(text);
        double total = 0;
        for (int i = 0; i < ids.length; i++) {
            double expected = logProbability(rows[i], ids[i]);
            assertThat(score.logProbabilities().get(i)).isCloseTo(expected, within(1e-4));
            total += expected;
        }
        assertThat(score.ids()).hasSize(11);
        assertThat(score.perplexity()).isCloseTo(Math.exp(-total / 11), within(1e-3));
        assertThat(score.bitsPerByte()).as("é is two bytes").isCloseTo(-total / Math.log(2) / 12, within(1e-4));
    }

    @Test
    void inALongTextEachTokenIsScoredOnceBehindAsMuchAsFits() {
        var model = Toys.model("llama");
        var ids = Toys.randomIds(70, 5);
        for (int stride : new int[]{1, 7, 12, 24}) {
            var scored = new Scorer(model, stride).logProbabilities(ids);
            assertThat(scored).hasSize(69);
            for (int i = 0; i < 69; i++) {
                // The window that scores token i + 1 ends at the first of 24, 24 + stride, 24 + 2·stride, … (at most 69) that reaches it.
                int end = 24;
                while (end < i + 1) {
                    end += stride;
                }
                end = Math.min(end, 69);
                var window = Arrays.copyOfRange(ids, Math.max(0, end - 24), i + 1);
                var rows = Toys.logits(Toys.decoder(model), window);
                assertThat(scored[i]).isCloseTo(logProbability(rows[window.length - 1], ids[i + 1]), within(1e-3));
            }
        }
    }

    @Test
    void withoutAnEndOfTextTokenTheFirstTokenHasNoScore() {
        var tokenizer = CharacterTokenizer.of(List.of(Toys.LETTERS), List.of());
        var model = new LanguageModel(Toys.decoder("llama", 1), tokenizer);
        var score = new Scorer(model).score("éab");
        assertThat(score.logProbabilities().getFirst()).isNull();
        double total = score.logProbabilities().get(1) + score.logProbabilities().get(2);
        assertThat(score.bitsPerByte()).isCloseTo(-total / Math.log(2) / 2, within(1e-9));
        assertThatThrownBy(() -> new Scorer(model).score("a")).isInstanceOf(UserError.class).hasMessageContaining("single token");
    }

    @Test
    void nothingToScoreIsSaid() {
        assertThatThrownBy(() -> new Scorer(Toys.model("llama")).score("")).isInstanceOf(UserError.class).hasMessageContaining("empty");
        assertThatThrownBy(() -> new Scorer(Toys.model("llama"), 25)).isInstanceOf(UserError.class).hasMessageContaining("stride");
    }

    @Test
    void aDivergedModelIsSaidToBe() {
        var decoder = Toys.decoder("llama", 1);
        decoder.parameters().getFirst().value().detached().fillInPlace(Double.NaN);
        var scorer = new Scorer(new LanguageModel(decoder, Toys.tokenizer()));
        assertThatThrownBy(() -> scorer.score("abc")).isInstanceOf(UserError.class).hasMessageContaining("not numbers");
    }

    private static double logProbability(float[] logits, int id) {
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit);
        }
        return logits[id] - Math.log(total);
    }
}
