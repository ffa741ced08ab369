package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class CharacterTokenizerTest {
    @Test
    void theVocabularyIsTheSortedCharacters() {
        var tokenizer = CharacterTokenizer.of(List.of("be\n", "a 🌊b"), List.of());
        assertThat(tokenizer.vocabularySize()).isEqualTo(6);
        assertThat(tokenizer.encode("\n abe🌊")).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(tokenizer.endOfText()).isEmpty();
    }

    @Test
    void specialTokensComeAfter() {
        var tokenizer = CharacterTokenizer.of(List.of("<|endoftx>"), List.of("<|endoftext|>"));
        assertThat(tokenizer.vocabularySize()).isEqualTo(11);
        assertThat(tokenizer.endOfText()).hasValue(10);
        assertThat(tokenizer.encode("<|endoftext|>")).hasSize(13).doesNotContain(10);
        assertThat(tokenizer.encodeWithSpecials("e<|endoftext|>e")).hasSize(3).contains(10);
    }

    @Test
    void aSpecialTokenCannotBeACharacterOfTheText() {
        for (var name : List.of("", "a", "🌊")) {
            assertThatThrownBy(() -> CharacterTokenizer.of(List.of("a"), List.of(name))).isInstanceOf(UserError.class)
                    .hasMessageContaining("cannot be a special token");
        }
    }

    @Property(tries = 300)
    void textComesBack(@ForAll String any) {
        var text = new String(any.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8) + "x";
        var tokenizer = CharacterTokenizer.of(List.of(text), List.of("<|endoftext|>"));
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        assertThat(tokenizer.encode(text)).hasSize(text.codePointCount(0, text.length()));
    }

    @Test
    void anUnseenCharacterIsNamedWithItsPosition() {
        var tokenizer = CharacterTokenizer.of(List.of("abc 🌊"), List.of());
        assertThatThrownBy(() -> tokenizer.encode("ab🌊é")).isInstanceOf(UserError.class)
                .hasMessageContaining("'é' (U+00E9) at position 3");
        assertThatThrownBy(() -> tokenizer.encode(new byte[]{'a', (byte) 0xFF})).isInstanceOf(UserError.class)
                .hasMessageContaining("byte 1");
        assertThatThrownBy(() -> CharacterTokenizer.of(List.of(""), List.of())).isInstanceOf(UserError.class);
    }

    @Test
    void whatIsSavedIsTheSameTokenizerAlsoForHuggingFace(@TempDir Path folder) throws Exception {
        var text = Fixtures.text("text.txt");
        var tokenizer = CharacterTokenizer.of(List.of(text), List.of("<|endoftext|>"));
        tokenizer.save(folder);
        var loaded = Tokenizer.load(folder);
        assertThat(loaded).isInstanceOf(CharacterTokenizer.class);
        assertThat(loaded.encode(text)).isEqualTo(tokenizer.encode(text));
        assertThat(loaded.fingerprint()).isEqualTo(tokenizer.fingerprint());
        assertThat(loaded.endOfText()).isEqualTo(tokenizer.endOfText());
        var theirs = HuggingFaceTokenizerTest.byTheirLibrary(folder.resolve("tokenizer.json"));
        assertThat(theirs.encode(text)).isEqualTo(tokenizer.encode(text));
        assertThat(theirs.decode(tokenizer.encode(text))).isEqualTo(text);
        assertThat(theirs.encodeWithSpecials("a<|endoftext|>b")).isEqualTo(tokenizer.encodeWithSpecials("a<|endoftext|>b"));
    }
}
