package org.lyceum.tensor.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

/** Two or three processes on this machine, over Gloo. */
class ProcessGroupTest {
    @TempDir
    Path folder;

    private List<Member.Ended> all(int size, int seconds, String what) throws IOException, InterruptedException {
        int port = Member.freePort();
        var processes = new ArrayList<Process>();
        for (int rank = 0; rank < size; rank++) {
            processes.add(Member.start(folder.resolve("" + rank), port, rank, size, seconds, what));
        }
        var ended = new ArrayList<Member.Ended>();
        for (int rank = 0; rank < size; rank++) {
            ended.add(Member.await(processes.get(rank), folder.resolve("" + rank)));
        }
        return ended;
    }

    @Test
    void collectivesGiveEveryWorkerTheSame() throws Exception {
        for (var member : all(3, 60, "collectives")) {
            assertThat(member.lines()).contains("mean [1.0, 1.0, 1.0][10.0, 10.0, 10.0, 10.0]", "broadcast [6.0, 6.0]", "word from 0")
                    .anyMatch(line -> line.startsWith("sum [3.0, 3.0, 0.30000000000000004"));
            assertThat(member.status()).isZero();
        }
    }

    @Test
    void theReducerAveragesInBackwardAndOnlyWhenAsked() throws Exception {
        // d/dw1 = x·Σ w2 row = x·1400, d/dw2 = Σ x·w1 = x·350; x is 1 and 2, so means are of 1.5, and step 2 adds to what step 1 left.
        var members = all(2, 60, "reducer");
        for (int rank = 0; rank < 2; rank++) {
            var member = members.get(rank);
            assertThat(member.status()).as(member.lines().toString()).isZero();
            assertThat(member.lines()).contains("step 0 2100.0 525.0", rank == 0 ? "step 1 1400.0 350.0" : "step 1 2800.0 700.0",
                    "step 2 4200.0 1050.0");
        }
    }

    @Test
    void theReducerAveragesOverSeveralPassesOfBackward() throws Exception {
        // With n = 700: d/dw1 = y·Σ w2 row + x·Σ w2 Σ w1 = 980,000 x, d/dw2 = y·Σ w1 row = 122,500 x.
        var members = all(2, 60, "passes");
        for (int rank = 0; rank < 2; rank++) {
            var member = members.get(rank);
            assertThat(member.status()).as(member.lines().toString()).isZero();
            assertThat(member.lines()).contains("step 0 1470000.0 183750.0",
                    rank == 0 ? "step 1 980000.0 122500.0" : "step 1 1960000.0 245000.0", "step 2 2940000.0 367500.0",
                    "step 3 1470000.0 183750.0", "step 4 1470000.0 183750.0");
        }
    }

    @Test
    void aWorkerThatDiesIsNamed() throws Exception {
        for (var what : List.of("die", "silent")) {
            var members = all(3, 20, what);
            for (int rank : new int[]{0, 2}) {
                assertThat(members.get(rank).status()).isEqualTo(1);
                assertThat(members.get(rank).lines().toString()).contains("The worker with rank 1 of 3 died or hangs");
            }
        }
    }

    @Test
    void aWorkerThatFailsIsQuoted() throws Exception {
        var members = all(2, 20, "refuse");
        assertThat(members.get(1).lines()).contains("UserError The loss became NaN.");
        assertThat(members.get(0).lines().toString()).contains("The worker with rank 1 of 2 stopped",
                "It said: The loss became NaN.");
    }

    @Test
    void aMissingWorkerATakenPortAnotherSizeAndAnUnreachableMasterAreOneSentenceEach() throws Exception {
        var log = folder.resolve("log");
        int port = Member.freePort();
        var alone = Member.await(Member.start(log, port, 0, 3, 4, "collectives"), log);
        assertThat(alone.status()).isEqualTo(1);
        assertThat(alone.lines()).anyMatch(line -> line.startsWith("UserError Of 3 workers, 1 came to 127.0.0.1:" + port
                + " within 4 seconds") && line.contains("missing are the ranks 1, 2"));

        var unanswered = Member.await(Member.start(log, port, 1, 2, 4, "collectives"), log);
        assertThat(unanswered.status()).isEqualTo(1);
        assertThat(unanswered.lines()).anyMatch(line -> line.startsWith("UserError No worker with rank 0 answered at 127.0.0.1:" + port
                + " within 4 seconds") && line.contains("rank 1 of 2"));

        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("::"))) {
            var refused = Member.await(Member.start(log, taken.getLocalPort(), 0, 2, 4, "collectives"), log);
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.lines()).anyMatch(line -> line.startsWith("UserError Port " + taken.getLocalPort()
                    + " on 127.0.0.1 is taken") && line.contains("rank 0 of 2"));
        }

        var first = Member.start(log, port, 0, 2, 10, "collectives");
        var other = folder.resolve("other");
        var odd = Member.await(Member.start(other, port, 1, 3, 10, "collectives"), other);
        assertThat(odd.lines()).anyMatch(line -> line.startsWith("UserError The workers disagree on how many they are")
                && line.contains("rank 1 of 3 at 127.0.0.1:" + port) && line.contains("another one 2"));
        assertThat(Member.await(first, log).lines().toString()).contains("missing is rank 1");
    }

    @Test
    void theEnvironmentIsCheckedBeforeAnythingIsOpened() {
        var whole = Map.of("MASTER_ADDR", "10.0.0.1", "MASTER_PORT", "29500", "RANK", "1", "WORLD_SIZE", "4", "LOCAL_RANK", "1");
        var minute = Duration.ofMinutes(1);
        assertThat(Rendezvous.of(whole, minute)).contains(new Rendezvous("10.0.0.1", 29500, 1, 4, minute));
        assertThat(Rendezvous.of(Map.of("MASTER_ADDR", "10.0.0.1"), minute)).isEmpty();
        var two = new HashMap<>(whole);
        two.put("LOCAL_WORLD_SIZE", "2");
        assertThat(Rendezvous.of(two, minute)).map(Rendezvous::here).contains(2);
        two.put("LOCAL_WORLD_SIZE", "5");
        assertThatThrownBy(() -> Rendezvous.of(two, minute)).isInstanceOf(UserError.class).hasMessageContaining("LOCAL_WORLD_SIZE=5");
        assertThatThrownBy(() -> Rendezvous.of(Map.of("RANK", "1", "WORLD_SIZE", "4"), minute)).isInstanceOf(UserError.class)
                .hasMessageContaining("MASTER_ADDR");
        assertThatThrownBy(() -> new Rendezvous("h", 29500, 4, 4, minute)).isInstanceOf(UserError.class)
                .hasMessageContaining("RANK=4 is none of 4 workers").hasMessageContaining("h:29500").hasMessageContaining("0 to 3");
        assertThatThrownBy(() -> new Rendezvous("h", 0, 0, 4, minute)).hasMessageContaining("MASTER_PORT=0");
        assertThatThrownBy(() -> new Rendezvous("h", 1, 0, 4, Duration.ofSeconds(1))).hasMessageContaining("at least 4 seconds");
    }
}
