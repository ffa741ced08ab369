package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API over real HTTP. */
class ApiTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";
    private static ToyServer toy;

    @BeforeAll
    static void start() {
        toy = ToyServer.setup().start();
    }

    @AfterAll
    static void stop() {
        toy.close();
    }

    private static String chat(String more) {
        return "{'model': 'toy', 'messages': [{'role': 'user', 'content': 'the cat'}]" + greedy(more) + more + "}";
    }

    private static String text(String more) {
        return "{'model': 'toy', 'prompt': 'the cat'" + greedy(more) + more + "}";
    }

    /** What a request says unless it says otherwise. */
    private static String greedy(String more) {
        return (more.contains("'max_tokens'") ? "" : ", 'max_tokens': 8") + (more.contains("'temperature'") ? "" : ", 'temperature': 0");
    }

    @Test
    void chatHasOpenAisShape() {
        var answer = toy.post(CHAT, chat(""));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        var json = answer.json();
        assertThat(json.get("id").stringValue()).startsWith("chatcmpl-");
        assertThat(json.get("object").stringValue()).isEqualTo("chat.completion");
        assertThat(json.get("model").stringValue()).isEqualTo("toy");
        assertThat(json.get("created").longValue()).isGreaterThan(1_700_000_000L);
        var choice = json.get("choices").get(0);
        assertThat(choice.get("index").intValue()).isZero();
        assertThat(choice.get("message").get("role").stringValue()).isEqualTo("assistant");
        assertThat(choice.get("message").get("content").isString()).isTrue();
        assertThat(choice.get("logprobs").isNull()).isTrue();
        assertThat(choice.get("finish_reason").stringValue()).isIn("stop", "length");
        var usage = json.get("usage");
        assertThat(usage.get("total_tokens").intValue())
                .isEqualTo(usage.get("prompt_tokens").intValue() + usage.get("completion_tokens").intValue());
        assertThat(usage.get("completion_tokens").intValue()).isBetween(0, 8);
        assertThat(usage.get("prompt_tokens_details").has("cached_tokens")).isTrue();
    }

    @Test
    void aRepeatedPromptIsFoundInTheCache() {
        toy.post(CHAT, chat(""));
        var usage = toy.post(CHAT, chat("")).json().get("usage");
        assertThat(usage.get("prompt_tokens_details").get("cached_tokens").intValue())
                .isBetween(1, usage.get("prompt_tokens").intValue() - 1);
    }

    @Test
    void streamsTheSameTextThatAWholeAnswerHas() {
        var whole = toy.post(CHAT, chat(", 'seed': 3"));
        var stream = toy.post(CHAT, chat(", 'seed': 3, 'stream': true, 'stream_options': {'include_usage': true}"));
        assertThat(stream.response().headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
        var events = stream.events();
        assertThat(events.getLast()).isEqualTo("[DONE]");
        var chunks = events.subList(0, events.size() - 1).stream().map(event -> JsonMapper.shared().readTree(event)).toList();
        assertThat(chunks).allMatch(chunk -> chunk.get("object").stringValue().equals("chat.completion.chunk"));
        assertThat(chunks.stream().map(chunk -> chunk.get("id").stringValue()).distinct()).hasSize(1);
        assertThat(chunks.getFirst().get("choices").get(0).get("delta").get("role").stringValue()).isEqualTo("assistant");
        var usage = chunks.getLast();
        assertThat(usage.get("choices")).isEmpty();
        assertThat(usage.get("usage").get("completion_tokens")).isEqualTo(whole.json().get("usage").get("completion_tokens"));
        var last = chunks.get(chunks.size() - 2).get("choices").get(0);
        assertThat(last.get("delta")).isEmpty();
        assertThat(last.get("finish_reason")).isEqualTo(whole.json().get("choices").get(0).get("finish_reason"));
        var said = new StringBuilder();
        chunks.subList(0, chunks.size() - 1)
                .forEach(chunk -> said.append(chunk.get("choices").get(0).get("delta").path("content").asString("")));
        assertThat(said.toString()).isEqualTo(content(whole.json()));
    }

    @Test
    void withoutBeingAskedAStreamHasNoUsage() {
        assertThat(toy.post(CHAT, chat(", 'stream': true")).events()).noneMatch(event -> event.contains("usage"));
    }

    @Test
    void theSameSeedGivesTheSameTextAndAnotherAnother() {
        var texts = new HashSet<String>();
        for (int seed : new int[]{1, 1, 2}) {
            texts.add(content(
                    toy.post(CHAT, chat(", 'temperature': 1.5, 'max_tokens': 30, 'seed': " + seed)).json()));
        }
        assertThat(texts).hasSize(2);
    }

    @Test
    void penaltiesKeepTokensFromComingBack() {
        var free = distinct(", 'max_tokens': 60, 'logprobs': 0");
        assertThat(distinct(", 'max_tokens': 60, 'logprobs': 0, 'presence_penalty': 2")).isGreaterThan(free);
        assertThat(distinct(", 'max_tokens': 60, 'logprobs': 0, 'frequency_penalty': 2")).isGreaterThan(free);
    }

    /** How many different tokens a greedy text has. */
    private static long distinct(String more) {
        var tokens = toy.post(TEXT, text("").replace(", 'max_tokens': 8", more)).json().get("choices").get(0).get("logprobs").get("tokens");
        return tokens.valueStream().distinct().count();
    }

    @Test
    void nAnswersAreDifferentAndCountThePromptOnce() {
        var one = toy.post(CHAT, chat(", 'seed': 1")).json();
        var three = toy.post(CHAT, chat(", 'seed': 1, 'n': 3, 'temperature': 1.5, 'max_tokens': 20")).json();
        assertThat(three.get("choices")).hasSize(3);
        assertThat(IntStream.range(0, 3).mapToObj(i -> three.get("choices").get(i).get("message").get("content").stringValue()).distinct())
                .hasSize(3);
        assertThat(IntStream.range(0, 3).map(i -> three.get("choices").get(i).get("index").intValue())).containsExactly(0, 1, 2);
        assertThat(three.get("usage").get("prompt_tokens")).isEqualTo(one.get("usage").get("prompt_tokens"));
    }

    @Test
    void streamsNAnswersWithTheirIndex() {
        var events = toy.post(CHAT, chat(", 'n': 2, 'stream': true")).events();
        var ends = events.stream().filter(event -> event.contains("\"finish_reason\":\"")).toList();
        assertThat(ends).hasSize(2);
        assertThat(ends).anyMatch(event -> event.contains("\"index\":0")).anyMatch(event -> event.contains("\"index\":1"));
    }

    @Test
    void stopsBeforeAStopString() {
        var free = content(toy.post(CHAT, chat(", 'max_tokens': 40")).json());
        assertThat(free).hasSizeGreaterThan(8);
        var stop = free.substring(4, 6);
        var answer = toy.postExactly(CHAT, chat(", 'max_tokens': 40, 'stop': [STOP]").replace('\'', '"')
                .replace("STOP", JsonMapper.shared().writeValueAsString(stop))).json();
        assertThat(content(answer)).isEqualTo(free.substring(0, free.indexOf(stop)));
        assertThat(answer.get("choices").get(0).get("finish_reason").stringValue()).isEqualTo("stop");
    }

    @Test
    void logprobsOfAChatCoverEveryToken() {
        var json = toy.post(CHAT, chat(", 'logprobs': true, 'top_logprobs': 3")).json();
        var content = json.get("choices").get(0).get("logprobs").get("content");
        assertThat(content).hasSize(json.get("usage").get("completion_tokens").intValue());
        for (var token : content) {
            assertThat(token.get("logprob").doubleValue()).isLessThanOrEqualTo(0);
            assertThat(token.get("top_logprobs")).hasSize(3);
            assertThat(token.get("bytes")).isNotEmpty();
            // greedy: the token drawn is the most probable one
            assertThat(token.get("token")).isEqualTo(token.get("top_logprobs").get(0).get("token"));
        }
    }

    @Test
    void completionsHaveOpenAisShape() {
        var json = toy.post(TEXT, text(", 'logprobs': 2, 'n': 2")).json();
        assertThat(json.get("object").stringValue()).isEqualTo("text_completion");
        assertThat(json.get("id").stringValue()).startsWith("cmpl-");
        assertThat(json.get("choices")).hasSize(2);
        var choice = json.get("choices").get(0);
        assertThat(choice.get("text").isString()).isTrue();
        var logprobs = choice.get("logprobs");
        assertThat(logprobs.get("tokens")).hasSameSizeAs(logprobs.get("token_logprobs")).hasSameSizeAs(logprobs.get("text_offset"))
                .hasSameSizeAs(logprobs.get("top_logprobs"));
        assertThat(logprobs.get("top_logprobs").get(0).size()).isBetween(1, 2);
    }

    @Test
    void completesTokensAndSeveralPrompts() {
        assertThat(toy.post(TEXT, "{'model': 'toy', 'prompt': [1, 2, 3]}").json().get("usage").get("prompt_tokens").intValue())
                .isEqualTo(3);
        assertThat(toy.post(TEXT, "{'model': 'toy', 'prompt': ['a', 'b', 'c']}").json().get("choices")).hasSize(3);
        assertThat(toy.post(TEXT, "{'model': 'toy', 'prompt': ''}").status()).isEqualTo(200);
    }

    @Test
    void echoesThePrompt() {
        assertThat(toy.post(TEXT, text(", 'echo': true")).json().get("choices").get(0).get("text").stringValue()).startsWith("the cat");
    }

    @Test
    void streamsCompletions() {
        var whole = toy.post(TEXT, text("")).json().get("choices").get(0).get("text").stringValue();
        var events = toy.post(TEXT, text(", 'stream': true")).events();
        var said = new StringBuilder();
        events.subList(0, events.size() - 1)
                .forEach(event -> said.append(JsonMapper.shared().readTree(event).get("choices").get(0).get("text").stringValue()));
        assertThat(said.toString()).isEqualTo(whole);
        assertThat(events.getLast()).isEqualTo("[DONE]");
    }

    @Test
    void listsItsModel() {
        var json = toy.get("/v1/models").json();
        assertThat(json.get("object").stringValue()).isEqualTo("list");
        assertThat(json.get("data").get(0).get("id").stringValue()).isEqualTo("toy");
        assertThat(toy.get("/v1/models/toy").json().get("object").stringValue()).isEqualTo("model");
        assertThat(toy.get("/v1/models/owner/toy").error("code")).as("a name as the hub has them, which is only compared")
                .isEqualTo("model_not_found");
    }

    @ParameterizedTest
    @CsvSource({"/v1/models/..%2F..%2Fetc%2Fpasswd,404", "/v1/models/%2e%2e,404", "/v1/models/../../etc/passwd,404", "/v1/models/,404",
            "/v1/models/a/b,404", "/v1/models/%zz,400", "/etc/passwd,404", "/v1/models/toy%00,404"})
    void pathTricksLeadNowhere(String path, int status) throws Exception {
        try (var client = new org.lyceum.server.http.RawClient(toy.port())) {
            var answer = client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").readAll();
            assertThat(answer).startsWith("HTTP/1.1 " + status).contains("invalid_request_error").doesNotContain("root:");
        }
    }

    @Test
    void aModelNameIsOnlyCompared() {
        for (var name : new String[]{"../toy", "toy/../toy", "/etc/passwd", "TOY", "toy ", "gpt-4o", "\\u0000"}) {
            var answer = toy.post(CHAT, chat("").replace("'toy'", "'" + name + "'"));
            assertThat(answer.status()).as(name).isEqualTo(404);
            assertThat(answer.error("code")).isEqualTo("model_not_found");
            assertThat(answer.error("message")).contains("toy");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{'messages': []}|model",
            "{'model': 'toy'}|messages",
            "{'model': 'toy', 'messages': []}|messages",
            "{'model': 'toy', 'messages': 'hello'}|messages",
            "{'model': 'toy', 'messages': ['hello']}|messages[0]",
            "{'model': 'toy', 'messages': [{'content': 'a'}]}|messages[0].role",
            "{'model': 'toy', 'messages': [{'role': 'king', 'content': 'a'}]}|messages[0].role",
            "{'model': 'toy', 'messages': [{'role': 'user'}]}|messages[0].content",
            "{'model': 'toy', 'messages': [{'role': 'user', 'content': 3}]}|messages[0].content",
            "{'model': 'toy', 'messages': [{'role': 'user', 'content': [{'type': 'image_url'}]}]}|messages[0].content[0].type",
            "{'model': 'toy', 'messages': [{'role': 'tool', 'content': 'a'}]}|messages[0].tool_call_id",
            "{'model': 3, 'messages': [{'role': 'user', 'content': 'a'}]}|model"})
    void namesTheFieldOfAConversationThatIsWrong(String body, String field) {
        refused(toy.post(CHAT, body), field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "'temperature': 'hot'|temperature", "'temperature': 3|temperature", "'temperature': -0.1|temperature", "'top_p': 1.1|top_p",
            "'n': 0|n", "'n': 1.5|n", "'n': 1000|n", "'max_tokens': 0|max_tokens", "'max_tokens': -5|max_tokens",
            "'max_tokens': 1e300|max_tokens", "'max_completion_tokens': 'many'|max_completion_tokens", "'seed': 'x'|seed",
            "'seed': 99999999999999999999|seed", "'stop': 5|stop", "'stop': ['a','b','c','d','e']|stop", "'stop': ''|stop",
            "'stop': [3]|stop[0]", "'stream': 'yes'|stream", "'stream_options': {'include_usage': true}|stream_options",
            "'logprobs': 1|logprobs", "'top_logprobs': 2|top_logprobs", "'logprobs': true, 'top_logprobs': 21|top_logprobs",
            "'presence_penalty': 5|presence_penalty", "'frequency_penalty': -3|frequency_penalty", "'logit_bias': {'5': 10}|logit_bias",
            "'functions': []|functions", "'modalities': ['audio']|modalities", "'response_format': 'json'|response_format",
            "'response_format': {'type': 'yaml'}|response_format.type",
            "'response_format': {'type': 'json_schema'}|response_format.json_schema",
            "'tools': [{'type': 'function'}]|tools[0].function", "'tools': [{'type': 'spanner'}]|tools[0].type",
            "'tools': [{'type': 'function', 'function': {'name': 'a b'}}]|tools[0].function.name", "'tool_choice': 'required'|tool_choice",
            "'tool_choice': {'type': 'function', 'function': {'name': 'x'}}|tool_choice"})
    void namesTheParameterThatIsWrong(String parameter, String field) {
        refused(toy.post(CHAT, "{'model': 'toy', 'messages': [{'role': 'user', 'content': 'a'}], " + parameter + "}"), field);
    }

    private static void refused(ToyServer.Answer answer, String field) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.error("param")).isEqualTo(field);
        assertThat(answer.error("message")).contains(field).endsWith(".");
        assertThat(answer.error("type")).isEqualTo("invalid_request_error");
    }

    @Test
    void parametersThatChangeNothingAreTaken() {
        assertThat(toy.post(CHAT, chat(", 'user': 'u', 'store': false, 'metadata': {'a': 'b'}, 'service_tier': 'auto', 'logit_bias': {}, "
                + "'presence_penalty': null, 'seed': null, 'tools': [], 'parallel_tool_calls': true, 'something_new': [1]")).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"''|empty", "'{'|line 1", "'[]'|array", "'3'|number", "'{} {}'|JSON", "'{\"a\": }'|column",
            "'{\"model\": NaN}'|JSON"})
    void saysWhatIsWrongWithABody(String body, String said) {
        var answer = toy.postExactly(CHAT, body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error("message")).contains(said);
    }

    @Test
    void anAbsurdlyNestedBodyIsRefused() {
        var answer = toy.postExactly(CHAT, "{\"a\":".repeat(100_000));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error("message")).contains("nest");
    }

    @Test
    void refusesWhatDoesNotFitTheContext() {
        var longPrompt = toy.post(TEXT, text("").replace("the cat", "the cat ".repeat(500)));
        assertThat(longPrompt.status()).isEqualTo(400);
        assertThat(longPrompt.error("code")).isEqualTo("context_length_exceeded");
        assertThat(longPrompt.error("message")).contains("" + ToyServer.CONTEXT);
        var longAnswer = toy.post(CHAT, chat("").replace("8", "" + ToyServer.CONTEXT));
        assertThat(longAnswer.error("code")).isEqualTo("context_length_exceeded");
        assertThat(longAnswer.error("param")).isEqualTo("messages");
    }

    @Test
    void withoutALimitAnAnswerMayFillTheContext() {
        var json = toy.post(CHAT, chat("").replace(", 'max_tokens': 8", "")).json();
        assertThat(json.get("usage").get("total_tokens").intValue()).isLessThanOrEqualTo(ToyServer.CONTEXT);
    }

    @Test
    void aDecoderMakesNoEmbeddings() {
        var answer = toy.post("/v1/embeddings", "{'model': 'toy', 'input': 'a text'}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error("message")).contains("--embedding-model");
    }

    @Test
    void methodsAndPathsThatDoNotExist() {
        assertThat(toy.get(CHAT).status()).isEqualTo(405);
        assertThat(toy.get(CHAT).response().headers().firstValue("Allow")).hasValue("POST");
        assertThat(toy.get("/v2/nothing").error("code")).isEqualTo("unknown_url");
        assertThat(toy.post("/v1/models", "{}").status()).isEqualTo(405);
    }

    @Test
    void saysThatItIsWell() {
        assertThat(toy.get("/health").json().get("status").stringValue()).isEqualTo("ok");
    }

    @Test
    void countsForPrometheus() {
        toy.post(CHAT, chat(""));
        toy.post(CHAT, "{");
        toy.get("/v1/nowhere");
        var metrics = toy.get("/metrics");
        assertThat(metrics.response().headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(metrics.body())
                .contains("lyceum_http_requests_total{method=\"POST\",route=\"/v1/chat/completions\",status=\"200\"}")
                .contains("status=\"400\"")
                .contains("route=\"other\"").doesNotContain("nowhere")
                .containsPattern("lyceum_time_to_first_token_seconds_count [1-9]")
                .containsPattern("lyceum_time_per_token_seconds_bucket\\{le=\"[^\"]+\"\\} [1-9]")
                .containsPattern("lyceum_requests_queued [0-9.]+")
                .containsPattern("lyceum_requests_running [0-9.]+")
                .containsPattern("lyceum_cache_tokens [1-9]")
                .containsPattern("lyceum_completion_tokens_total [1-9]")
                .contains("lyceum_generations_finished_total{reason=\"max_tokens\"}");
    }

    @Test
    void everyAnswerCarriesTheSecurityHeaders() {
        for (var path : new String[]{"/health", "/v1/models", "/nowhere"}) {
            var headers = toy.get(path).response().headers();
            assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(headers.firstValue("Content-Security-Policy").orElse("")).contains("default-src 'none'");
            assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    private static String content(JsonNode answer) {
        return answer.get("choices").get(0).get("message").get("content").stringValue();
    }
}
