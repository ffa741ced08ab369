package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are damaged, incomplete or of a kind that nobody here knows, by every verb that reads one: one sentence, and nothing written. */
class BadModelTest {
    @TempDir
    Path folder;
    private Path model;

    @BeforeEach
    void writeModel() throws IOException {
        model = Files.createDirectory(folder.resolve("model"));
        Cli.toyModel(model);
    }

    private void refused(Path given, String... parts) {
        for (var words : new Object[][]{{"generate", "--model", given, "--prompt", "a"}, {"score", "--model", given, "--text", "a b"},
                {"chat", "--model", given}, {"serve", "--model", given, "--port", 0},
                {"convert", "--model", given, "--to", "gguf", "--out", folder.resolve("out.gguf")}}) {
            var run = Cli.lyceum(words);
            assertThat(run.status()).as("%s: %s", words[0], run.err()).isEqualTo(1);
            assertThat(run.err()).doesNotContain("\tat ").doesNotContain("Something went wrong").doesNotContain("Exception");
            assertThat(run.err().lines().filter(line -> line.startsWith("lyceum: "))).as(run.err()).singleElement().asString()
                    .contains(parts)
                    .matches(".*[.?]");
            assertThat(run.out()).isEmpty();
        }
        assertThat(folder.resolve("out.gguf")).doesNotExist();
    }

    private static void halve(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
    }

    private Path gguf() {
        var file = folder.resolve("model.gguf");
        var done = Cli.lyceum("convert", "--model", model, "--to", "gguf", "--out", file);
        assertThat(done.status()).as(done.err()).isZero();
        return file;
    }

    @Test
    void noModel() throws IOException {
        refused(folder.resolve("none"), "There is no model at");
        refused(Files.createDirectory(folder.resolve("empty")), "empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "config.json", "tokenizer.json"})
    void aFolderThatIsCutShortOrLacksAFile(String file) throws IOException {
        halve(model.resolve(file));
        refused(model, file);
        Files.delete(model.resolve(file));
        refused(model, file.equals("config.json") ? "model" : file);
    }

    @Test
    void aShardThatIsNotThere() throws IOException {
        Files.move(model.resolve("model.safetensors"), model.resolve("model-00001-of-00002.safetensors"));
        Files.writeString(model.resolve("model.safetensors.index.json"), """
                {"metadata": {}, "weight_map": {"model.embed_tokens.weight": "model-00001-of-00002.safetensors",
                 "model.norm.weight": "model-00002-of-00002.safetensors"}}""");
        refused(model, "model-00002-of-00002.safetensors");
        Files.writeString(model.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {\"model.norm.weight\": \"../../etc/passwd\"}}");
        refused(model, "../../etc/passwd");
    }

    @Test
    void anArchitectureThatNobodyKnows() throws IOException {
        var config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst("\"model_type\" *: *\"[^\"]*\"", "\"model_type\": \"lama\""));
        refused(model, "'lama'", "'llama'");
    }

    @Test
    void ggufFilesThatAreDamaged() throws IOException {
        var file = gguf();
        halve(file);
        refused(file, file.toString());
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(20);
        }
        refused(file, file.toString());
        Files.writeString(file, "not a model at all, but a text that is long enough to have a header");
        refused(file, "GGUF");
        Files.write(file, new byte[0]);
        refused(file, file.toString());
    }

    @Test
    void aPromptThatIsLongerThanTheContext() {
        var prompt = "a".repeat(100); // a token each; the context holds 64
        var refused = Cli.lyceum("generate", "--model", model, "--prompt", prompt, "--max-tokens", 4);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).startsWith("lyceum: The prompt is 100 tokens long, but the model's context only 64; ")
                .doesNotContain("\tat ");
        var scored = Cli.lyceum("score", "--model", model, "--text", prompt, "--json");
        assertThat(scored.status()).as(scored.err()).isZero();
        assertThat(scored.json().path("logprobs").size()).as("in pieces that fit").isGreaterThan(64);
    }
}
