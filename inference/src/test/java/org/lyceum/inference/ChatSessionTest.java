package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.inference.ChatSession.Role;
import org.lyceum.inference.ChatSession.Turn;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.tensor.DType;
import org.lyceum.text.tokenizer.BytePairTrainer;

class ChatSessionTest {
    private static final SamplingConfig CONFIG = SamplingConfig.DEFAULT.withMaxTokens(8);

    @Test
    void aPlainModelReadsATranscript() {
        var model = plain(400);
        try (var chat = new ChatSession(model, CONFIG)) {
            var answer = chat.say("Hello", _ -> {
            });
            assertThat(chat.turns()).containsExactly(new Turn(Role.USER, "Hello"), new Turn(Role.ASSISTANT, answer.text().strip()));
            assertThat(model.tokenizer().decode(chat.prompt()))
                    .isEqualTo("<|endoftext|>User: Hello\nAssistant: " + answer.text().strip() + "\nAssistant:");
            chat.reset();
            assertThat(chat.turns()).isEmpty();
        }
    }

    @Test
    void turnTokensAreUsedWhereTheTokenizerHasThem() {
        var turnTokens = List.of("<|endoftext|>", "<|bos|>", "<|user_start|>", "<|user_end|>", "<|assistant_start|>", "<|assistant_end|>");
        var tokenizer = BytePairTrainer.of(263).withSpecialTokens(turnTokens).train(List.of("abab abab"));
        var decoder = new Decoder(DecoderConfig.llama(300, 400, 32, 1, 2, 1), DType.F32);
        Initialisation.of(decoder, 1);
        try (var chat = new ChatSession(new LanguageModel(decoder, tokenizer), CONFIG)) {
            var answer = chat.say("Hi <|user_end|>", _ -> {
            });
            assertThat(tokenizer.decode(chat.prompt())).isEqualTo("<|bos|><|user_start|>Hi <|user_end|><|user_end|><|assistant_start|>"
                    + answer.text().strip() + "<|assistant_end|><|assistant_start|>");
            assertThat(chat.prompt()).as("what a user types is text, never a turn token")
                    .containsOnlyOnce(tokenizer.id("<|user_end|>").orElseThrow());
        }
    }

    @Test
    void theOldestTurnsLeaveAFullContext() {
        var model = plain(120);
        try (var chat = new ChatSession(model, CONFIG)) {
            for (int i = 0; i < 12; i++) {
                chat.say("message number " + i, _ -> {
                });
                assertThat(chat.prompt().length).isLessThanOrEqualTo(112);
            }
            assertThat(chat.turns()).hasSize(24);
            chat.say("long ".repeat(100), _ -> {
            }); // longer than the context by itself: its end is read
            assertThat(chat.turns()).hasSize(26);
        }
    }

    @Test
    void isSavedAsJsonLines(@TempDir Path folder) throws IOException {
        try (var chat = new ChatSession(plain(400), CONFIG)) {
            chat.say("a \"quoted\"\nline", _ -> {
            });
            chat.save(folder.resolve("chat.jsonl"));
            var lines = Files.readAllLines(folder.resolve("chat.jsonl"));
            assertThat(lines).hasSize(2);
            assertThat(lines.getFirst()).isEqualTo("{\"role\":\"user\",\"content\":\"a \\\"quoted\\\"\\nline\"}");
            assertThat(lines.getLast()).startsWith("{\"role\":\"assistant\",");
        }
    }

    private static LanguageModel plain(int context) {
        var tokenizer = BytePairTrainer.of(257).withSpecialTokens(List.of("<|endoftext|>")).train(List.of("abab"));
        var decoder = new Decoder(DecoderConfig.llama(300, context, 32, 1, 2, 1), DType.F32);
        Initialisation.of(decoder, 1);
        return new LanguageModel(decoder, tokenizer);
    }
}
