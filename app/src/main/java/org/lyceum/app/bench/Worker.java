package org.lyceum.app.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A child process that measures: Lyceum, or a peer. Each has a process of its own, so that its peak resident size is its own, and works
 * only when it is asked, so that two never work at once. The protocol: it writes {@code {"ready": true, "name": …}} when it is set up; then
 * for each line of standard input, a command and its words, it writes one JSON object on a line; it leaves when its standard input ends.
 * What goes wrong is {@code {"error": sentence}}. Lines that do not begin with a brace are not part of it.
 */
final class Worker implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private final Path log;
    private final Duration patience;
    private String name;

    private Worker(String name, Process process, Path log, Duration patience) {
        this.name = name;
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.log = log;
        this.patience = patience;
    }

    /**
     * Starts {@code command} and waits until it is ready.
     *
     * @param name for messages, until it says its own
     * @param log takes its standard error
     * @param patience the longest it may take to start and to answer
     * @throws UserError if it cannot be started or leaves before it is ready, with the last thing it said
     */
    static Worker start(String name, List<String> command, Path log, Duration patience) {
        return start(name, new ProcessBuilder(command), log, patience);
    }

    /** The same for a process with more to it than its command. */
    static Worker start(String name, ProcessBuilder command, Path log, Duration patience) {
        try {
            var process = command.redirectError(log.toFile()).start();
            var worker = new Worker(name, process, log, patience);
            try {
                worker.ready = worker.answer("start");
                worker.name = worker.ready.path("name").asString(name);
            } catch (RuntimeException e) {
                worker.close();
                throw e;
            }
            return worker;
        } catch (IOException e) {
            throw new UserError(name + " could not be started: " + e.getMessage() + ".", e);
        }
    }

    @SuppressWarnings("NullAway.Init") // start sets it
    private JsonNode ready;

    /** What it said when it was set up. */
    JsonNode ready() {
        return ready;
    }

    /** What it calls itself. */
    String name() {
        return name;
    }

    /** Sends one command and waits for its answer. Throws {@link UserError} with what went wrong there. */
    JsonNode ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw gone(command, e);
        }
        return answer(command);
    }

    private JsonNode answer(String command) {
        var reading = new FutureTask<>(() -> {
            for (var line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith("{")) {
                    return line;
                }
            }
            return "";
        });
        Thread.ofVirtual().start(reading);
        try {
            var line = reading.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (line.isEmpty()) {
                throw gone(command, null);
            }
            return parse(line);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new UserError(name + " did not answer '" + command + "' within " + patience.toSeconds() + " seconds; it was stopped.", e);
        } catch (ExecutionException e) {
            throw gone(command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted while " + name + " was at '" + command + "'.", e);
        }
    }

    /** An answer, or the {@link UserError} that it stands for. */
    JsonNode parse(String line) {
        JsonNode answer;
        try {
            answer = JsonMapper.shared().readTree(line);
        } catch (JacksonException e) {
            throw new UserError(name + " answered with something else than JSON: " + line, e);
        }
        if (answer.has("error")) {
            throw new UserError(name + ": " + answer.path("error").asString());
        }
        return answer;
    }

    private UserError gone(String command, @Nullable Exception cause) {
        return new UserError(name + " left at '" + command + "'" + lastWords() + ".", cause);
    }

    private String lastWords() {
        try {
            process.waitFor(2, TimeUnit.SECONDS); // until it has said all
            var lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream().filter(line -> !line.isBlank()).toList();
            return lines.isEmpty() ? "" : "; the last it said: " + lines.getLast().strip();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Ends its standard input, and it with that; one that stays is stopped. */
    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException _) {
            process.destroyForcibly(); // it is gone, or going
        }
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
