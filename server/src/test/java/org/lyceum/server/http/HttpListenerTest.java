package org.lyceum.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;

class HttpListenerTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Limits PATIENT = new Limits(1000, 50, LONG, LONG, LONG, LONG);

    private HttpListener listener;
    private final LinkedBlockingQueue<String> gone = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        if (listener != null) {
            listener.close();
        }
    }

    private int start(Limits limits, HttpListener.Handler handler) {
        listener = new HttpListener(limits, handler);
        listener.listen("127.0.0.1", 0);
        return listener.port();
    }

    private static void echo(Exchange exchange) {
        exchange.send(200, "text/plain", exchange.body());
    }

    @Test
    void answersOneRequestAfterTheOtherOnOneConnection() throws IOException {
        try (var client = new RawClient(start(PATIENT, HttpListenerTest::echo))) {
            assertThat(client.post("/a", "one").readUntil("one")).startsWith("HTTP/1.1 200 OK");
            assertThat(client.post("/a", "two").readUntil("two")).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (var client = new RawClient(start(PATIENT, HttpListenerTest::echo))) {
            client.post("/a", "one").post("/a", "two").post("/a", "three");
            assertThat(client.readUntil("three")).containsSubsequence("one", "two", "three");
        }
    }

    @Test
    void streamsPieceByPiece() throws IOException {
        var go = new CountDownLatch(1);
        try (var client = new RawClient(start(PATIENT, exchange -> {
            exchange.begin(200, "text/event-stream");
            exchange.write("first");
            go.await();
            exchange.write("second");
            exchange.end();
        }))) {
            assertThat(client.post("/", "").readUntil("first")).contains("chunked");
            go.countDown();
            assertThat(client.readUntil("0\r\n\r\n")).contains("second");
        }
    }

    @Test
    void refusesABodyThatSaysItIsTooLarge() throws IOException {
        try (var client = new RawClient(start(PATIENT, HttpListenerTest::echo))) {
            assertThat(client.post("/", "x".repeat(1001)).readAll()).startsWith("HTTP/1.1 413").contains("body_too_large", "1000 bytes");
        }
    }

    @Test
    void refusesABodyThatTurnsOutTooLarge() throws IOException {
        try (var client = new RawClient(start(PATIENT, HttpListenerTest::echo))) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("400\r\n" + "x".repeat(1024) + "\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void letsAClientThatStillSendsReadTheRefusal() throws IOException {
        try (var client = new RawClient(start(PATIENT, HttpListenerTest::echo))) {
            assertThat(client.post("/", "x".repeat(3_000_000)).readAll()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void closesAConnectionThatSaysNothing() throws IOException {
        var limits = new Limits(1000, 50, SHORT, LONG, LONG, LONG);
        try (var client = new RawClient(start(limits, HttpListenerTest::echo))) {
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void closesAConnectionWhoseHeadersDripIn() throws IOException {
        var limits = new Limits(1000, 50, SHORT, LONG, LONG, LONG);
        try (var client = new RawClient(start(limits, HttpListenerTest::echo))) {
            var dripping = Thread.ofVirtual().start(() -> {
                try {
                    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
                    while (true) {
                        client.send("X-A: b\r\n");
                        Thread.sleep(20);
                    }
                } catch (IOException | InterruptedException _) {
                    // closed, as it should be
                }
            });
            assertThat(client.readAll()).doesNotContain("200");
            dripping.interrupt();
        }
    }

    @Test
    void refusesABodyThatDoesNotArrive() throws IOException {
        var limits = new Limits(1000, 50, LONG, SHORT, LONG, LONG);
        try (var client = new RawClient(start(limits, HttpListenerTest::echo))) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");
            assertThat(client.readAll()).startsWith("HTTP/1.1 408").contains("body_timeout");
        }
    }

    @Test
    void closesAnIdleConnection() throws IOException {
        var limits = new Limits(1000, 50, LONG, LONG, SHORT, LONG);
        try (var client = new RawClient(start(limits, HttpListenerTest::echo))) {
            assertThat(client.post("/", "x").readAll()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void doesNotCutOffALongAnswer() throws IOException {
        var limits = new Limits(1000, 50, SHORT, SHORT, SHORT, LONG);
        try (var client = new RawClient(start(limits, exchange -> {
            Thread.sleep(3 * SHORT.toMillis());
            echo(exchange);
        }))) {
            assertThat(client.post("/", "late").readUntil("late")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void bodiesTogetherTakeOnlySoMuch() throws Exception {
        var go = new CountDownLatch(1);
        var entered = new CountDownLatch(16);
        int port = start(PATIENT, exchange -> {
            entered.countDown();
            go.await();
            echo(exchange);
        });
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 16; i++) {
                clients.add(new RawClient(port).post("/", "x".repeat(1000)));
            }
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            try (var late = new RawClient(port)) {
                assertThat(late.post("/", "y").readAll()).startsWith("HTTP/1.1 429").contains("queue_full", "Retry-After");
            }
            go.countDown();
            for (var client : clients) {
                assertThat(client.readUntil("x".repeat(1000))).startsWith("HTTP/1.1 200");
            }
            while (listener.running() > 0) {
                Thread.sleep(5);
            }
            for (int i = 0; i < 40; i++) { // what was held is given back, whoever held it
                try (var client = new RawClient(port)) {
                    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n" + "z".repeat(999));
                }
            }
            while (listener.connections() > clients.size()) {
                Thread.sleep(5);
            }
            assertThat(clients.getFirst().post("/", "x".repeat(1000)).readUntil("x".repeat(1000))).startsWith("HTTP/1.1 200");
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void aBodyThatNobodyWantsIsNotKept() throws Exception {
        listener = new HttpListener(PATIENT, HttpListenerTest::echo, exchange -> !exchange.path().equals("/closed"));
        listener.listen("127.0.0.1", 0);
        try (var client = new RawClient(listener.port())) {
            assertThat(client.post("/closed", "secret").readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("content-length: 0");
            assertThat(client.post("/open", "said").readUntil("said")).startsWith("HTTP/1.1 200");
            assertThat(client.post("/closed", "x".repeat(1001)).readAll()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void noticesAClientThatLeavesWhileItWaits() throws Exception {
        var entered = new CountDownLatch(1);
        int port = start(PATIENT, exchange -> {
            exchange.whenGone(() -> gone.add("gone"));
            entered.countDown();
            Thread.sleep(LONG);
        });
        try (var client = new RawClient(port)) {
            client.post("/", "x");
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo("gone");
    }

    @Test
    void givesUpOnAClientThatDoesNotRead() throws Exception {
        var limits = new Limits(1000, 50, LONG, LONG, LONG, SHORT);
        int port = start(limits, exchange -> {
            exchange.begin(200, "text/plain");
            try {
                while (true) {
                    exchange.write("x".repeat(100_000));
                }
            } catch (ClientGone _) {
                gone.add("stalled");
            }
        });
        try (var client = RawClient.withSmallWindow(port)) {
            client.post("/", "x");
            assertThat(gone.poll(20, TimeUnit.SECONDS)).isEqualTo("stalled");
        }
    }

    @Test
    void takesOnlySoManyConnections() throws IOException {
        var limits = new Limits(1000, 2, LONG, LONG, LONG, LONG);
        int port = start(limits, HttpListenerTest::echo);
        try (var one = new RawClient(port); var two = new RawClient(port)) {
            one.post("/", "1").readUntil("1");
            two.post("/", "2").readUntil("2");
            try (var three = new RawClient(port)) {
                assertThat(three.readAll()).doesNotContain("200");
            }
        }
    }

    @Test
    void namesWhatIsNoHttp() throws IOException {
        int port = start(PATIENT, HttpListenerTest::echo);
        try (var client = new RawClient(port)) {
            assertThat(client.send("hello there\r\n\r\n").readAll()).containsPattern("^HTTP/1.[01] 400").contains("invalid_request_error");
        }
        try (var client = new RawClient(port)) {
            assertThat(client.send("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n\r\n").readAll()).containsPattern("^HTTP/1.[01] 414");
        }
        try (var client = new RawClient(port)) {
            assertThat(client.send("GET / HTTP/1.1\r\nX: " + "a".repeat(17000) + "\r\n\r\n").readAll()).containsPattern("^HTTP/1.[01] 431");
        }
    }

    @Test
    void finishesWhatRunsAndRefusesWhatComesWhenItDrains() throws Exception {
        var entered = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        int port = start(PATIENT, exchange -> {
            entered.countDown();
            finish.await();
            echo(exchange);
        });
        try (var running = new RawClient(port); var late = new RawClient(port)) {
            running.post("/", "last words");
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(listener.drain(Duration.ofMillis(50))).isFalse();
            assertThat(late.post("/", "x").readAll()).startsWith("HTTP/1.1 503").contains("Retry-After", "shutting_down");
            finish.countDown();
            assertThat(listener.drain(LONG)).isTrue();
            assertThat(running.readUntil("last words")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void saysThatAPortIsTaken() {
        int port = start(PATIENT, HttpListenerTest::echo);
        assertThatThrownBy(() -> new HttpListener(PATIENT, HttpListenerTest::echo).listen("127.0.0.1", port)).isInstanceOf(UserError.class)
                .hasMessageContaining("--port");
    }

    @Test
    void aHandlerThatFailsClosesItsConnectionAndNothingElse() throws IOException {
        int port = start(PATIENT, exchange -> {
            if (new String(exchange.body(), StandardCharsets.UTF_8).equals("bad")) {
                throw new IllegalStateException("on purpose");
            }
            echo(exchange);
        });
        try (var client = new RawClient(port)) {
            assertThat(client.post("/", "bad").readAll()).doesNotContain("200");
        }
        try (var client = new RawClient(port)) {
            assertThat(client.post("/", "good").readUntil("good")).startsWith("HTTP/1.1 200");
        }
    }
}
