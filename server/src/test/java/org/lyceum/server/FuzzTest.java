package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Bodies that nobody would send: each is answered, none with a 5xx, and the server answers the next. */
class FuzzTest {
    private static final String CHAT = """
            {"model": "toy", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": [{"type": "text", "text": "hi"}]},
              {"role": "assistant", "content": null, "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
              {"role": "tool", "tool_call_id": "a", "content": "3"}], "max_tokens": 2, "temperature": 0.5, "top_p": 0.9, "n": 1, "stop": ["x"],
              "seed": 1, "logprobs": true, "top_logprobs": 2, "stream": true, "stream_options": {"include_usage": true}, "user": "u",
              "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object", "properties":
              {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": false}}}}""";
    private static final String TEXT = """
            {"model": "toy", "prompt": ["a", "b"], "max_tokens": 2, "n": 2, "logprobs": 1, "echo": false, "stop": "z", "seed": 4}""";
    private static final String EMBEDDING = """
            {"model": "toy", "input": ["a", "b"], "encoding_format": "base64", "dimensions": 4}""";
    private static final List<String> VALUES = List.of("null", "true", "false", "0", "-1", "1", "1e308", "-0.5", "99999999999999999999",
            "\"\"",
            "\"a\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[[]]", "[null]", "[1]", "[\"x\"]", "{\"type\": \"text\"}", "\"toy\"",
            "{\"type\": \"array\", \"minItems\": 1000000}", "{\"$ref\": \"#\"}", "{\"pattern\": \"(((\"}");

    @Test
    void damagedTreesAndBytesAreRefusedNotFailedOn() throws InterruptedException {
        var random = Seeds.generator(1, "fuzz", 0);
        var seeds = new String[][]{{"/v1/chat/completions", CHAT}, {"/v1/completions", TEXT}, {"/v1/embeddings", EMBEDDING}};
        try (var toy = ToyServer.setup().start()) {
            for (int i = 0; i < 900; i++) {
                var seed = seeds[random.nextInt(seeds.length)];
                var answer = random.nextInt(4) == 0
                        ? toy.post(seed[0], bytes(seed[1], random))
                        : toy.postExactly(seed[0], tree(seed[1], random));
                assertThat(answer.status()).as("%s", answer.body()).isIn(200, 400, 404);
                if (answer.status() != 200) {
                    assertThat(answer.error("message")).isNotEmpty().doesNotContain("Exception").doesNotContain("org.lyceum");
                }
            }
            toy.awaitIdle();
            assertThat(toy.get("/health").status()).isEqualTo(200);
            assertThat(toy.statistics().failed()).isZero();
        }
    }

    /** One or two values somewhere in the tree become others, or vanish. */
    private static String tree(String json, RandomGenerator random) {
        var root = JsonMapper.shared().readTree(json);
        for (int n = 1 + random.nextInt(2); n > 0; n--) {
            JsonNode at = root;
            while (true) {
                var next = at.isContainer() && !at.isEmpty() ? child(at, random) : null;
                if (next == null || !next.isContainer() || random.nextInt(3) == 0) {
                    break;
                }
                at = next;
            }
            change(at, random);
        }
        return JsonMapper.shared().writeValueAsString(root);
    }

    private static JsonNode child(JsonNode parent, RandomGenerator random) {
        var children = parent.values().stream().toList();
        return children.get(random.nextInt(children.size()));
    }

    private static void change(JsonNode at, RandomGenerator random) {
        var value = JsonMapper.shared().readTree(VALUES.get(random.nextInt(VALUES.size())));
        if (at instanceof ObjectNode object && !object.isEmpty()) {
            var names = List.copyOf(object.propertyNames());
            var name = names.get(random.nextInt(names.size()));
            if (random.nextInt(5) == 0) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
        } else if (at instanceof ArrayNode array) {
            array.add(value);
        }
    }

    /** A few bytes become others, or the text ends early. */
    private static byte[] bytes(String json, RandomGenerator random) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }
}
