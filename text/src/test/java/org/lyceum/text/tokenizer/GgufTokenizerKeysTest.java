package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class GgufTokenizerKeysTest {
    @ParameterizedTest
    @CsvSource({"bpe-gpt2, gpt2, gpt-2", "bpe-cl100k, gpt2, dbrx", "bpe-qwen2, gpt2, qwen2", "bpe-o200k, gpt2, gpt-4o",
            "sentencepiece, llama, default", "wordpiece, bert, default"})
    void comesBackWithTheSameIds(String name, String model, String pre) {
        var tokenizer = Tokenizer.load(Fixtures.path(name + ".json"));
        int rows = tokenizer.vocabularySize() + 3;
        var keys = tokenizer.gguf(rows);
        assertThat(keys).containsEntry("tokenizer.ggml.model", model).containsEntry("tokenizer.ggml.pre", pre);
        var back = Tokenizer.ofGguf(keys, "test");
        assertThat(back.vocabularySize()).isEqualTo(rows);
        for (var text : Fixtures.samples()) {
            assertThat(back.encode(text)).as(text).isEqualTo(tokenizer.encode(text));
            assertThat(back.encodeFramed(text)).as(text).isEqualTo(tokenizer.encodeFramed(text));
            assertThat(back.encodeWithSpecials(text)).as(text).isEqualTo(tokenizer.encodeWithSpecials(text));
        }
        assertThat(back.endOfText()).isEqualTo(tokenizer.endOfText());
        assertThat(back.specialTokens()).isEqualTo(tokenizer.specialTokens());
        assertThat(back.chatTemplate()).isEqualTo(tokenizer.chatTemplate());
        // and once more, from what GGUF made of it
        assertThat(back.gguf(rows).get("tokenizer.ggml.tokens")).isEqualTo(keys.get("tokenizer.ggml.tokens"));
        assertThat(back.gguf(rows).get("tokenizer.ggml.merges")).isEqualTo(keys.get("tokenizer.ggml.merges"));
    }

    /** As BERT's own: a frame, and, in the cased models, letters as they are. */
    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "false, true"})
    void wordPieceKeepsItsFrameAndItsNormalizer(boolean lowercase, boolean accents, @TempDir Path folder) throws IOException {
        var root = (ObjectNode) JsonMapper.shared().readTree(Fixtures.text("wordpiece.json"));
        ((ObjectNode) root.path("normalizer")).put("lowercase", lowercase).put("strip_accents", accents);
        root.set("post_processor", JsonMapper.shared().readTree("""
                {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"""));
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        var tokenizer = Tokenizer.load(folder);
        assertThat(tokenizer.encodeFramed("a")).startsWith(2).endsWith(3);
        var keys = tokenizer.gguf(0);
        assertThat(keys).containsEntry("tokenizer.ggml.bos_token_id", 2).containsEntry("tokenizer.ggml.seperator_token_id", 3)
                .containsEntry("tokenizer.ggml.normalizer.lowercase", lowercase);
        var back = Tokenizer.ofGguf(keys, "test");
        for (var text : Fixtures.samples()) {
            assertThat(back.encodeFramed(text)).as(text).isEqualTo(tokenizer.encodeFramed(text));
        }
    }

    /** As SmolLM2's: its tokenizer was trained on text without some control characters. */
    @Test
    void byteLevelTokenizersMayLackBytes(@TempDir Path folder) throws IOException {
        var root = (ObjectNode) JsonMapper.shared().readTree(Fixtures.text("bpe-gpt2.json"));
        ((ObjectNode) root.path("model").path("vocab")).remove(String.valueOf(ByteAlphabet.character(4)));
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        var tokenizer = Tokenizer.load(folder);
        assertThat(tokenizer).isInstanceOf(HuggingFaceTokenizer.class);
        var back = Tokenizer.ofGguf(tokenizer.gguf(0), "test");
        for (var text : Fixtures.samples()) {
            assertThat(back.encode(text)).as(text).isEqualTo(tokenizer.encode(text));
        }
    }

    @Test
    void everyTokenHasANameAndAType() {
        var tokenizer = Tokenizer.load(Fixtures.path("sentencepiece.json"));
        int rows = tokenizer.vocabularySize() + 2;
        var keys = tokenizer.gguf(rows);
        @SuppressWarnings("unchecked") // it is checked what they are
        var names = (List<Object>) keys.get("tokenizer.ggml.tokens");
        var types = (int[]) keys.get("tokenizer.ggml.token_type");
        assertThat(names).hasSize(rows).doesNotHaveDuplicates().endsWith("[PAD" + (rows - 2) + "]", "[PAD" + (rows - 1) + "]");
        assertThat(types).hasSize(rows).endsWith(5, 5);
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            if (tokenizer.token(id).startsWith("<0x")) {
                assertThat(types[id]).isEqualTo(6);
            } else if (!tokenizer.isSpecial(id)) {
                assertThat(types[id]).as(tokenizer.token(id)).isIn(1, 4);
            }
        }
        assertThat((float[]) keys.get("tokenizer.ggml.scores")).hasSize(rows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpe-cl100k_two_digits", "unigram"})
    void refusesWhatLlamaCppDoesNotHave(String name) {
        var tokenizer = Tokenizer.load(Fixtures.path(name + ".json"));
        assertThatThrownBy(() -> tokenizer.gguf(0)).isInstanceOf(UserError.class)
                .hasMessageContaining("A GGUF file cannot hold this model's tokenizer");
    }

    @Test
    void refusesCharacters() {
        var tokenizer = CharacterTokenizer.of(List.of("abc"), List.of());
        assertThatThrownBy(() -> tokenizer.gguf(0)).isInstanceOf(UserError.class).hasMessageContaining("a vocabulary of characters");
    }
}
