package org.lyceum.tensor.distributed;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;

/** A worker in a process of its own, for the tests: joins, does what it is told, prints what came out. */
final class Member {
    private Member() {
    }

    /** What a member printed and how it ended. */
    record Ended(int status, List<String> lines) {
    }

    /** Arguments: port, rank, size, seconds to wait, what to do. */
    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Torch.threads(1);
        try {
            var place = new Rendezvous("127.0.0.1", Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]),
                    Integer.parseInt(arguments[2]), Duration.ofSeconds(Integer.parseInt(arguments[3])));
            try (var group = ProcessGroup.join(place)) {
                try {
                    act(group, arguments[4], out);
                } catch (RuntimeException e) {
                    throw group.explained(e);
                }
            }
        } catch (UserError e) {
            out.println("UserError " + e.getMessage());
            System.exit(e.exitStatus());
        }
        System.exit(0);
    }

    private static void act(ProcessGroup group, String what, PrintStream out) {
        switch (what) {
            case "collectives" -> collectives(group, out);
            case "reducer" -> reducer(group, out);
            case "passes" -> passes(group, out);
            case "die" -> {
                group.barrier();
                if (group.rank() == 1) {
                    Runtime.getRuntime().halt(9);
                }
                group.barrier();
            }
            case "silent" -> {
                if (group.rank() == 1) {
                    Runtime.getRuntime().halt(9);
                }
                out.println("got " + group.await("never"));
            }
            case "refuse" -> {
                if (group.rank() == 1) {
                    throw new UserError("The loss became NaN.");
                }
                group.barrier();
            }
            default -> throw new IllegalArgumentException(what);
        }
    }

    private static void collectives(ProcessGroup group, PrintStream out) {
        try (var _ = Scope.open()) {
            double rank = group.rank();
            out.println("sum " + Arrays.toString(group.allReduceSum(1, rank, 0.1)));
            var a = Tensor.full(rank, DType.F32, 3);
            var b = Tensor.full(10 * rank, DType.F32, 2, 2);
            group.allReduceMean(List.of(a, b));
            out.println("mean " + Arrays.toString(a.floats()) + Arrays.toString(b.floats()));
            var c = Tensor.full(rank + 5, DType.F32, 2);
            group.broadcast(List.of(c), 1);
            out.println("broadcast " + Arrays.toString(c.floats()));
            if (group.rank() == 0) {
                group.publish("word", "from 0");
            }
            out.println("word " + group.await("word"));
            group.barrier();
        }
    }

    /** Three steps of which the second only accumulates; gradients of sum(x·w1·w2) with x = rank + 1. */
    private static void reducer(ProcessGroup group, PrintStream out) {
        var w1 = Tensor.full(0.5, DType.F32, 700, 700).requireGradient(); // two buckets
        var w2 = Tensor.full(2, DType.F32, 700, 700).requireGradient();
        @SuppressWarnings("resource") // for as long as the process lives
        var reducer = new GradientReducer(group, List.of(w1, w2), true);
        for (int step = 0; step < 3; step++) {
            try (var _ = Scope.open()) {
                var x = Tensor.full(group.rank() + 1, DType.F32, 1, 700);
                var loss = x.matmul(w1).matmul(w2).sum();
                if (step != 1) {
                    reducer.beforeBackward();
                }
                loss.backward();
                out.println("step " + step + " " + first(w1) + " " + first(w2));
                if (step != 1) {
                    w1.clearGradient();
                    w2.clearGradient();
                }
            }
        }
    }

    /** Backward in two passes, w1 in both: five steps of which the second only accumulates; gradients of sum(x·w1·w2·w1). */
    private static void passes(ProcessGroup group, PrintStream out) {
        var w1 = Tensor.full(0.5, DType.F32, 700, 700).requireGradient();
        var w2 = Tensor.full(2, DType.F32, 700, 700).requireGradient();
        @SuppressWarnings("resource") // for as long as the process lives
        var reducer = new GradientReducer(group, List.of(w1, w2), false);
        for (int step = 0; step < 5; step++) {
            try (var _ = Scope.open()) {
                var x = Tensor.full(group.rank() + 1, DType.F32, 1, 700);
                var y = x.matmul(w1).detached().requireGradient();
                var loss = y.matmul(w2).matmul(w1).sum();
                if (step != 1) {
                    reducer.beforeBackward();
                }
                loss.backward();
                x.matmul(w1).backward(Objects.requireNonNull(y.gradient()));
                if (step != 1) {
                    reducer.afterBackward();
                }
                out.println("step " + step + " " + first(w1) + " " + first(w2));
                if (step != 1) {
                    w1.clearGradient();
                    w2.clearGradient();
                }
            }
        }
    }

    private static float first(Tensor weight) {
        return Objects.requireNonNull(weight.gradient()).floats()[0];
    }

    /** Starts one; its output goes to {@code log}. */
    static Process start(Path log, int port, int rank, int size, int seconds, String what) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-Xshare:auto", "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Member.class.getName(), "" + port, "" + rank, "" + size, "" + seconds, what).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
    }

    /** Waits for one and returns what it printed itself. */
    static Ended await(Process process, Path log) throws IOException, InterruptedException {
        if (!process.waitFor(100, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("a worker did not end: " + java.nio.file.Files.readString(log));
        }
        return new Ended(process.exitValue(), java.nio.file.Files.readAllLines(log));
    }

    /** A port that nobody listens on just now. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
