package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.inference.serving.SchedulerConfig;
import org.lyceum.server.http.Limits;
import org.lyceum.server.http.RawClient;

/** Bytes that no honest client sends, to the whole server: each is refused or cut off, and the next client is served. */
class HostileClientTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String CHAT = "/v1/chat/completions";
    private static final String HONEST = "{'model': 'toy', 'messages': [{'role': 'user', 'content': 'the cat'}], 'max_tokens': 2}";
    private static final String KEY = "0123456789abcdef0123";
    private static ToyServer toy;
    private static ToyServer locked;
    @TempDir
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(folder.resolve("runs/one"));
        Files.writeString(folder.resolve("runs/one/metrics.jsonl"), "{\"step\":1,\"loss\":2}\n");
        Files.writeString(folder.resolve("metrics.jsonl"), "{\"step\":1,\"secret\":2}\n");
        toy = ToyServer.setup().limits(new Limits(100_000, 50, LONG, LONG, LONG, LONG)).runs(folder.resolve("runs")).start();
        locked = ToyServer.setup().keys(ApiKeys.read(Files.writeString(folder.resolve("keys"), KEY))).start();
    }

    @AfterAll
    static void stop() {
        toy.close();
        locked.close();
    }

    @AfterEach
    void theNextClientIsServed() throws InterruptedException {
        toy.awaitIdle();
        assertThat(toy.post(CHAT, HONEST).status()).isEqualTo(200);
    }

    /** What the server says to {@code bytes}, in which a line ends with |. */
    private static String said(ToyServer server, String bytes) throws IOException {
        try (var client = new RawClient(server.port())) {
            return client.send(bytes.replace("|", "\r\n")).readAll();
        }
    }

    /** The same with a connection that the client asks to be closed. */
    private static String ask(String method, String path, String headers) throws IOException {
        return said(toy, method + " " + path + " HTTP/1.1|Host: localhost|Connection: close|" + headers + "|");
    }

    private static void refused(String answer, int status) {
        assertThat(answer).containsPattern("^HTTP/1\\.[01] " + status + " ")
                .contains("Content-Type: application/json", "{\"error\":{\"message\":\"")
                .doesNotContain("Exception").doesNotContain("\tat ").doesNotContain("org.lyceum").doesNotContain("io.netty");
    }

    // --- HTTP that is none ------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: x", "Content-Length: -5", "Content-Length: 99999999999999999999",
            "Content-Length: 5|Content-Length: 6",
            "Content-Length: 1e3", "Content-Length: 0x10", "Content-Length: +5", "Content-Length:",
            "Transfer-Encoding: chunked|Content-Length: 5", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, identity",
            "Bad Header: a", "X: a\u0001b"})
    void headersThatCannotBe(String header) throws IOException {
        var answer = said(toy, "POST " + CHAT + " HTTP/1.1|Host: localhost|" + header + "||hello");
        assertThat(answer).containsPattern("^HTTP/1\\.[01] (400|413|501) ").doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(answer.split("HTTP/1\\.[01] \\d", -1)).as("one answer, and the rest is not read as another request").hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz|hello|0||", "-1|hello|0||", "ffffffffffffffffff|hello|", "5|hello!!|0||", "|||"})
    void chunksThatAreNoneEndTheConnection(String chunks) throws IOException {
        assertThat(said(toy, "POST " + CHAT + " HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||" + chunks)).isEmpty();
    }

    @Test
    void tooManyHeaders() throws IOException {
        refused(said(toy, "GET /health HTTP/1.1|Host: localhost|" + "a: b|".repeat(5000) + "|"), 431);
    }

    @Test
    void aRequestBehindARefusedOneIsNotAnswered() throws IOException {
        var answer = said(toy,
                "POST " + CHAT + " HTTP/1.1|Host: localhost|Content-Length: 9999999||GET /health HTTP/1.1|Host: localhost||");
        refused(answer, 413);
        assertThat(answer).doesNotContain("\"ok\"");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        var body = HONEST.replace('\'', '"');
        var post = "POST " + CHAT + " HTTP/1.1|Host: localhost|Content-Length: " + body.length() + "||" + body;
        var answer = said(toy,
                post + "GET /nowhere HTTP/1.1|Host: localhost||" + post + "GET /health HTTP/1.1|Host: localhost|Connection: close||");
        assertThat(answer).containsSubsequence("chat.completion", "unknown_url", "chat.completion", "\"ok\"");
    }

    // --- methods and paths ------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"OPTIONS,/v1/chat/completions,POST", "HEAD,/v1/chat/completions,POST", "PUT,/v1/completions,POST",
            "DELETE,/v1/models/toy,GET",
            "PATCH,/health,GET", "TRACE,/health,GET", "POST,/studio/,GET", "BREW,/v1/models,GET"})
    void anotherMethodIsToldWhichThereAre(String method, String path, String allowed) throws IOException {
        var answer = ask(method, path, "");
        assertThat(answer).startsWith("HTTP/1.1 405 ").containsIgnoringCase("\r\nAllow: " + allowed).doesNotContain("Access-Control");
        if (method.equals("HEAD")) {
            assertThat(answer).endsWith("\r\n\r\n");
        } else {
            refused(answer, 405);
        }
    }

    @Test
    void aHeadRequestGetsNoBody() throws IOException {
        assertThat(ask("HEAD", "/health", "")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/studio/../../secret", "/studio/%2e%2e%2fkeys",
            "/studio/..\\..\\keys",
            "/studio/studio.js%00", "/studio//studio.js", "//v1/models", "/v1//models", "/v1/models/", "/V1/models", "/v1/./models",
            "/v1/models;a=b",
            "/studio/api/runs/..", "/studio/api/runs/%2e%2e", "/studio/api/runs/..%2fruns%2fone", "/studio/api/runs/one%2f",
            "/studio/api/runs/one%00",
            "/studio/api/runs/one/../one", "/studio/api/runs/..%5cone", "/studio/api/runs/%ff%fe", "/v1/models/..%2ftoy",
            "/v1/models/toy%20",
            "/v1/models/%c0%ae%c0%ae%2ftoy"})
    void pathTricksLeadNowhere(String path) throws IOException {
        var answer = ask("GET", path, "");
        refused(answer, 404);
        assertThat(answer).doesNotContain("secret\":").doesNotContain("root:").doesNotContain(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "http://localhost/health", "http://evil.example/health", "localhost:80", "?", "#", "/health#x"})
    void targetsThatAreNoPath(String target) throws IOException {
        var answer = ask("GET", target, "");
        assertThat(answer).containsPattern("^HTTP/1\\.[01] (200|400|403|404) ").doesNotContain("Exception");
    }

    // --- who may come in --------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"Bearer 0123456789abcdef012", "Bearer 0123456789abcdef01234", "Bearer 0123456789ABCDEF0123", "Bearer",
            "Bearer  ", "Bearer0123456789abcdef0123", "Bearer 0123456789abcdef 0123", "Bearer 0123456789abcdef0123,x",
            "Basic MDEyMzQ1Njc4OWFiY2RlZg==",
            "Bearer 0123456789abcdéf0123", "Bearer \"0123456789abcdef0123\"", "Bearer 0123456789abcdef0123|Authorization: Bearer x",
            "Bearer x|Authorization: Bearer 0123456789abcdef0123"})
    void keysThatAreNotOnes(String authorization) throws IOException {
        var answer = said(locked, "GET /v1/models HTTP/1.1|Host: localhost|Connection: close|Authorization: " + authorization + "||");
        refused(answer, 401);
        assertThat(answer).contains("invalid_api_key").containsIgnoringCase("WWW-Authenticate: Bearer").doesNotContain(KEY);
    }

    @Test
    void everyRouteButTheOpenOnesNeedsTheKey() throws IOException {
        for (var route : new String[]{"POST /v1/chat/completions", "POST /v1/completions", "POST /v1/embeddings", "GET /v1/models",
                "GET /v1/models/toy", "GET /metrics", "POST /studio/api/attention", "GET /studio/api/runs", "GET /studio/api/runs/one"}) {
            refused(said(locked, route + " HTTP/1.1|Host: localhost|Connection: close|Content-Length: 2||{}"), 401);
        }
    }

    @ParameterizedTest
    @CsvSource({"evil.example, http://evil.example", "evil.example:8080, ", "localhost, http://evil.example", "localhost, null",
            "localhost, http://localhost.evil.example", "localhost:8080, http://localhost:3000", "127.0.0.1, http://localhost",
            "localhost@evil.example, ", "evil.example#localhost, ", "'', ", "'evil.example, localhost', "})
    void aBrowserOnAForeignPageGetsNothing(String host, String origin) throws IOException {
        var body = HONEST.replace('\'', '"');
        long before = toy.statistics().promptTokens();
        var answer = said(toy, "POST " + CHAT + " HTTP/1.1|Host: " + host + "|Connection: close|Content-Type: text/plain|"
                + (origin == null ? "" : "Origin: " + origin + "|") + "Content-Length: " + body.length() + "||" + body);
        refused(answer, 403);
        assertThat(answer).doesNotContain("Access-Control");
        assertThat(toy.statistics().promptTokens()).isEqualTo(before);
    }

    @Test
    void aRequestWithoutAHostIsRefused() throws IOException {
        refused(said(toy, "GET /health HTTP/1.1|Connection: close||"), 400);
        refused(said(toy, "GET /health HTTP/1.0||"), 400);
    }

    // --- clients that are slow, or gone -----------------------------------------------------------------------------------------------

    @Test
    void whoeverStopsReadingAStreamLosesIt() throws Exception {
        var limits = new Limits(100_000, 50, LONG, LONG, LONG, SHORT);
        try (var one = ToyServer.setup().context(100_000).limits(limits).scheduler(SchedulerConfig.DEFAULT.withSlots(1)).start();
                var client = RawClient.withSmallWindow(one.port())) {
            client.post(CHAT,
                    "{\"model\": \"toy\", \"messages\": [{\"role\": \"user\", \"content\": \"the cat\"}], \"temperature\": 0, \"logprobs\": true, "
                            + "\"top_logprobs\": 20, \"n\": 8, \"stream\": true, \"max_tokens\": 5000}");
            while (!one.statistics().finished().containsKey(org.lyceum.inference.Generation.Finish.CANCELLED)) {
                Thread.sleep(5);
            }
            one.awaitIdle();
            assertThat(one.statistics().completionTokens()).as("nobody computes for nobody").isLessThan(8 * 5000);
            assertThat(one.post(CHAT, HONEST).status()).isEqualTo(200);
            assertThat(one.get("/metrics").body()).containsPattern("lyceum_http_requests_total\\{[^}]*status=\"499\"\\} 1");
        }
    }

    @Test
    void slowHeadersAndBodiesHoldNobodyUp() throws Exception {
        var limits = new Limits(100_000, 50, SHORT, SHORT, SHORT, LONG);
        try (var one = ToyServer.setup().limits(limits).start()) {
            try (var head = new RawClient(one.port()); var body = new RawClient(one.port()); var next = new RawClient(one.port())) {
                head.send("POST " + CHAT + " HTTP/1.1\r\nHost: local");
                body.send("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"mod");
                next.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\nHo");
                assertThat(one.post(CHAT, HONEST).status()).isEqualTo(200);
                assertThat(head.readAll()).isEmpty();
                assertThat(body.readAll()).startsWith("HTTP/1.1 408").contains("body_timeout");
                assertThat(next.readAll()).as("the second never came whole").containsOnlyOnce("HTTP/1.1 200");
            }
            assertThat(one.statistics().promptTokens()).isPositive();
        }
    }
}
