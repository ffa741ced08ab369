package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the studio asks for beside OpenAI's API. */
class RunsApiTest {
    @TempDir
    private Path folder;

    private Path run(String name, String metrics) throws IOException {
        var run = Files.createDirectories(folder.resolve("runs").resolve(name));
        Files.writeString(run.resolve("metrics.jsonl"), metrics);
        return run;
    }

    @Test
    void tellsOfRuns() throws IOException {
        var run = run("a b",
                "{\"step\":1,\"loss\":2.5,\"word\":\"x\"}\n{\"step\":2,\"loss\":null}\n{\"step\":3,\"loss\":1.5}\n{\"step\":4,\"lo");
        Files.writeString(run.resolve("config.yaml"), "seed: 3\n");
        Files.writeString(run.resolve("samples.jsonl"), "{\"step\":1,\"prompt\":\"A\",\"text\":\"b\"}\n{\"torn");
        Files.writeString(folder.resolve("secret"), "{}");
        try (var toy = ToyServer.setup().runs(folder.resolve("runs")).start()) {
            assertThat(toy.get("/studio/api/runs").json().get("runs").get(0).get("name").stringValue()).isEqualTo("a b");
            var one = toy.get("/studio/api/runs/a%20b").json();
            assertThat(one.get("metrics").get("loss").toString()).isEqualTo("[[1,3],[2.5,1.5]]");
            assertThat(one.get("metrics").has("word")).isFalse();
            assertThat(one.get("config").stringValue()).isEqualTo("seed: 3\n");
            assertThat(one.get("samples")).hasSize(1);
            assertThat(toy.get("/studio/api/runs/a%20b?after=1").json().get("metrics").get("loss").toString()).isEqualTo("[[3],[1.5]]");
            assertThat(toy.get("/studio/api/runs/a%20b?after=x").error("param")).isEqualTo("after");
            for (var trick : new String[]{"..", "%2e%2e", "..%2Fsecret", ".", "%00", "a%20b%2F..", "nothing"}) {
                assertThat(toy.send(java.net.http.HttpRequest.newBuilder(java.net.URI.create(toy.url() + "/studio/api/runs/" + trick)))
                        .status())
                        .as(trick).isEqualTo(404);
            }
        }
    }

    @Test
    void aLongRunIsThinned() throws IOException {
        var lines = new StringBuilder();
        for (int step = 1; step <= 20_000; step++) {
            lines.append("{\"step\":").append(step).append(",\"loss\":1").append(step == 7 ? ",\"val_loss\":2" : "").append("}\n");
        }
        run("long", lines.toString());
        try (var toy = ToyServer.setup().runs(folder.resolve("runs")).start()) {
            var metrics = toy.get("/studio/api/runs/long").json().get("metrics");
            assertThat(metrics.get("loss").get(0).size()).isBetween(3000, 4100);
            assertThat(metrics.get("loss").get(0).get(metrics.get("loss").get(0).size() - 1).intValue()).isEqualTo(20_000);
            assertThat(metrics.get("val_loss").toString()).isEqualTo("[[7],[2.0]]");
        }
    }

    @Test
    void withoutAFolderThereAreNone() {
        try (var toy = ToyServer.setup().start()) {
            assertThat(toy.get("/studio/api/runs").json().get("runs")).isEmpty();
        }
    }

    @Test
    void attentionIsADistributionOverWhatCameBefore() {
        try (var toy = ToyServer.setup().start()) {
            var found = toy.post("/studio/api/attention", "{'text': 'the cat sat'}").json();
            int tokens = found.get("tokens").size();
            assertThat(found.get("weights")).hasSize(2);
            for (var head : found.get("weights").get(1)) {
                assertThat(head).hasSize(tokens);
                for (int t = 0; t < tokens; t++) {
                    assertThat(head.get(t)).hasSize(t + 1);
                    assertThat(head.get(t).valueStream().mapToDouble(weight -> weight.doubleValue()).sum()).isBetween(0.98, 1.02);
                }
            }
            assertThat(toy.post("/studio/api/attention", "{'text': ''}").error("param")).isEqualTo("text");
            assertThat(toy.post("/studio/api/attention", "{'text': '" + "the cat ".repeat(60) + "'}").error("message")).contains("64");
        }
    }

    @Test
    void itsFilesAreAFixedList() {
        try (var toy = ToyServer.setup().start()) {
            var page = toy.get("/studio/");
            assertThat(page.body()).startsWith("<!DOCTYPE html>");
            assertThat(page.response().headers().firstValue("Content-Security-Policy").orElse("")).contains("script-src 'self';")
                    .doesNotContain("unsafe");
            for (var file : new String[]{"uplot.js", "uplot.css", "marked.js", "purify.js", "studio.css", "talk.js"}) {
                assertThat(toy.get("/studio/" + file).status()).as(file).isEqualTo(200);
            }
            assertThat(toy.get("/studio/..%2Fopenai%2FApi.class").status()).isEqualTo(404);
            assertThat(toy.get("/studio/nothing.js").status()).isEqualTo(404);
            assertThat(toy.get("/").status()).isEqualTo(308);
        }
    }
}
