package org.lyceum.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.lyceum.foundation.UserError;

/**
 * Seconds from the command to what it is for, disk warm: {@code --help} until it is over, and the first token of a model of 12 million
 * parameters until its first byte on standard output. The peer is a Python script that imports PyTorch and does the same.
 */
public final class StartupBench {
    /** The peers, by the names of {@code --peers}. */
    public static final List<String> PEERS = List.of("torch");
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final TrainingSize SIZE = new TrainingSize("12M", 4096, 256, 384, 6, 6, true, 1);

    private final Conditions conditions;
    private final List<String> lyceum;

    /** @param lyceum the command line that the verbs follow */
    public StartupBench(Conditions conditions, List<String> lyceum) {
        this.conditions = conditions;
        this.lyceum = lyceum;
    }

    /** Measures. */
    public List<Result> run() {
        try (var folder = TemporaryFolder.make()) {
            WorkSpec.of(SIZE, conditions).write(folder.path());
            try (var worker = Worker.start("Lyceum", LyceumWorker.command("generate", folder.path()), folder.file("lyceum.log"),
                    PATIENCE)) {
                worker.ask("save");
                worker.ask("export");
            }
            var help = times(command("--help"), false, folder);
            var generate = command("generate", "--model", folder.path().toString(), "--prompt", "A", "--max-tokens", "1", "--threads",
                    String.valueOf(conditions.threads()));
            var results = new ArrayList<>(List.of(Result.alone("lyceum --help", Ratios.median(help), "s")));
            var peers = conditions.peers().isEmpty()
                    ? Optional.<Peers>empty()
                    : Peers.find(conditions.python(), List.of("torch"), conditions.say());
            if (peers.isEmpty()) {
                results.add(Result.alone("first token, 12M", Ratios.median(times(generate, true, folder)), "s"));
                return results;
            }
            var script = peers.get().command("startup.py", folder.path().toString());
            var ours = new double[conditions.rounds()];
            var theirs = new double[conditions.rounds()];
            time(generate, true, folder); // for a warm disk
            time(script, true, folder);
            for (int round = 0; round < conditions.rounds(); round++) {
                ours[round] = time(generate, true, folder);
                theirs[round] = time(script, true, folder);
            }
            results.add(Result.cost("first token, 12M", ours, "s", "a Python script with PyTorch", theirs));
            return results;
        }
    }

    private List<String> command(String... words) {
        var command = new ArrayList<>(lyceum);
        command.addAll(List.of(words));
        return command;
    }

    private double[] times(List<String> command, boolean firstByte, TemporaryFolder folder) {
        time(command, firstByte, folder);
        var seconds = new double[conditions.rounds()];
        for (int round = 0; round < seconds.length; round++) {
            seconds[round] = time(command, firstByte, folder);
        }
        return seconds;
    }

    /** Until its first byte on standard output, or until it is over. */
    private static double time(List<String> command, boolean firstByte, TemporaryFolder folder) {
        return time(Peers.outsideTheLauncher(command), firstByte, folder); // the launcher chooses for each verb
    }

    private static double time(ProcessBuilder command, boolean firstByte, TemporaryFolder folder) {
        var log = folder.file("startup.log");
        try {
            long begin = System.nanoTime();
            var process = command.redirectError(log.toFile()).start();
            try (var out = process.getInputStream()) {
                boolean said = out.read() >= 0;
                double seconds = (System.nanoTime() - begin) / 1e9;
                out.readAllBytes();
                if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0 || !said) {
                    process.destroyForcibly();
                    throw new UserError(String.join(" ", command.command()) + " failed: " + Files.readString(log).strip());
                }
                return firstByte ? seconds : (System.nanoTime() - begin) / 1e9;
            }
        } catch (IOException e) {
            throw new UserError(command.command().getFirst() + " could not be started: " + e.getMessage() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted.", e);
        }
    }

    /** The launcher of the checkout that this class was built in, or else this virtual machine. */
    public static List<String> launcher() {
        return Peers.above("lyceum").filter(Files::isExecutable).map(Path::toString).map(List::of)
                .orElseGet(() -> LyceumWorker.java("org.lyceum.app.Lyceum"));
    }
}
