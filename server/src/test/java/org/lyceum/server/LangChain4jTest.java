package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiLanguageModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** LangChain4j's module for OpenAI. */
class LangChain4jTest {
    private static ToyServer toy;

    @BeforeAll
    static void start() {
        toy = ToyServer.setup().embedding(OpenAiClientTest.embeddings()).start();
    }

    @AfterAll
    static void stop() {
        toy.close();
    }

    @Test
    void chats() {
        var response = chat("toy").chat(ChatRequest.builder().messages(UserMessage.from("the cat")).build());
        assertThat(response.aiMessage().text()).isNotEmpty();
        assertThat(response.finishReason()).isNotNull();
        assertThat(response.tokenUsage().outputTokenCount()).isBetween(1, 12);
    }

    @Test
    void streams() throws Exception {
        var model = OpenAiStreamingChatModel.builder().baseUrl(toy.url() + "/v1").apiKey("none").modelName("toy").temperature(0.0)
                .maxCompletionTokens(12).build();
        var pieces = new StringBuilder();
        var done = new CompletableFuture<ChatResponse>();
        model.chat("the cat", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                pieces.append(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                done.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                done.completeExceptionally(error);
            }
        });
        var response = done.get(30, TimeUnit.SECONDS);
        assertThat(pieces.toString()).isEqualTo(response.aiMessage().text()).isEqualTo(chat("toy").chat("the cat"));
        assertThat(response.tokenUsage().inputTokenCount()).isPositive();
    }

    @Test
    void completes() {
        var model = OpenAiLanguageModel.builder().baseUrl(toy.url() + "/v1").apiKey("none").modelName("toy").build();
        assertThat(model.generate("the cat").content()).isNotNull();
    }

    @Test
    void embeds() {
        var model = OpenAiEmbeddingModel.builder().baseUrl(toy.url() + "/v1").apiKey("none").modelName("bert").build();
        assertThat(model.embed("a cat").content().vector()).isNotEmpty();
    }

    @Test
    void anUnknownModelIsItsException() {
        assertThatThrownBy(() -> chat("other").chat("the cat")).isInstanceOf(ModelNotFoundException.class);
    }

    private static OpenAiChatModel chat(String name) {
        return OpenAiChatModel.builder().baseUrl(toy.url() + "/v1").apiKey("none").modelName(name).temperature(0.0)
                .maxCompletionTokens(12).maxRetries(0).build();
    }
}
