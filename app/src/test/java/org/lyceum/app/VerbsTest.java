package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VerbsTest {
    @TempDir
    static Path folder;
    private static Path model;

    @BeforeAll
    static void makeModel() {
        model = Cli.toyModel(folder.resolve("model"));
    }

    @Test
    void generateReportsWhatTheContractNames() {
        var run = Cli.lyceum("generate", "--model", model, "--prompt", "Hello", "--max-tokens", 7, "--seed", 3, "--temperature", 0.9,
                "--top-k", 0,
                "--json");
        assertThat(run.status()).as(run.err()).isZero();
        var json = run.json();
        assertThat(json.get("prompt_tokens").asInt()).isEqualTo(5);
        assertThat(json.get("completion_tokens").asInt()).isEqualTo(json.get("tokens").size()).isBetween(1, 7);
        assertThat(json.get("text").isString()).isTrue();
        assertThat(json.get("prefill_tokens_per_s").asDouble()).isPositive();
        assertThat(json.has("decode_tokens_per_s")).isTrue();
        var again = Cli.lyceum("generate", "--model", model, "--prompt", "Hello", "--max-tokens", 7, "--seed", 3, "--temperature", 0.9,
                "--top-k",
                0, "--json");
        assertThat(again.json().get("tokens")).isEqualTo(json.get("tokens"));
        var plain = Cli.lyceum("generate", "--model", model, "--prompt", "Hello", "--max-tokens", 7, "--seed", 3, "--temperature", 0.9,
                "--top-k", 0);
        assertThat(plain.out()).isEqualTo("Hello" + json.get("text").asString() + System.lineSeparator());
        assertThat(plain.err()).contains("5 prompt tokens");
    }

    @Test
    void aPromptThatDoesNotFitIsOneSentence() {
        var run = Cli.lyceum("generate", "--model", model, "--prompt", "x".repeat(100));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("100 tokens").contains("64").doesNotContain("\tat ");
        assertThat(
                Cli.lyceum("generate", "--model", model, "--prompt", "x".repeat(100), "--when-full", "slide", "--max-tokens", 3).status())
                .isZero();
    }

    @Test
    void aPromptThatIsRefusedIsNotPrinted() {
        var run = Cli.lyceum("generate", "--model", model, "--prompt", "x".repeat(100));
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("lyceum: ");
    }

    @Test
    void numbersThatJsonCannotSayBecomeNull() {
        var said = JsonMapper.shared().writeValueAsString(
                Output.sayable(Map.of("list", List.of(1.5, Double.NaN, Map.of("inner", Double.NEGATIVE_INFINITY)))));
        assertThat(said).isEqualTo("{\"list\":[1.5,null,{\"inner\":null}]}");
    }

    @Test
    void scoreGivesALogProbabilityForEachToken() throws IOException {
        var json = Cli.lyceum("score", "--model", model, "--text", "Hello", "--json").json();
        assertThat(json.get("tokens").size()).isEqualTo(5);
        double sum = json.get("logprobs").valueStream().mapToDouble(JsonNode::asDouble).sum();
        assertThat(sum).isNegative();
        assertThat(json.get("perplexity").asDouble()).isCloseTo(Math.exp(-sum / 5), within(1e-6));
        assertThat(json.get("bits_per_byte").asDouble()).isCloseTo(-sum / 5 / Math.log(2), within(1e-9));
        Files.writeString(folder.resolve("hello.txt"), "Hello");
        assertThat(Cli.lyceum("score", "--model", model, "--file", folder.resolve("hello.txt"), "--json").json()).isEqualTo(json);
        Files.write(folder.resolve("binary"), new byte[]{'a', 'b', (byte) 0xFF});
        var bad = Cli.lyceum("score", "--model", model, "--file", folder.resolve("binary"));
        assertThat(bad.status()).isEqualTo(1);
        assertThat(bad.err()).contains("offset 2");
    }

    @Test
    void tokenizersGoThereAndBack() throws IOException {
        Files.writeString(folder.resolve("corpus.txt"), "the cat and the dog and the bird\n".repeat(20));
        var out = folder.resolve("tokenizer");
        var trained = Cli.lyceum("tokenizer", "train", "--data", folder.resolve("corpus.txt"), "--vocab-size", 265, "--out", out, "--json");
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(trained.json().get("vocab_size").asInt()).isEqualTo(265);
        var ids = Cli.lyceum("tokenizer", "encode", "--tokenizer", out, "--text", "the é dog", "--json").json().get("ids");
        assertThat(ids.size()).isLessThan(10);
        var words = ids.valueStream().map(JsonNode::asString).toList();
        assertThat(Cli.lyceum("tokenizer", "decode", "--tokenizer", out, "--ids", String.join(",", words), "--json").json().get("text")
                .asString())
                .isEqualTo("the é dog");
        assertThat(Cli.lyceum("tokenizer", "decode", "--tokenizer", out, "x").status()).isEqualTo(2);
        assertThat(Cli.lyceum("tokenizer", "decode", "--tokenizer", out, "999").err()).contains("999");
        var characters = Cli.lyceum("tokenizer", "train", "--kind", "characters", "--data", folder.resolve("corpus.txt"), "--out",
                folder.resolve("characters"));
        assertThat(characters.out()).contains("15 tokens");
    }
}
