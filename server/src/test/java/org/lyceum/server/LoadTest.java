package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.lyceum.inference.serving.SchedulerConfig;
import org.lyceum.server.http.RawClient;

/** Many clients, and such as go away. */
class LoadTest {
    private static final String SHORT = "{'model': 'toy', 'messages': [{'role': 'user', 'content': 'the cat'}], 'max_tokens': 10}";

    /** Without guessing: a greedy text that repeats itself would be over in no time. */
    private static final SchedulerConfig UNGUESSED = SchedulerConfig.DEFAULT.withDraftTokens(0);

    private static String endless(boolean stream) {
        return "{\"model\": \"toy\", \"messages\": [{\"role\": \"user\", \"content\": \"the cat\"}], \"temperature\": 0, \"stream\": "
                + stream + "}";
    }

    @Test
    void aClientThatLeavesFreesItsSlot() throws Exception {
        try (var toy = ToyServer.setup().slow().scheduler(UNGUESSED.withSlots(1)).start()) {
            for (boolean stream : new boolean[]{true, false}) {
                try (var client = new RawClient(toy.port())) {
                    client.post("/v1/chat/completions", endless(stream));
                    if (stream) {
                        client.readUntil("delta");
                    }
                    awaitRunning(toy);
                }
                toy.awaitIdle();
                assertThat(toy.post("/v1/chat/completions", SHORT).status()).isEqualTo(200);
            }
            assertThat(toy.get("/metrics").body()).contains("reason=\"cancelled\"} 2");
        }
    }

    @Test
    void whatTakesTooLongIsEnded() throws Exception {
        try (var toy = ToyServer.setup().slow().scheduler(UNGUESSED).timeout(Duration.ofMillis(400)).start()) {
            var whole = toy.postExactly("/v1/chat/completions", endless(false));
            assertThat(whole.status()).isEqualTo(504);
            assertThat(whole.error("code")).isEqualTo("timeout");
            var events = toy.postExactly("/v1/chat/completions", endless(true)).events();
            assertThat(events.getLast()).contains("\"timeout\"");
            toy.awaitIdle();
        }
    }

    @Test
    void aFullQueueIsSaidSo() throws Exception {
        try (var toy = ToyServer.setup().slow().scheduler(UNGUESSED.withSlots(1).withQueue(1)).start();
                var running = new RawClient(toy.port());
                var waiting = new RawClient(toy.port())) {
            running.post("/v1/chat/completions", endless(true)).readUntil("delta");
            waiting.post("/v1/chat/completions", endless(true));
            while (toy.statistics().queued() == 0) {
                Thread.sleep(5);
            }
            var refused = toy.post("/v1/chat/completions", SHORT);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.error("code")).isEqualTo("queue_full");
        }
    }

    @Test
    void sixtyFourConnectionsAtOnce() throws Exception {
        try (var toy = ToyServer.setup().start(); var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 64; i++) {
                answers.add(clients.submit(() -> {
                    int worst = 0;
                    for (int round = 0; round < 5; round++) {
                        int status = toy.post("/v1/chat/completions", SHORT).status();
                        worst = Math.max(worst, status == 429 ? 200 : status);
                    }
                    return worst;
                }));
            }
            for (var answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
            toy.awaitIdle();
            assertThat(toy.statistics().finished().values().stream().mapToLong(Long::longValue).sum() + toy.statistics().refused())
                    .isEqualTo(64 * 5);
        }
    }

    @Test
    void shutsDownAfterWhatRunsHasFinished() throws Exception {
        var toy = ToyServer.setup().slow().start();
        try (var client = new RawClient(toy.port())) {
            client.post("/v1/chat/completions", endless(true).replace("\"stream\"", "\"max_tokens\": 60, \"stream\"")).readUntil("delta");
            var ending = Thread.ofVirtual().start(() -> assertThat(toy.server().shutdown()).isTrue());
            assertThat(client.readUntil("[DONE]")).contains("\"finish_reason\":\"");
            assertThat(ending.join(Duration.ofSeconds(20))).isTrue();
        }
        try (var late = new RawClient(toy.port())) {
            assertThat(late.readAll()).isEmpty();
        } catch (IOException refused) {
            assertThat(refused).hasMessageContaining("refused");
        }
    }

    private static void awaitRunning(ToyServer toy) throws InterruptedException {
        while (toy.statistics().running() == 0) {
            Thread.sleep(5);
        }
    }
}
