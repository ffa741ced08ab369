package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb in a process of its own. */
class ServeTest {
    private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

    @TempDir
    private Path folder;

    @Test
    void servesUntilItIsInterrupted() throws Exception {
        var log = folder.resolve("log");
        var server = ToyRun.start(List.of("serve", "--model", Cli.toyModel(folder.resolve("tiny")).toString(), "--port", "0"), log);
        var url = url(server, log);
        var request = HttpRequest.newBuilder(URI.create(url + "/v1/completions")).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"tiny\", \"prompt\": \"some\", \"max_tokens\": 4}")).build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"completion_tokens\":");
        }
        new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start().waitFor();
        assertThat(ToyRun.await(server)).as(Files.readString(log)).isEqualTo(130);
        assertThat(Files.readString(log)).contains("finishing what runs").doesNotContain("\tat ").doesNotContain("ERROR");
    }

    @Test
    void refusesToServeOtherMachinesWithoutAKey() {
        var run = Cli.lyceum("serve", "--model", folder, "--host", "0.0.0.0");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--api-key-file").doesNotContain("\tat ");
    }

    @Test
    void namesWhatIsWrongWithItsOptions() {
        assertThat(Cli.lyceum("serve", "--model", folder, "--port", "70000").err()).contains("--port must be from 0 to 65535");
        assertThat(Cli.lyceum("serve", "--model", folder, "--slots", "0").err()).contains("slots must be at least 1");
        assertThat(Cli.lyceum("serve", "--model", folder.resolve("none")).err()).contains("none");
        assertThat(Cli.lyceum("serve", "--model", folder, "--api-key-file", folder.resolve("keys")).err()).contains("keys");
    }

    private static String url(Process server, Path log) throws IOException, InterruptedException {
        while (server.isAlive()) {
            var found = URL.matcher(Files.readString(log));
            if (found.find()) {
                return found.group();
            }
            Thread.sleep(20);
        }
        throw new AssertionError(Files.readString(log));
    }
}
