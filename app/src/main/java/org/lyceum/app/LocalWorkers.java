package org.lyceum.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.distributed.Rendezvous;

/**
 * {@code --nproc N}: N processes on this machine that run the same command, each told by its environment which worker it is. The first one's
 * input and output are this process's own; of the others only what they say on standard error is shown, behind their rank.
 */
final class LocalWorkers {
    /** In a worker's environment: the process that started it, without which it stops. */
    private static final String PARENT = "LYCEUM_PARENT";
    /** How long the others may take to say why they stop, once one has ended badly. */
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final int INTERRUPTED = 130;
    private static final int KILLED = 128;

    private final List<Process> processes = new ArrayList<>();
    private volatile boolean interrupted;

    private LocalWorkers() {
    }

    /** Ends this process, as a signal would, when the one that started it as a worker is gone. */
    static void endWithParent() {
        var parent = System.getenv(PARENT);
        if (parent != null) {
            ProcessHandle.of(Long.parseLong(parent)).ifPresentOrElse(
                    handle -> handle.onExit().thenRun(() -> System.exit(1)), () -> System.exit(1));
        }
    }

    /**
     * Runs {@code arguments} of this command in {@code count} workers and returns the exit status of all: 0 when every one came to its end.
     *
     * @throws UserError naming the worker that ended badly
     */
    static int run(int count, List<String> arguments, PrintWriter err) {
        var workers = new LocalWorkers();
        var hook = Thread.ofPlatform().unstarted(workers::interrupt);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            int port = freePort();
            for (int rank = 0; rank < count; rank++) {
                workers.start(command(arguments, count), rank, count, port, err);
            }
            return workers.await();
        } catch (IOException e) {
            throw new UncheckedIOException("could not start the workers", e);
        } finally {
            workers.processes.forEach(Process::destroyForcibly); // those that still run, if we failed
            if (!workers.interrupted) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    /** This command again, without {@code --nproc}, the cores shared unless {@code --threads} says otherwise. */
    private static List<String> command(List<String> arguments, int count) {
        var words = new ArrayList<String>();
        words.add(ProcessHandle.current().info().command().orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java")
                .toString()));
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Lyceum.class.getName()));
        for (int i = 0; i < arguments.size(); i++) {
            var word = arguments.get(i);
            if (word.equals("--nproc")) {
                i++;
            } else if (!word.startsWith("--nproc=")) {
                words.add(word);
            }
        }
        if (arguments.stream().noneMatch(word -> word.equals("--threads") || word.startsWith("--threads="))) {
            words.addAll(List.of("--threads", "" + Math.max(1, Runtime.getRuntime().availableProcessors() / count)));
        }
        return words;
    }

    private void start(List<String> command, int rank, int count, int port, PrintWriter err) throws IOException {
        var builder = new ProcessBuilder(command);
        var environment = builder.environment();
        environment.put(Rendezvous.ADDRESS, "127.0.0.1");
        environment.put(Rendezvous.PORT, "" + port);
        environment.put(Rendezvous.RANK, "" + rank);
        environment.put(Rendezvous.LOCAL_RANK, "" + rank);
        environment.put(Rendezvous.SIZE, "" + count);
        environment.put(Rendezvous.LOCAL_SIZE, "" + count);
        environment.put(PARENT, "" + ProcessHandle.current().pid());
        var gpus = environment.getOrDefault("CUDA_VISIBLE_DEVICES", "").split(",");
        environment.put("CUDA_VISIBLE_DEVICES", gpus.length == count ? gpus[rank] : "" + rank); // each its own
        if (rank == 0) {
            processes.add(builder.inheritIO().start());
            return;
        }
        var process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        processes.add(process);
        process.getOutputStream().close();
        Thread.ofVirtual().start(() -> {
            try (var lines = process.errorReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(line -> err.println("[rank " + rank + "] " + line));
            } catch (IOException | UncheckedIOException _) {
                return; // it has ended
            }
        });
    }

    /** Waits until all have ended, and not long for the rest once one has ended badly. */
    private int await() {
        var ends = new int[processes.size()];
        Arrays.fill(ends, -1);
        int first = -1;
        long deadline = Long.MAX_VALUE;
        try {
            while (Arrays.stream(ends).anyMatch(end -> end < 0) && System.nanoTime() < deadline) {
                for (int rank = 0; rank < ends.length; rank++) {
                    if (ends[rank] < 0 && processes.get(rank).waitFor(20, TimeUnit.MILLISECONDS)) {
                        ends[rank] = processes.get(rank).exitValue();
                        if (ends[rank] != 0 && first < 0) {
                            first = rank;
                            deadline = System.nanoTime() + GRACE.toNanos();
                        }
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (interrupted) {
            return INTERRUPTED;
        }
        if (first < 0) {
            return 0;
        }
        processes.forEach(Process::destroyForcibly);
        return failed(ends, first);
    }

    /** Who is to blame: one that was killed, one that did not end at all, or the first that gave up of itself, which has said why. */
    private static int failed(int[] ends, int first) {
        var ranks = IntStream.range(0, ends.length).boxed().toList();
        var killed = ranks.stream().filter(rank -> ends[rank] > KILLED).findFirst();
        if (killed.isPresent()) {
            throw new UserError("The worker with rank " + killed.get() + " was killed (signal " + (ends[killed.get()] - KILLED)
                    + "); the others were stopped. The last checkpoint is good, and the same command goes on from it.");
        }
        var hung = ranks.stream().filter(rank -> ends[rank] < 0).findFirst();
        if (hung.isPresent()) {
            throw new UserError(
                    "The worker with rank " + hung.get() + " hung and was killed; the others were stopped. The last checkpoint is "
                            + "good, and the same command goes on from it.");
        }
        if (first != 0) {
            throw new UserError("The worker with rank " + first + " failed with exit status " + ends[first]
                    + " (what it said is above, behind [rank " + first + "]); the others were stopped.");
        }
        return ends[first]; // its sentence stands on our standard error
    }

    /** Asks all to stop and save, and waits until they have. */
    private void interrupt() {
        interrupted = true;
        processes.forEach(Process::destroy);
        for (var process : processes) {
            try {
                int _ = process.waitFor();
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
