package org.lyceum.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.ChatSession;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.Generator;

/** The loop of {@code lyceum chat}: a line in, an answer out, until the user leaves. */
final class Conversation {
    static final String HELP = """
            /reset        forget what was said
            /save FILE    write the conversation as JSON lines
            /help         this list
            /quit         leave (or Ctrl-D)
            A line that ends with \\ goes on in the next. Ctrl-C stops an answer.""";

    private final ChatSession session;
    private final Terminal terminal;
    private final LineReader lines;
    private final PrintWriter out;
    private final AtomicBoolean interrupted = new AtomicBoolean();

    Conversation(ChatSession session, Terminal terminal, Path history) {
        this.session = session;
        this.terminal = terminal;
        this.out = terminal.writer();
        this.lines = LineReaderBuilder.builder().terminal(terminal)
                .variable(LineReader.HISTORY_FILE, history)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // an exclamation mark is just that
                .build();
    }

    void run() {
        var before = terminal.handle(Terminal.Signal.INT, _ -> interrupted.set(true));
        try {
            out.println("Talk to the model; /help lists commands.");
            while (true) {
                var message = read();
                if (!message.isBlank() && !(message.startsWith("/") ? command(message.strip()) : answer(message))) {
                    return;
                }
            }
        } catch (EndOfFileException _) {
            out.println();
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            terminal.flush();
        }
    }

    /** What the user types, over several lines where they end with a backslash; empty after Ctrl-C. */
    private String read() {
        try {
            var message = new StringBuilder(lines.readLine("> "));
            while (!message.isEmpty() && message.charAt(message.length() - 1) == '\\') {
                message.setCharAt(message.length() - 1, '\n');
                message.append(lines.readLine(". "));
            }
            return message.toString();
        } catch (UserInterruptException _) {
            return "";
        }
    }

    private boolean answer(String message) {
        interrupted.set(false);
        try {
            var made = session.say(message, new Generator.Listener() {
                private boolean begun;

                @Override
                public void text(String piece) {
                    var shown = begun ? piece : piece.stripLeading(); // a transcript's answer begins with the space after "Assistant:"
                    begun |= !shown.isEmpty();
                    out.print(shown);
                    out.flush();
                }

                @Override
                public boolean cancelled() {
                    return interrupted.get();
                }
            });
            out.println(made.finish() == Finish.CANCELLED ? " [stopped]" : "");
        } catch (UserError e) {
            out.println(e.getMessage());
        }
        return true;
    }

    /** Whether the conversation goes on. */
    private boolean command(String line) {
        var words = line.split("\\s+", 2);
        switch (words[0]) {
            case "/quit", "/exit" -> {
                return false;
            }
            case "/reset" -> {
                session.reset();
                out.println("Forgotten.");
            }
            case "/save" -> save(words.length > 1 ? words[1] : "");
            case "/help" -> out.println(HELP);
            default -> out.println("There is no command " + words[0] + "; "
                    + Nearest.hint(words[0], List.of("/reset", "/save", "/help", "/quit")));
        }
        return true;
    }

    private void save(String file) {
        if (file.isEmpty()) {
            out.println("Name the file: /save conversation.jsonl");
            return;
        }
        try {
            session.save(Path.of(file));
            out.println("Saved " + session.turns().size() + " turns to " + file + ".");
        } catch (UserError e) {
            out.println(e.getMessage());
        }
    }
}
