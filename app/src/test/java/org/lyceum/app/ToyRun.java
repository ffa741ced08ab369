package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.lyceum.training.run.MetricsLog;
import tools.jackson.databind.JsonNode;

/** Pretraining runs of a few thousand weights, in this process or in one of their own. */
final class ToyRun {
    private ToyRun() {
    }

    /** A few hundred lines of words, the same each time. */
    static Path corpus(Path file) throws IOException {
        var words = "The cat dog bird tree house river stone light water fire wind moon sun star hand eye foot road door A To In"
                .split(" ");
        var random = new SplittableRandom(7);
        var text = new StringBuilder();
        for (int line = 0; line < 300; line++) {
            for (int n = 5 + random.nextInt(20); n > 0; n--) {
                text.append(words[random.nextInt(words.length)]).append(n > 1 ? " " : ".\n\n");
            }
        }
        return Files.writeString(file, text);
    }

    /** {@code pretrain} of a toy on {@code corpus} into {@code out}: characters, f32, one thread, and {@code more}. */
    static List<String> command(Path corpus, Path out, String... more) {
        var words = new ArrayList<>(
                List.of("pretrain", "--data", corpus.toString(), "--out", out.toString(), "--threads", "1", "--dtype", "f32"));
        for (var setting : List.of("tokenizer.kind=character", "model.width=16", "model.depth=2", "model.heads=2", "model.context=16",
                "train.batch=4", "evaluate.every=4", "evaluate.tokens=200", "evaluate.sample_tokens=4", "evaluate.prompts=[The]")) {
            words.add("--set");
            words.add(setting);
        }
        words.addAll(List.of(more));
        return words;
    }

    /** Runs it here. */
    static Cli here(List<String> command) {
        return Cli.lyceum(command.toArray());
    }

    /** Starts it in a virtual machine of its own, its output going to {@code log}. */
    static Process start(List<String> command, Path log, String... jvmOptions) throws IOException {
        return start(command, log, Map.of(), jvmOptions);
    }

    /** The same with more in its environment. */
    static Process start(List<String> command, Path log, Map<String, String> environment, String... jvmOptions) throws IOException {
        var words = new ArrayList<String>();
        if (System.getProperty("os.name").equals("Linux")) {
            words.addAll(List.of("env", "--default-signal=INT")); // a build started in the background ignores it, and so would its children
        }
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xshare:auto"));
        words.addAll(List.of(jvmOptions));
        words.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.lyceum.app.Lyceum"));
        words.addAll(command);
        var builder = new ProcessBuilder(words).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Waits until it ends and returns its exit status. */
    static int await(Process process) throws InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the run did not end");
        }
        return process.exitValue();
    }

    /** Starts it, presses Ctrl-C after the third step, sees that it saves and says so, and returns the steps that it took. */
    static long interrupted(List<String> command, Path out, Path log) throws IOException, InterruptedException {
        var process = start(command, log);
        while (process.isAlive() && steps(out) < 3) {
            Thread.sleep(2);
        }
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(await(process)).as(Files.readString(log)).isEqualTo(130);
        long steps = steps(out);
        assertThat(steps).isGreaterThanOrEqualTo(3);
        assertThat(out.resolve("checkpoints/step-%08d/optimizer.safetensors".formatted(steps))).exists();
        assertThat(Files.readString(log)).contains("stopped after step " + steps + " and saved").doesNotContain("\tat ");
        return steps;
    }

    /** Every line of {@code metrics.jsonl}: step, loss, rate, gradient norm, and what validations said; not how fast it went. */
    static List<String> learning(Path run) {
        return MetricsLog.read(run.resolve(MetricsLog.FILE_NAME)).stream().map(line -> line.step() + " " + learning(line)).toList();
    }

    private static List<JsonNode> learning(MetricsLog.Line line) {
        var kept = new ArrayList<JsonNode>();
        for (var key : List.of(MetricsLog.LOSS, MetricsLog.LEARNING_RATE, MetricsLog.GRADIENT_NORM, MetricsLog.VALIDATION_LOSS)) {
            if (line.values().get(key) instanceof JsonNode value) {
                kept.add(value);
            }
        }
        return kept;
    }

    /** The steps done so far; 0 before the first. */
    static long steps(Path run) throws IOException {
        var file = run.resolve(MetricsLog.FILE_NAME);
        return Files.exists(file) ? Files.readString(file).chars().filter(c -> c == '\n').count() : 0;
    }
}
