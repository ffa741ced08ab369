package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.training.run.MetricsLog;

/** Several workers, each a process of its own, on toy sizes. */
class ParallelTest {
    @TempDir
    Path folder;
    private Path corpus;

    @BeforeEach
    void writeCorpus() throws IOException {
        corpus = ToyRun.corpus(folder.resolve("corpus.txt"));
    }

    private List<Double> values(Path run, String name) {
        return MetricsLog.read(run.resolve(MetricsLog.FILE_NAME)).stream().filter(line -> line.values().containsKey(name))
                .map(line -> line.number(name).orElseThrow()).toList();
    }

    private static void assertClose(List<Double> actual, List<Double> expected, double distance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).as("number " + i).isCloseTo(expected.get(i), within(distance));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"optimizer.kind=muon", "data.packing=document", "train.accumulation=2", "train.checkpointing=true"})
    void twoWorkersWithHalfTheBatchEqualOneWithTheWhole(String setting) throws Exception {
        var more = new ArrayList<>(List.of("--max-steps", "50", "--set", setting, "--set", "evaluate.every=10", "--json"));
        var whole = ToyRun.here(ToyRun.command(corpus, folder.resolve("whole"), more.toArray(String[]::new)));
        assertThat(whole.status()).as(whole.err()).isZero();
        more.addAll(List.of("--nproc", "2"));
        var log = folder.resolve("log");
        var process = ToyRun.start(ToyRun.command(corpus, folder.resolve("halves"), more.toArray(String[]::new)), log);
        assertThat(ToyRun.await(process)).as(Files.readString(log)).isZero();
        for (var name : List.of(MetricsLog.LOSS, MetricsLog.VALIDATION_LOSS, MetricsLog.VALIDATION_BITS_PER_BYTE)) {
            assertClose(values(folder.resolve("halves"), name), values(folder.resolve("whole"), name), 1e-5);
        }
        assertThat(values(folder.resolve("halves"), MetricsLog.LOSS)).hasSize(50);
        var said = new Cli(0, Files.readString(log), "").json(); // of the first worker alone, on its last line
        assertThat(said.get("steps").asLong()).isEqualTo(50);
        assertThat(said.get("val_bits_per_byte").asDouble()).isCloseTo(whole.json().get("val_bits_per_byte").asDouble(), within(1e-5));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whenAWorkerIsKilledTheOthersStopAndOneAloneGoesOn() throws Exception {
        var out = folder.resolve("run");
        var more = new String[]{"--max-steps", "100000", "--checkpoint-every", "5", "--set", "evaluate.every=100000", "--nproc", "2"};
        var log = folder.resolve("log");
        var parent = ToyRun.start(ToyRun.command(corpus, out, more), log);
        while (parent.isAlive() && ToyRun.steps(out) < 12) {
            Thread.sleep(20);
        }
        var second = parent.toHandle().children().filter(child -> environment(child).contains("\0RANK=1\0")).findFirst().orElseThrow();
        assertThat(second.destroyForcibly()).isTrue();
        assertThat(ToyRun.await(parent)).as(Files.readString(log)).isEqualTo(1);
        assertThat(parent.toHandle().children()).isEmpty();
        assertThat(Files.readString(log)).contains("The worker with rank 1 of 2 died or hangs") // the first one's sentence
                .contains("The worker with rank 1 was killed (signal 9)").doesNotContain("\tat ");
        assertThat(out.resolve("run.json")).content().contains("\"failed\"").contains("rank 1");

        var rest = ToyRun.here(ToyRun.command(corpus, out, "--max-steps", "" + (ToyRun.steps(out) + 3)));
        assertThat(rest.status()).as(rest.err()).isZero();
        assertThat(rest.err()).containsPattern("resuming after step \\d*[05]\\n");
    }

    private static String environment(ProcessHandle process) {
        try {
            return "\0" + Files.readString(Path.of("/proc/" + process.pid() + "/environ"));
        } catch (IOException _) {
            return "";
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void interruptedAllSaveAndAnotherNumberOfWorkersGoesOnToTheSameEnd() throws Exception {
        var more = new String[]{"--max-steps", "60", "--checkpoint-every", "1000", "--set", "evaluate.every=1000"};
        var whole = ToyRun.here(ToyRun.command(corpus, folder.resolve("whole"), more));
        assertThat(whole.status()).as(whole.err()).isZero();
        var out = folder.resolve("cut");
        var many = new ArrayList<>(ToyRun.command(corpus, out, more));
        many.addAll(List.of("--nproc", "2"));
        long steps = ToyRun.interrupted(many, out, folder.resolve("log"));
        assertThat(steps).isLessThan(60);

        var rest = ToyRun.here(ToyRun.command(corpus, out, more));
        assertThat(rest.status()).as(rest.err()).isZero();
        assertThat(rest.err()).contains("resuming after step " + steps);
        assertClose(values(out, MetricsLog.LOSS), values(folder.resolve("whole"), MetricsLog.LOSS), 1e-5);
    }

    @Test
    void whatCannotBeSharedOrReachedIsOneSentence() throws Exception {
        var out = folder.resolve("run");
        var odd = ToyRun.here(ToyRun.command(corpus, out, "--nproc", "3"));
        assertThat(odd.status()).isEqualTo(2);
        assertThat(odd.err()).contains("train.batch=4").contains("--set train.batch=6");
        assertThat(ToyRun.here(ToyRun.command(corpus, out, "--nproc", "0")).err()).contains("--nproc must be at least 1");
        assertThat(out).doesNotExist();

        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var log = folder.resolve("log");
        var second = Map.of("MASTER_ADDR", "127.0.0.1", "MASTER_PORT", "" + port, "RANK", "1", "WORLD_SIZE", "2");
        var lost = ToyRun.start(ToyRun.command(corpus, out, "--worker-timeout", "4"), log, second);
        assertThat(ToyRun.await(lost)).isEqualTo(1);
        assertThat(Files.readString(log)).contains("No worker with rank 0 answered at 127.0.0.1:" + port + " within 4 seconds")
                .doesNotContain("\tat ", "frame #");
        var beyond = Map.of("MASTER_ADDR", "127.0.0.1", "MASTER_PORT", "" + port, "RANK", "2", "WORLD_SIZE", "2");
        assertThat(ToyRun.await(ToyRun.start(ToyRun.command(corpus, out), log, beyond))).isEqualTo(2);
        assertThat(Files.readString(log)).contains("RANK=2 is none of 2 workers");
    }

    @Test
    void theLeadersMistakeIsQuotedByTheOthers() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var processes = new ArrayList<Process>();
        for (int rank = 0; rank < 2; rank++) {
            processes.add(ToyRun.start(ToyRun.command(folder.resolve("nowhere.txt"), folder.resolve("run")), folder.resolve("log" + rank),
                    Map.of("MASTER_ADDR", "127.0.0.1", "MASTER_PORT", "" + port, "RANK", "" + rank, "WORLD_SIZE", "2")));
        }
        for (int rank = 0; rank < 2; rank++) {
            assertThat(ToyRun.await(processes.get(rank))).isNotZero();
            assertThat(Files.readString(folder.resolve("log" + rank))).contains("nowhere.txt").doesNotContain("\tat ");
        }
        assertThat(Files.readString(folder.resolve("log1"))).contains("The worker with rank 0 of 2 stopped");
    }
}
