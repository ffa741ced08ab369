package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lyceum.inference.Engine;
import org.lyceum.models.CausalConfig;

/** An engine that throws what nobody expected: the server stays, says so to whoever asks, and claims nothing else. */
class FailedModelTest {
    private static final String CHAT = "{'model': 'toy', 'messages': [{'role': 'user', 'content': 'the cat'}], 'max_tokens': 8}";

    /** Computes until it is broken. */
    private static final class Breakable implements Engine {
        private final Engine inner;
        private int left = Integer.MAX_VALUE;

        Breakable(Engine inner) {
            this.inner = inner;
        }

        /** Lets {@code calls} more succeed. */
        synchronized void breakAfter(int calls) {
            left = calls;
        }

        @Override
        public synchronized List<float[][]> forward(List<Part> parts) {
            if (left-- <= 0) {
                throw new AssertionError("a secret of the engine");
            }
            return inner.forward(parts);
        }

        @Override
        public CausalConfig config() {
            return inner.config();
        }

        @Override
        public Sequence open() {
            return inner.open();
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @Test
    void isSaidToWhoeverWaitsAndWhoeverComes() throws InterruptedException {
        var engines = new Breakable[1];
        try (var toy = ToyServer.setup().engine(engine -> engines[0] = new Breakable(engine)).start()) {
            assertThat(toy.post("/v1/chat/completions", CHAT).status()).isEqualTo(200);
            assertThat(toy.get("/health").status()).isEqualTo(200);
            assertThat(toy.get("/metrics").body()).contains("lyceum_model_failed 0");
            engines[0].breakAfter(0);
            for (var path : new String[]{"/v1/chat/completions", "/v1/completions"}) { // the first ends it
                saidSo(toy.post(path, path.contains("chat") ? CHAT : "{'model': 'toy', 'prompt': 'the cat'}"));
            }
            saidSo(toy.post("/v1/chat/completions", CHAT.replace("8", "8, 'stream': true")));
            saidSo(toy.get("/health"));
            assertThat(toy.get("/metrics").body()).contains("lyceum_model_failed 1").contains("lyceum_requests_running 0");
            assertThat(toy.get("/v1/models").status()).isEqualTo(200);
            toy.awaitIdle();
        }
    }

    @Test
    void endsAStreamThatHasBegun() {
        var engines = new Breakable[1];
        try (var toy = ToyServer.setup().engine(engine -> engines[0] = new Breakable(engine)).start()) {
            engines[0].breakAfter(3);
            var stream = toy.post("/v1/chat/completions", CHAT.replace("8", "40, 'stream': true"));
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.events().getLast()).contains("\"model_failed\"").doesNotContain("secret");
        }
    }

    private static void saidSo(ToyServer.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.error("code")).isEqualTo("model_failed");
        assertThat(answer.error("type")).isEqualTo("server_error");
        assertThat(answer.error("message")).contains("started again").doesNotContain("shut").doesNotContain("secret");
    }
}
