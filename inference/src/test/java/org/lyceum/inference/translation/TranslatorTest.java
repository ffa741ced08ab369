package org.lyceum.inference.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.text.parallel.PairTokenizer;
import org.lyceum.text.tokenizer.CharacterTokenizer;

/** From text to text: order, blanks, batches, and what was attended to. */
class TranslatorTest {
    private static final PairTokenizer TOKENIZER = PairTokenizer.of(CharacterTokenizer.of(List.of("abc ."), List.of("<s>", "</s>")), true);
    private static final Translator TRANSLATOR = new Translator(
            BeamSearchTest.model(TOKENIZER.tokenizer().vocabularySize(), 16, 5), TOKENIZER);

    @Test
    void sentencesAreTranslatedInTheirOrderAndEachByItself() {
        var sentences = new ArrayList<String>();
        for (int i = 0; i < 300; i++) { // more than one batch
            sentences.add("abc".repeat(i % 3 + 1) + " ab".repeat(i % 2) + (i % 7 == 0 ? "." : ""));
        }
        var config = BeamConfig.of(3, 0.6);
        var all = TRANSLATOR.best(sentences, config);
        for (int i = 0; i < 20; i++) {
            assertThat(all.get(i)).isEqualTo(TRANSLATOR.best(List.of(sentences.get(i)), config).getFirst());
        }
    }

    @Test
    void aBlankSentenceStaysBlank() {
        assertThat(TRANSLATOR.best(List.of("", "  ", "ab"), BeamConfig.GREEDY).subList(0, 2)).containsExactly("", "");
        assertThat(TRANSLATOR.best(List.of(), BeamConfig.GREEDY)).isEmpty();
    }

    @Test
    void theBestComeFirst() {
        var found = TRANSLATOR.translate(List.of("abc a"), new BeamConfig(4, 1, 3, 5)).getFirst();
        assertThat(found).hasSize(3);
        for (int i = 1; i < 3; i++) {
            assertThat(found.get(i).hypothesis().score()).isLessThanOrEqualTo(found.get(i - 1).hypothesis().score());
        }
    }

    @Test
    void aSentenceThatIsTooLongIsNamed() {
        assertThatThrownBy(() -> TRANSLATOR.best(List.of("a", "a".repeat(20)), BeamConfig.GREEDY)).isInstanceOf(UserError.class)
                .hasMessageContaining("Sentence 2 has 21 tokens").hasMessageContaining("15 at most");
    }

    @Test
    void weightsOfEachWrittenTokenSumToOne() {
        var found = TRANSLATOR.translate(List.of("ab c"), BeamConfig.GREEDY).getFirst().getFirst();
        var weights = TRANSLATOR.weights("ab c", found.hypothesis());
        assertThat(weights.source()).hasSize(6).last().isEqualTo("</s>");
        assertThat(weights.target()).hasSize(found.hypothesis().ids().size() + 1);
        assertThat(weights.weights()).hasDimensions(2, 2);
        for (int layer = 0; layer < 2; layer++) {
            for (var row : weights.mean(layer)) {
                assertThat(Arrays.stream(row).sum()).isCloseTo(1, within(1e-5));
                assertThat(row).hasSize(6);
            }
        }
    }
}
