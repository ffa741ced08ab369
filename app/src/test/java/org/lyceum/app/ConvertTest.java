package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A run that was trained here into files of other programs, and each of them in the place of the run. */
class ConvertTest {
    private static final String TEXT = "The cat and the bird in the house.";

    @TempDir
    static Path folder;
    private static Path run;
    private static Path whole;

    @BeforeAll
    static void train() throws IOException {
        run = folder.resolve("run");
        var trained = ToyRun.here(ToyRun.command(ToyRun.corpus(folder.resolve("corpus.txt")), run, "--max-steps", "40", "--set",
                "tokenizer.kind=bpe", "--set", "tokenizer.vocabulary_size=280", "--set", "model.context=64", "--set", "model.width=32"));
        assertThat(trained.status()).as(trained.err()).isZero();
        whole = converted(run, "gguf", folder.resolve("whole.gguf"), "--quantize", "f32");
    }

    private static Path converted(Path model, String to, Path out, String... more) {
        var words = new Object[9 + more.length];
        System.arraycopy(new Object[]{"convert", "--model", model, "--to", to, "--out", out, "--json", "--debug"}, 0, words, 0, 9);
        System.arraycopy(more, 0, words, 9, more.length);
        var done = Cli.lyceum(words);
        assertThat(done.status()).as(done.err()).isZero();
        assertThat(done.json().get("out").asString()).isEqualTo(out.toString());
        assertThat(done.json().get("bytes").asLong()).isPositive();
        return out;
    }

    private static JsonNode greedy(Path model) {
        var written = Cli.lyceum("generate", "--model", model, "--prompt", "The cat", "--max-tokens", 32, "--temperature", 0, "--json");
        assertThat(written.status()).as(written.err()).isZero();
        return written.json().get("tokens");
    }

    private static double[] logprobs(Path model) {
        var scored = Cli.lyceum("score", "--model", model, "--text", TEXT, "--json");
        assertThat(scored.status()).as(scored.err()).isZero();
        return scored.json().get("logprobs").valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    private static double largestDifference(Path one, Path other) {
        var a = logprobs(one);
        var b = logprobs(other);
        assertThat(a).hasSameSizeAs(b).hasSizeGreaterThan(10);
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    @ParameterizedTest
    @CsvSource({"f32, 1e-4", "f16, 5e-3", "bf16, 3e-2", "q8_0, 3e-2", "q4_0, 0.5", "q4_k, 0.5"})
    void aRunBecomesAGgufFile(String quantization, double within) throws IOException {
        var file = converted(run, "gguf", folder.resolve(quantization + ".gguf"), "--quantize", quantization);
        double difference = largestDifference(file, run);
        assertThat(difference).isLessThan(within);
        if (quantization.startsWith("q")) {
            assertThat(difference).as("as if nothing were rounded").isGreaterThan(1e-5);
            assertThat(Files.size(file)).isLessThan(Files.size(whole));
        } else {
            assertThat(greedy(file)).hasSize(32).isEqualTo(greedy(run));
        }
    }

    @Test
    void aRunBecomesAFolderAndAFolderAFile() {
        var there = converted(run, "hf", folder.resolve("there"));
        assertThat(largestDifference(there, run)).isZero();
        var file = converted(there, "gguf", folder.resolve("there.gguf"), "--quantize", "f32");
        var back = converted(file, "hf", folder.resolve("back"));
        assertThat(largestDifference(back, run)).isLessThan(1e-4);
        assertThat(greedy(back)).isEqualTo(greedy(run));
    }

    @Test
    void mistakesAreOneSentence() {
        var nothing = Cli.lyceum("convert", "--model", folder.resolve("none"), "--to", "gguf", "--out", folder.resolve("no.gguf"));
        assertThat(nothing.status()).isEqualTo(1);
        assertThat(nothing.err()).contains("There is no model at").doesNotContain("\tat ");
        var blocks = Cli.lyceum("convert", "--model", run, "--to", "hf", "--quantize", "q8_0", "--out", folder.resolve("no"));
        assertThat(blocks.status()).isEqualTo(2);
        assertThat(blocks.err()).contains("quantized blocks are GGUF's").doesNotContain("\tat ");
        assertThat(folder.resolve("no.gguf")).doesNotExist();
        assertThat(folder.resolve("no")).doesNotExist();
    }
}
