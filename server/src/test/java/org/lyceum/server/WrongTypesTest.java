package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.provider.Arguments;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Every field of every endpoint with a value of every wrong type, and JSON that is barely any. */
class WrongTypesTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";
    private static final String EMBEDDINGS = "/v1/embeddings";
    private static ToyServer toy;

    @BeforeAll
    static void start() {
        toy = ToyServer.setup().embedding(OpenAiClientTest.embeddings()).start();
    }

    @AfterAll
    static void stop() {
        assertThat(toy.get("/health").status()).isEqualTo(200);
        assertThat(toy.statistics().failed()).isZero();
        toy.close();
    }

    private static String honest(String path) {
        return switch (path) {
            case CHAT -> "{\"model\": \"toy\", \"messages\": [{\"role\": \"user\", \"content\": \"the cat\"}], \"max_tokens\": 2}";
            case TEXT -> "{\"model\": \"toy\", \"prompt\": \"the cat\", \"max_tokens\": 2}";
            default -> "{\"model\": \"bert\", \"input\": \"a cat\"}";
        };
    }

    /** Fields, and the kinds of JSON values that they take: s, n, b, a, o. */
    static Stream<Arguments> fields() {
        var sampling = List.of("model s", "temperature n", "top_p n", "top_k n", "min_p n", "repetition_penalty n", "presence_penalty n",
                "frequency_penalty n", "seed n", "stop sa", "max_tokens n", "max_completion_tokens n", "n n", "stream b",
                "stream_options o",
                "response_format o", "logit_bias o");
        var chat = List.of("messages a", "logprobs b", "top_logprobs n", "tools a", "tool_choice so", "parallel_tool_calls b");
        var text = List.of("prompt sa", "logprobs n", "echo b", "best_of n");
        var embedding = List.of("model s", "input sa", "encoding_format s", "dimensions n");
        return Stream.of(sampling.stream().map(field -> CHAT + " " + field), chat.stream().map(field -> CHAT + " " + field),
                sampling.stream().map(field -> TEXT + " " + field), text.stream().map(field -> TEXT + " " + field),
                embedding.stream().map(field -> EMBEDDINGS + " " + field)).flatMap(lines -> lines)
                .map(line -> Arguments.of((Object[]) line.split(" ")));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aFieldOfAnotherTypeIsNamed(String path, String field, String kinds) {
        for (var wrong : List.of("s\"a text\"", "n3", "btrue", "a[[]]", "o{\"a\": 1}")) {
            if (kinds.indexOf(wrong.charAt(0)) < 0) {
                var body = (ObjectNode) JsonMapper.shared().readTree(honest(path));
                body.set(field, JsonMapper.shared().readTree(wrong.substring(1)));
                var answer = toy.postExactly(path, body.toString());
                assertThat(answer.status()).as("%s: %s", body, answer.body()).isEqualTo(400);
                assertThat(answer.error("type")).isEqualTo("invalid_request_error");
                assertThat(answer.error("param")).isEqualTo(field);
                assertThat(answer.error("message")).contains("'" + field + "'").endsWith(".").doesNotContain("Exception");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void nullCountsAsAbsent(String path, String field, String kinds) {
        var body = (ObjectNode) JsonMapper.shared().readTree(honest(path));
        boolean needed = body.has(field) && !field.equals("max_tokens");
        body.putNull(field);
        var answer = toy.postExactly(path, body.toString());
        assertThat(answer.status()).as("%s: %s", body, answer.body()).isEqualTo(needed ? 400 : 200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "'temperature': 1e999|temperature", "'temperature': -1e999|temperature", "'top_p': 1e400|top_p", "'seed': 1e999|seed",
            "'n': 1e999|n",
            "'max_tokens': 1e999999999|max_tokens", "'max_tokens': 1e-999999999|max_tokens", "'seed': 1e999999999|seed",
            "'n': 123456789012345678901234567890|n", "'top_logprobs': -1|top_logprobs", "'top_k': 1.5|top_k"})
    void numbersBeyondAllBounds(String field, String named) {
        var answer = toy.post(CHAT, "{'model': 'toy', 'messages': [{'role': 'user', 'content': 'a'}], " + field + "}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.error("param")).isEqualTo(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "+1", ".5", "1.", "01", "0x10", "1e", "- 1", "undefined", "'1'", "1_000"})
    void numbersThatAreNone(String number) {
        for (var path : List.of(CHAT, TEXT, EMBEDDINGS)) {
            var answer = toy.postExactly(path, honest(path).replace("}", ", \"temperature\": " + number + "}"));
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.error("message")).startsWith("The body is not valid JSON").endsWith(").").doesNotContain("Feature");
        }
    }

    @Test
    void aNumberOfAMillionDigits() {
        var answer = toy.postExactly(CHAT, honest(CHAT).replace("2}", "1".repeat(1_000_000) + "}"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).hasSizeLessThan(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":", "[", "{\"messages\":[", "{\"response_format\":{\"json_schema\":{\"schema\":{\"items\":"})
    void jsonNestedAHundredThousandDeep(String opening) {
        for (var path : List.of(CHAT, TEXT, EMBEDDINGS, "/studio/api/attention")) {
            var answer = toy.postExactly(path, opening.repeat(100_000).substring(0, 100_000));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error("message")).contains("nest").hasSizeLessThan(400).endsWith(").")
                    .doesNotContain("StreamReadConstraints");
        }
    }

    @Test
    void aFieldThatIsThereTwiceIsRefused() {
        var answer = toy.post(CHAT, "{'model': 'toy', 'model': 'other', 'messages': [{'role': 'user', 'content': 'a'}], 'max_tokens': 1}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error("message")).contains("model").contains("twice").doesNotContain("Duplicate");
        assertThat(toy.post(CHAT, "{'model': 'toy', 'messages': [{'role': 'user', 'content': 'a', 'content': 'b'}]}").status())
                .isEqualTo(400);
    }

    @Test
    void unknownFieldsChangeNothing() {
        for (var path : List.of(CHAT, TEXT, EMBEDDINGS)) {
            assertThat(toy
                    .postExactly(path, honest(path).replace("}]", "}]").replaceFirst("\\{", "{\"__proto__\": {\"a\": [1]}, \"\": null, "))
                    .status()).isEqualTo(200);
        }
    }

    @Test
    void bytesThatAreNoUtf8() {
        for (var path : List.of(CHAT, TEXT, EMBEDDINGS)) {
            var honest = honest(path);
            var bytes = honest.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            bytes[honest.lastIndexOf("cat")] = (byte) 0xff;
            assertThat(toy.post(path, bytes).status()).isIn(200, 400);
            var utf16 = honest.getBytes(java.nio.charset.StandardCharsets.UTF_16);
            assertThat(toy.post(path, utf16).status()).isEqualTo(400);
        }
    }
}
