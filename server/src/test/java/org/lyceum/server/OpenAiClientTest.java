package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.inference.embedding.EmbeddingModel;
import org.lyceum.server.openai.EmbeddingService;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's own client for Java, which nobody here wrote. */
class OpenAiClientTest {
    /** A sentence-transformers folder with random weights, which the tests of inference made with Python. */
    private static final Path EMBEDDING_MODEL = Path.of("../inference/src/test/resources/embedding/bert");
    private static ToyServer toy;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        toy = ToyServer.setup().embedding(embeddings()).start();
        client = client("not-needed");
    }

    @AfterAll
    static void stop() {
        client.close();
        toy.close();
    }

    static EmbeddingService embeddings() {
        return new EmbeddingService("bert", EmbeddingModel.load(EMBEDDING_MODEL), 8, Duration.ofSeconds(30));
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder().baseUrl(toy.url() + "/v1").apiKey(key).maxRetries(0).build();
    }

    private static ChatCompletionCreateParams.Builder chat() {
        return ChatCompletionCreateParams.builder().model("toy").addSystemMessage("be brief").addUserMessage("the cat")
                .maxCompletionTokens(12).temperature(0);
    }

    @Test
    void chats() {
        var completion = client.chat().completions().create(chat().logprobs(true).topLogprobs(2).n(2).build());
        assertThat(completion.validate().choices()).hasSize(2);
        var choice = completion.choices().getFirst();
        assertThat(choice.message().content()).isPresent();
        var usage = completion.usage().orElseThrow();
        assertThat(usage.completionTokens()).isBetween(1L, 24L);
        assertThat(usage.promptTokensDetails().orElseThrow().cachedTokens()).isPresent();
        assertThat(choice.logprobs().orElseThrow().content().orElseThrow()).isNotEmpty()
                .allMatch(token -> token.topLogprobs().size() == 2);
    }

    @Test
    void streams() {
        var whole = client.chat().completions().create(chat().build());
        var text = new StringBuilder();
        var tokens = new long[1];
        try (var stream = client.chat().completions().createStreaming(
                chat().streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build()).build())) {
            stream.stream().forEach(chunk -> {
                chunk.validate();
                chunk.choices().forEach(choice -> choice.delta().content().ifPresent(text::append));
                chunk.usage().ifPresent(usage -> tokens[0] = usage.completionTokens());
            });
        }
        assertThat(text.toString()).isEqualTo(whole.choices().getFirst().message().content().orElseThrow());
        assertThat(tokens[0]).isEqualTo(whole.usage().orElseThrow().completionTokens());
    }

    @Test
    void completes() {
        var completion = client.completions()
                .create(CompletionCreateParams.builder().model("toy").prompt("the cat").maxTokens(6).logprobs(1)
                        .temperature(0).build());
        assertThat(completion.validate().choices()).hasSize(1);
        assertThat(completion.choices().getFirst().logprobs().orElseThrow().tokens().orElseThrow()).isNotEmpty();
    }

    @Test
    void embeds() {
        var response = client.embeddings().create(
                EmbeddingCreateParams.builder().model("bert").inputOfArrayOfStrings(List.of("a cat", "a dog")).build()).validate();
        assertThat(response.data()).hasSize(2);
        var expected = EmbeddingModel.load(EMBEDDING_MODEL).embed("a cat").vector();
        var vector = response.data().getFirst().embedding();
        assertThat(vector).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(vector.get(i)).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-5f));
        }
        assertThat(response.usage().promptTokens()).isPositive();
    }

    @Test
    void listsModels() {
        assertThat(client.models().list().data()).extracting(model -> model.validate().id()).containsExactly("toy", "bert");
        assertThat(client.models().retrieve("toy").id()).isEqualTo("toy");
    }

    @Test
    void answersInJson() {
        var completion = client.chat().completions()
                .create(chat().responseFormat(ResponseFormatJsonObject.builder().build()).maxCompletionTokens(120).temperature(1).seed(3)
                        .build());
        var choice = completion.choices().getFirst();
        if (choice.finishReason().asString().equals("stop")) {
            assertThat(JsonMapper.shared().readTree(choice.message().content().orElseThrow()).isObject()).isTrue();
        } else {
            assertThat(choice.message().content().orElseThrow().stripLeading()).startsWith("{");
        }
    }

    /** What an answer is to look like. */
    static class Animal {
        public Kind kind;
        public boolean furry;
    }

    enum Kind {
        CAT, DOG
    }

    @Test
    void answersInTheShapeOfAClass() {
        var animal = client.chat().completions().create(chat().maxCompletionTokens(100).responseFormat(Animal.class).build()).choices()
                .getFirst().message().content().orElseThrow();
        assertThat(animal.kind).isIn(Kind.CAT, Kind.DOG);
    }

    @Test
    void errorsBecomeItsExceptions() {
        assertThatThrownBy(() -> client.chat().completions().create(chat().model("gpt-5").build())).isInstanceOf(NotFoundException.class)
                .hasMessageContaining("toy");
        assertThatThrownBy(() -> client.chat().completions().create(chat().maxCompletionTokens(100_000).build()))
                .isInstanceOf(BadRequestException.class).hasMessageContaining("" + ToyServer.CONTEXT);
    }

    @Test
    void sendsItsKey(@TempDir Path folder) throws IOException {
        var key = "a-key-of-twenty-four-ch";
        try (var locked = ToyServer.setup().keys(ApiKeys.read(Files.writeString(folder.resolve("keys"), key))).start()) {
            var builder = OpenAIOkHttpClient.builder().baseUrl(locked.url() + "/v1").maxRetries(0);
            assertThat(builder.apiKey(key).build().models().list().data()).hasSize(1);
            assertThatThrownBy(() -> builder.apiKey("another").build().models().list()).isInstanceOf(UnauthorizedException.class);
        }
    }
}
