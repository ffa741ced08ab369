package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Tools, and answers in JSON, by a model that knows nothing: what is right comes from constraints alone. */
class ToolsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEMPLATE = """
            {%- if tools %}tools: {% for tool in tools %}{{ tool | tojson }}{% endfor %}; answer <tool_call>{"name": n, "arguments": a}</tool_call>
            {% endif %}{% for message in messages %}{{ message.role }}: {{ message.content }}
            {% for call in message.tool_calls or [] %}<tool_call>{{ call.function | tojson }}</tool_call>{% endfor %}{% endfor %}
            {%- if add_generation_prompt %}assistant: {% endif %}""";
    private static final String TOOLS = ", 'tools': [{'type': 'function', 'function': {'name': 'weather', 'description': 'd', 'parameters': "
            + "{'type': 'object', 'properties': {'city': {'enum': ['Rome', 'Oslo']}, 'hourly': {'type': 'boolean'}}, "
            + "'required': ['city', 'hourly']}}}, {'type': 'function', 'function': {'name': 'now'}}]";
    private static ToyServer toy;

    @BeforeAll
    static void start() {
        toy = ToyServer.setup().context(2048).template(TEMPLATE).start();
    }

    @AfterAll
    static void stop() {
        toy.close();
    }

    private static String chat(String more) {
        return "{'model': 'toy', 'messages': [{'role': 'user', 'content': 'the cat'}], 'max_tokens': 200, 'seed': 1" + more + "}";
    }

    @Test
    void aRequiredCallIsAValidCall() {
        var answer = toy.post(CHAT, chat(TOOLS + ", 'tool_choice': {'type': 'function', 'function': {'name': 'weather'}}"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        var choice = answer.json().get("choices").get(0);
        assertThat(choice.get("finish_reason").stringValue()).isEqualTo("tool_calls");
        assertThat(choice.get("message").get("content").isNull()).isTrue();
        var call = choice.get("message").get("tool_calls").get(0);
        assertThat(call.get("type").stringValue()).isEqualTo("function");
        assertThat(call.get("id").stringValue()).isNotEmpty();
        assertThat(call.get("function").get("name").stringValue()).isEqualTo("weather");
        var arguments = JsonMapper.shared().readTree(call.get("function").get("arguments").stringValue());
        assertThat(arguments.get("city").stringValue()).isIn("Rome", "Oslo");
        assertThat(arguments.get("hourly").isBoolean()).isTrue();
    }

    @Test
    void aRequiredCallIsStreamedWhole() {
        var events = toy.post(CHAT, chat(TOOLS + ", 'tool_choice': {'type': 'function', 'function': {'name': 'weather'}}, 'stream': true"))
                .events();
        var calls = events.stream().filter(event -> event.contains("tool_calls\":[")).toList();
        assertThat(calls).hasSize(1);
        assertThat(calls.getFirst()).contains("\"index\":0", "\"name\":\"weather\"", "\\\"city\\\"");
        assertThat(events.get(events.size() - 2)).contains("\"finish_reason\":\"tool_calls\"");
        assertThat(events).noneMatch(event -> event.contains("<tool_call>"));
    }

    @Test
    void theAnswerOfAToolGoesBackThroughTheTemplate() {
        var body = "{'model': 'toy', 'max_tokens': 4, 'messages': [{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': null, "
                + "'tool_calls': [{'id': 'c1', 'type': 'function', 'function': {'name': 'weather', 'arguments': ARGUMENTS}}]}, "
                + "{'role': 'tool', 'tool_call_id': 'c1', 'content': 'sun'}]" + TOOLS + "}";
        assertThat(toy.postExactly(CHAT, body.replace('\'', '"').replace("ARGUMENTS", "\"{\\\"city\\\": \\\"Rome\\\"}\"")).status())
                .isEqualTo(200);
        var damaged = toy.post(CHAT, body.replace("ARGUMENTS", "'{city'"));
        assertThat(damaged.error("param")).isEqualTo("messages[1].tool_calls[0].function.arguments");
    }

    @Test
    void withNoneTheModelIsToldOfNoTools() {
        int told = promptTokens(chat(TOOLS));
        int untold = promptTokens(chat(TOOLS + ", 'tool_choice': 'none'"));
        assertThat(untold).isLessThan(told).isEqualTo(promptTokens(chat("")));
    }

    private static int promptTokens(String body) {
        var answer = toy.post(CHAT, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("usage").get("prompt_tokens").intValue();
    }

    @Test
    void aModelWithoutATemplateForToolsSaysSo() {
        try (var plain = ToyServer.setup().start()) {
            var answer = plain.post(CHAT, chat(TOOLS).replace("'max_tokens': 200", "'max_tokens': 5"));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error("param")).isEqualTo("tools");
        }
    }

    @Test
    void anAnswerFollowsItsSchema() {
        var format = ", 'response_format': {'type': 'json_schema', 'json_schema': {'name': 'animal', 'strict': true, 'schema': {'type': 'object', "
                + "'properties': {'kind': {'enum': ['cat', 'dog']}, 'legs': {'type': 'integer', 'minimum': 0, 'maximum': 9}}, "
                + "'required': ['kind', 'legs'], 'additionalProperties': false}}}";
        for (int seed = 0; seed < 5; seed++) {
            var answer = toy.post(CHAT, chat(format).replace("'seed': 1", "'seed': " + seed)).json();
            var said = JsonMapper.shared().readTree(answer.get("choices").get(0).get("message").get("content").stringValue());
            assertThat(said.propertyNames()).containsExactly("kind", "legs");
            assertThat(said.get("kind").stringValue()).isIn("cat", "dog");
            assertThat(said.get("legs").intValue()).isBetween(0, 9);
        }
    }

    @Test
    void aSchemaThatCannotBeFollowedIsRefused() {
        var answer = toy.post(CHAT, chat(", 'response_format': {'type': 'json_schema', 'json_schema': {'name': 'n', 'schema': "
                + "{'type': 'object', 'patternProperties': {'a': {}}}}}"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error("param")).isEqualTo("response_format.json_schema.schema");
    }
}
