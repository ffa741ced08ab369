package org.lyceum.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jline.terminal.TerminalBuilder;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.ChatSession;
import org.lyceum.inference.SamplingConfig.WhenFull;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lyceum chat}. */
@Command(name = "chat", description = "Talk with a model in the terminal.", mixinStandardHelpOptions = true, footer = {"", "Example:",
        "  lyceum chat --model runs/first", "", "In the conversation:", Conversation.HELP})
final class Chat implements Callable<Integer> {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Override
    public Integer call() {
        var config = sampling.config(WhenFull.SLIDE);
        var loaded = model.load();
        try (var terminal = TerminalBuilder.builder().name("lyceum").dumb(true).build(); var session = new ChatSession(loaded, config)) {
            new Conversation(session, terminal, Path.of(System.getProperty("user.home"), ".lyceum_history")).run();
        } catch (IOException e) {
            throw new UserError("The terminal cannot be opened: " + e.getMessage() + ".", e);
        }
        return 0;
    }
}
