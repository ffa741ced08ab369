package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.inference.ChatSession;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.tensor.DType;

class ConversationTest {
    @TempDir
    Path folder;

    @Test
    void linesAreAnsweredAndCommandsObeyed() throws IOException {
        var file = folder.resolve("chat.jsonl");
        var shown = talk("Hello!\nfirst \\\nsecond\n/save " + file + "\n/reste\n/reset\n/help\n/quit\nnever read\n");
        var saved = Files.readAllLines(file);
        assertThat(saved).hasSize(4);
        assertThat(saved.getFirst()).contains("\"Hello!\"");
        assertThat(saved.get(2)).contains("first \\nsecond");
        assertThat(shown).contains("Saved 4 turns").contains("did you mean '/reset'?").contains("Forgotten.").contains("/save FILE")
                .doesNotContain("never read");
    }

    @Test
    void theEndOfInputLeaves() throws IOException {
        assertThat(talk("")).contains("Talk to the model");
    }

    private String talk(String typed) throws IOException {
        var out = new ByteArrayOutputStream();
        var model = LanguageModel.load(Cli.toyModel(folder.resolve("model")), DType.F32);
        try (var terminal = new DumbTerminal("test", "dumb", new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), out,
                StandardCharsets.UTF_8);
                var session = new ChatSession(model, SamplingConfig.DEFAULT.withMaxTokens(4))) {
            new Conversation(session, terminal, folder.resolve("history")).run();
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
