package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** {@code lyceum pull} from a server that has one file; what the client does is tested in {@code models}. */
class PullTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final byte[] CONTENT = "GGUF and so on".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path home;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException, NoSuchAlgorithmException {
        var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));
        var description = new JsonMapper()
                .writeValueAsBytes(Map.of("sha", COMMIT, "siblings", new Object[]{Map.of("rfilename", "m.gguf", "size",
                        CONTENT.length, "blobId", COMMIT, "lfs", Map.of("sha256", hash, "size", CONTENT.length))}));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var path = exchange.getRequestURI().getPath();
                var body = path.equals("/api/models/org/name/revision/main")
                        ? description
                        : path.equals("/org/name/resolve/" + COMMIT + "/m.gguf") ? CONTENT : new byte[0];
                exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private record Ran(int status, String out, String err) {
    }

    private Ran run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var environment = Map.of("HF_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort(), "HF_HOME", home.toString());
        var line = new CommandLine(new Pull(environment)).setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
        line.setExecutionExceptionHandler((failure, verb, _) -> Failures.failed(failure, verb, false));
        int status = line.execute(arguments);
        return new Ran(status, out.toString(), err.toString());
    }

    @Test
    void thePathOfTheModelIsPrinted() {
        var ran = run("org/name");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(Path.of(ran.out().strip())).hasBinaryContent(CONTENT).endsWithRaw(Path.of("m.gguf"));
        assertThat(ran.err()).contains("100%").contains("1 files");
        var again = new JsonMapper().readTree(run("org/name", "--json").out());
        assertThat(again.get("path").stringValue()).isEqualTo(ran.out().strip());
        assertThat(again.get("commit").stringValue()).isEqualTo(COMMIT);
        assertThat(again.get("fetched_bytes").intValue()).isZero();
        assertThat(again.get("offline").booleanValue()).isFalse();
    }

    @Test
    void failuresAreOneSentence() {
        var missing = run("org/other");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("There is no model org/other").doesNotContain("\tat ");
        assertThat(run("../other").status()).isEqualTo(2);
        assertThat(run("org/name", "--include", "*.safetensors").err()).contains("it has m.gguf");
    }
}
