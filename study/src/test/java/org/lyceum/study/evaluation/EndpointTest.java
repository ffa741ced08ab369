package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;

/** A server that answers as it is told. */
class EndpointTest {
    private static final Endpoint.Patience SHORT = new Endpoint.Patience(3, Duration.ofMillis(1), Duration.ofSeconds(5));

    private record Reply(int status, String body) {
    }

    private final Deque<Reply> replies = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/completions", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            var reply = replies.size() > 1 ? replies.poll() : replies.peek();
            var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Answer ask(Request request) {
        try (var endpoint = new Endpoint("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/", "m", null, SHORT)) {
            return endpoint.answer(List.of(List.of(request))).getFirst().getFirst();
        }
    }

    @Test
    void theContinuationsTokensAreSummed() {
        replies.add(new Reply(200, """
                {"choices": [{"text": "ab cd ef", "logprobs": {"tokens": ["ab", " cd", " ef", "!"], "text_offset": [0, 2, 5, 8],
                 "token_logprobs": [null, -1.5, -0.25, -9], "top_logprobs": [null, {" cd": -1.5}, {" xx": -0.2, " ef": -0.25}, {}]}}]}"""));
        var answer = ask(new Request.Likelihood("ab", " cd ef"));
        assertThat(answer.logProbability()).isCloseTo(-1.75, within(1e-12));
        assertThat(answer.greedy()).isFalse();
        assertThat(ask(new Request.Likelihood("ab", " cd")).greedy()).isTrue();
        assertThat(asked.getFirst()).contains("\"echo\":true", "\"prompt\":\"ab cd ef\"");
    }

    @Test
    void whatIsRefusedForTheMomentIsAskedAgain() {
        replies.add(new Reply(503, "busy"));
        replies.add(new Reply(429, "slow down"));
        replies.add(new Reply(200, "{\"choices\": [{\"text\": \" yes\\nand more\"}]}"));
        assertThat(ask(new Request.Generate("?", List.of("\n"), 5, 0, 0)).text()).isEqualTo(" yes");
        assertThat(asked).hasSize(3);
    }

    @Test
    void whatStaysWrongIsOneSentence() {
        replies.add(new Reply(500, ""));
        assertThatThrownBy(() -> ask(new Request.Rolling("x y"))).isInstanceOf(UserError.class)
                .hasMessageContaining("does not answer after 3 attempts (status 500)");
        replies.clear();
        replies.add(new Reply(404, "no such model"));
        assertThatThrownBy(() -> ask(new Request.Rolling("x y"))).isInstanceOf(UserError.class)
                .hasMessageContaining("refuses (404): no such model");
        replies.clear();
        replies.add(new Reply(200, "<html>hello</html>"));
        assertThatThrownBy(() -> ask(new Request.Rolling("x y"))).isInstanceOf(UserError.class)
                .hasMessageContaining("something else than a completion");
        replies.clear();
        replies.add(new Reply(200, "{\"choices\": [{\"text\": \"x\"}]}"));
        assertThatThrownBy(() -> ask(new Request.Likelihood("x", " y"))).isInstanceOf(UserError.class)
                .hasMessageContaining("gives no log-probabilities of a prompt");
        server.stop(0);
        assertThatThrownBy(() -> ask(new Request.Rolling("x y"))).isInstanceOf(UserError.class).hasMessageContaining("does not answer");
    }
}
