package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;

class GgufTokenizersTest {
    /** A byte-level tokenizer of 256 bytes, two merges and a control token. */
    private static Map<String, Object> bytePairs() {
        var tokens = new ArrayList<String>();
        for (int b = 0; b < 256; b++) {
            tokens.add(String.valueOf(ByteAlphabet.character(b)));
        }
        tokens.addAll(List.of("th", "the", "<|im_end|>", "<think>"));
        var types = new int[tokens.size()];
        Arrays.fill(types, 1);
        types[258] = 3;
        types[259] = 4;
        var all = new LinkedHashMap<String, Object>();
        all.put("tokenizer.ggml.model", "gpt2");
        all.put("tokenizer.ggml.pre", "llama-bpe");
        all.put("tokenizer.ggml.tokens", tokens);
        all.put("tokenizer.ggml.token_type", types);
        all.put("tokenizer.ggml.merges", List.of("t h", "th e"));
        all.put("tokenizer.ggml.eos_token_id", 258L);
        all.put("tokenizer.ggml.bos_token_id", 258L);
        all.put("tokenizer.chat_template", "{{ messages }}");
        return all;
    }

    /** A SentencePiece tokenizer with bytes and a few pieces. */
    private static Map<String, Object> pieces() {
        var tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int b = 0; b < 256; b++) {
            tokens.add("<0x%02X>".formatted(b));
        }
        int first = tokens.size();
        tokens.addAll(List.of("\u2581", "t", "h", "e", "\u2581t", "th", "the", "\u2581the", "\u2581\u2581"));
        var types = new int[tokens.size()];
        var scores = new float[tokens.size()];
        for (int id = 0; id < types.length; id++) {
            types[id] = id == 0 ? 2 : id < 3 ? 3 : id < first ? 6 : 1;
            scores[id] = id < first ? 0 : -id;
        }
        scores[tokens.indexOf("th")] = -3;
        scores[tokens.indexOf("the")] = -2;
        scores[tokens.indexOf("\u2581the")] = -1;
        var all = new LinkedHashMap<String, Object>();
        all.put("tokenizer.ggml.model", "llama");
        all.put("tokenizer.ggml.tokens", tokens);
        all.put("tokenizer.ggml.token_type", types);
        all.put("tokenizer.ggml.scores", scores);
        all.put("tokenizer.ggml.bos_token_id", 1L);
        all.put("tokenizer.ggml.eos_token_id", 2L);
        all.put("tokenizer.ggml.unknown_token_id", 0L);
        return all;
    }

    private static Map<String, Object> wordPieces() {
        var all = new LinkedHashMap<String, Object>();
        all.put("tokenizer.ggml.model", "bert");
        all.put("tokenizer.ggml.tokens", List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "\u2581the", "\u2581boat", "s", "\u2581."));
        all.put("tokenizer.ggml.token_type", new int[]{3, 3, 3, 3, 1, 1, 1, 1});
        all.put("tokenizer.ggml.unknown_token_id", 1L);
        all.put("tokenizer.ggml.cls_token_id", 2L);
        all.put("tokenizer.ggml.seperator_token_id", 3L);
        return all;
    }

    @Test
    void readsByteLevelPairs() {
        var tokenizer = Tokenizer.ofGguf(bytePairs(), "test.gguf");
        assertThat(tokenizer.encode("the<|im_end|>")).startsWith(257).doesNotContain(258);
        assertThat(tokenizer.encodeWithSpecials("the<|im_end|>")).containsExactly(257, 258);
        assertThat(tokenizer.encode("<think>the")).containsExactly(259, 257);
        assertThat(tokenizer.encodeFramed("the")).containsExactly(258, 257);
        assertThat(tokenizer.endIds()).containsExactly(258);
        assertThat(tokenizer.chatTemplate()).contains("{{ messages }}");
        assertThat(tokenizer.settings().namedTokens()).containsEntry("eos_token", "<|im_end|>");
        assertThat(tokenizer.configJson()).contains("chat_template");
    }

    @Test
    void readsPiecesWithScores() {
        var tokenizer = Tokenizer.ofGguf(pieces(), "test.gguf");
        int first = tokenizer.id("\u2581").orElseThrow();
        assertThat(tokenizer.encode("the the")).containsExactly(first + 7, first + 7);
        assertThat(tokenizer.encode("é</s>")).startsWith(first, 3 + 0xC3, 3 + 0xA9).doesNotContain(2);
        assertThat(tokenizer.encodeFramed("the")).containsExactly(1, first + 7);
        assertThat(tokenizer.decode(tokenizer.encode("the é the"))).isEqualTo("the é the");
    }

    @Test
    void readsWordPieces() {
        var tokenizer = Tokenizer.ofGguf(wordPieces(), "test.gguf");
        assertThat(tokenizer.encodeFramed("The boats.")).containsExactly(2, 4, 5, 6, 7, 3);
        assertThat(tokenizer.encode("sea")).containsExactly(1);
    }

    /** What is saved is a tokenizer.json with the same ids, in Hugging Face's own library too. */
    @Property(tries = 60)
    void isSavedAsTheSame(@ForAll("texts") String text) throws Exception {
        var folder = Files.createTempDirectory("gguf-tokenizer");
        try {
            for (var metadata : List.of(bytePairs(), pieces(), wordPieces())) {
                var tokenizer = Tokenizer.ofGguf(metadata, "test.gguf");
                tokenizer.save(folder);
                var saved = Tokenizer.load(folder);
                var theirs = HuggingFaceTokenizerTest.byTheirLibrary(folder.resolve("tokenizer.json"));
                assertThat(saved).hasSameClassAs(tokenizer);
                assertThat(saved.encode(text)).isEqualTo(tokenizer.encode(text)).isEqualTo(theirs.encode(text));
                assertThat(saved.encodeWithSpecials(text)).isEqualTo(tokenizer.encodeWithSpecials(text));
                assertThat(saved.encodeFramed(text)).isEqualTo(tokenizer.encodeFramed(text));
                assertThat(saved.decode(tokenizer.encode(text))).isEqualTo(tokenizer.decode(tokenizer.encode(text)));
                assertThat(saved.endIds()).isEqualTo(tokenizer.endIds());
                assertThat(saved.chatTemplate()).isEqualTo(tokenizer.chatTemplate());
            }
        } finally {
            WholeFiles.deleteTree(folder);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("the", " ", "  ", "t", "h", "e", "é", "🌊", "\n", ".", "boats", "</s>", "<|im_end|>", "<think>", "1", "s")
                .list().ofMaxSize(10).map(parts -> String.join("", parts));
    }

    /** The slow, obvious way: look at all pairs, take the best, start again. */
    @Property(tries = 2_000)
    void scansAndHeapsLikeTheSlowWay(@ForAll("pieceTexts") String text) {
        var vocabulary = Tokenizer.ofGguf(pieces(), "test.gguf").vocabulary();
        var scores = (float[]) pieces().get("tokenizer.ggml.scores");
        var symbols = new ArrayList<String>();
        (" " + text).codePoints().forEach(c -> symbols.add(Character.toString(c).replace(' ', '\u2581')));
        while (true) {
            int best = -1;
            float highest = Float.NEGATIVE_INFINITY;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                var id = vocabulary.id(symbols.get(i) + symbols.get(i + 1));
                if (id.isPresent() && scores[id.getAsInt()] > highest) {
                    best = i;
                    highest = scores[id.getAsInt()];
                }
            }
            if (best < 0) {
                break;
            }
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
        assertThat(Tokenizer.ofGguf(pieces(), "test.gguf").encode(text))
                .isEqualTo(text.isEmpty() ? new int[0] : symbols.stream().mapToInt(s -> vocabulary.id(s).orElseThrow()).toArray());
    }

    @Provide
    Arbitrary<String> pieceTexts() {
        return Arbitraries.strings().withChars(' ', 't', 'h', 'e').ofMaxLength(120);
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> Tokenizer.ofGguf(Map.of(), "test.gguf")).isInstanceOf(UserError.class).hasMessageContaining("test.gguf")
                .hasMessageContaining("no tokenizer");
        refused("tokenizer.ggml.model", "t5", "t5");
        refused("tokenizer.ggml.pre", "lama-bpe", "'llama-bpe'");
        refused("tokenizer.ggml.tokens", List.of(), "no tokens");
        refused("tokenizer.ggml.tokens", 5L, "unexpected type");
        refused("tokenizer.ggml.token_type", new int[3], "unexpected type or length");
        refused("tokenizer.ggml.eos_token_id", 9999L, "9999");
        refused("tokenizer.ggml.merges", List.of("t h", "t x"), "merge 2");
        refused("tokenizer.ggml.merges", List.of("t h e"), "merge 1");
        refused("tokenizer.chat_template", 1L, "chat_template");
    }

    private static void refused(String key, Object value, String reason) {
        var metadata = bytePairs();
        metadata.put(key, value);
        assertThatThrownBy(() -> Tokenizer.ofGguf(metadata, "test.gguf")).as(key).isInstanceOf(UserError.class)
                .hasMessageContaining(reason);
    }

    /** Any value in any place: a tokenizer, or a sentence. */
    @Property(tries = 3_000)
    void damageIsRefusedOrHarmless(@ForAll("kinds") int kind, @ForAll("places") int place, @ForAll("values") Object value) {
        var metadata = kind == 0 ? bytePairs() : kind == 1 ? pieces() : wordPieces();
        var key = metadata.keySet().stream().toList().get(place % metadata.size());
        if (value instanceof Integer drop) {
            if (metadata.get(key) instanceof List<?> list) { // one entry in it
                var copy = new ArrayList<Object>(list);
                if (!copy.isEmpty()) {
                    copy.set(drop % copy.size(), copy.get(drop * 7 % copy.size()));
                }
                metadata.put(key, copy);
            } else {
                metadata.remove(key);
            }
        } else {
            metadata.put(key, value);
        }
        try {
            var tokenizer = Tokenizer.ofGguf(metadata, "test.gguf");
            var ids = tokenizer.encodeFramed("the boats é\n</s> 🌊");
            assertThat(tokenizer.decodeBytes(ids)).isNotNull();
            assertThat(tokenizer.json()).isNotEmpty();
            assertThat(tokenizer.encode("".getBytes(StandardCharsets.UTF_8))).isEmpty();
        } catch (UserError e) {
            assertThat(e.getMessage()).endsWith(".");
        }
    }

    @Provide
    Arbitrary<Integer> kinds() {
        return Arbitraries.integers().between(0, 2);
    }

    @Provide
    Arbitrary<Integer> places() {
        return Arbitraries.integers().between(0, 100);
    }

    @Provide
    Arbitrary<Object> values() {
        return Arbitraries.of(0L, -1L, 1L << 40, 5.5, true, "", "gpt2", "llama", "bert", "default", List.of(), List.of("", "a", "a"),
                List.of("a b"), List.of(1L), new int[0], new int[]{-5}, new long[]{1}, new float[0], new float[]{Float.NaN}, new byte[0], 0,
                1, 2,
                3, 50, 200, 257, 258, 260);
    }
}
