package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.server.http.Limits;
import org.lyceum.server.http.RawClient;

class AccessTest {
    private static final String KEY = "0123456789abcdef0123";

    @TempDir
    private Path folder;

    private ApiKeys keys(String content) throws IOException {
        return ApiKeys.read(Files.writeString(folder.resolve("keys"), content));
    }

    @Test
    void letsInWhoHasAKey() throws IOException {
        try (var toy = ToyServer.setup().keys(keys("# ours\n\nanother-key-of-someone\n" + KEY + "\n")).start()) {
            assertThat(toy.get("/v1/models").status()).isEqualTo(401);
            assertThat(toy.get("/v1/models").error("code")).isEqualTo("invalid_api_key");
            assertThat(toy.get("/v1/models").response().headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(toy.get("/metrics").status()).isEqualTo(401);
            assertThat(toy.get("/health").status()).isEqualTo(200);
            assertThat(toy.get("/v1/models", "Authorization", "Bearer " + KEY).status()).isEqualTo(200);
            assertThat(toy.get("/v1/models", "Authorization", "bearer another-key-of-someone").status()).isEqualTo(200);
            for (var wrong : new String[]{"Bearer " + KEY + "x", "Bearer " + KEY.substring(1), "Bearer ", "Basic " + KEY, KEY}) {
                var answer = toy.get("/v1/models", "Authorization", wrong);
                assertThat(answer.status()).as(wrong).isEqualTo(401);
                assertThat(answer.body()).doesNotContain(KEY);
            }
        }
    }

    @Test
    void keyFilesAreChecked() {
        assertThatThrownBy(() -> keys("# nothing\n")).isInstanceOf(UserError.class).hasMessageContaining("openssl rand");
        assertThatThrownBy(() -> keys("short")).isInstanceOf(UserError.class).hasMessageContaining("16");
        assertThatThrownBy(() -> keys("a key with spaces in it")).isInstanceOf(UserError.class).hasMessageContaining("printable");
        assertThatThrownBy(() -> ApiKeys.read(folder.resolve("none"))).isInstanceOf(UserError.class).hasMessageContaining("none");
    }

    @Test
    void otherMachinesNeedAKey() throws IOException {
        var keys = keys(KEY);
        assertThatThrownBy(() -> config("0.0.0.0", ApiKeys.NONE)).isInstanceOf(UserError.class).hasMessageContaining("--api-key-file");
        assertThatThrownBy(() -> config("::", ApiKeys.NONE)).isInstanceOf(UserError.class).hasMessageContaining("--api-key-file");
        assertThat(config("0.0.0.0", keys).loopback()).isFalse();
        for (var host : new String[]{"127.0.0.1", "localhost", "::1", "127.8.8.8"}) {
            assertThat(config(host, ApiKeys.NONE).loopback()).as(host).isTrue();
        }
    }

    private static ServerConfig config(String host, ApiKeys keys) {
        return new ServerConfig(host, 0, keys, Limits.DEFAULT, Duration.ofSeconds(1), null);
    }

    @ParameterizedTest
    @CsvSource({"localhost,200", "localhost:8080,200", "127.0.0.1:1,200", "[::1]:80,200", "LOCALHOST,200", "evil.example,403",
            "127.evil.example,403", "127.0.0.1.evil.example,403", "localhost.evil.example:80,403", "192.168.0.1,403"})
    void aLoopbackServerAnswersToLoopbackNamesOnly(String host, int status) throws IOException {
        try (var toy = ToyServer.setup().start(); var client = new RawClient(toy.port())) {
            assertThat(client.send("GET /health HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").readAll())
                    .startsWith("HTTP/1.1 " + status);
        }
    }

    @Test
    void pagesOfOtherOriginsAreRefused() throws IOException {
        try (var toy = ToyServer.setup().start()) {
            assertThat(get(toy, "Origin: http://evil.example")).startsWith("HTTP/1.1 403").contains("origin_not_allowed");
            assertThat(get(toy, "Origin: null")).startsWith("HTTP/1.1 403");
            assertThat(get(toy, "Sec-Fetch-Site: cross-site")).startsWith("HTTP/1.1 403");
            assertThat(get(toy, "Origin: http://localhost")).startsWith("HTTP/1.1 200");
            assertThat(get(toy, "Host: localhost")).as("two Host headers").startsWith("HTTP/1.1 400");
        }
    }

    private static String get(ToyServer toy, String header) throws IOException {
        try (var client = new RawClient(toy.port())) {
            return client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\nConnection: close\r\n\r\n").readAll();
        }
    }
}
