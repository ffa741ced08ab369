package org.lyceum.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.serving.SchedulerConfig;
import org.lyceum.text.tokenizer.BytePairTrainer;

/** What LangChain4j's contract does not ask. */
class LyceumChatModelTest {
    private final LyceumModel model = Toys.model();
    private final LyceumChatModel chat = new LyceumChatModel(model);

    @AfterEach
    void close() {
        model.close();
    }

    private static ChatRequest.Builder asking(String text) {
        return ChatRequest.builder().messages(UserMessage.from(text));
    }

    @Test
    void whatIsNotSupportedIsSaid() {
        assertThatThrownBy(() -> chat.chat(UserMessage.from(ImageContent.from("http://nowhere/cat.png"))))
                .isInstanceOf(UnsupportedFeatureException.class).hasMessageContaining("image");
        var tool = ToolSpecification.builder().name("getWeather").build();
        assertThatThrownBy(() -> chat.chat(asking("a").toolSpecifications(tool).responseFormat(ResponseFormat.JSON).build()))
                .isInstanceOf(UnsupportedFeatureException.class).hasMessageContaining("JSON response format");
    }

    /** The scripts favour what they say so much that only a penalty beyond all bounds could matter: it must reach the sampler to be refused. */
    @Test
    void penaltiesReachTheSampler() {
        var parameters = ChatRequestParameters.builder().frequencyPenalty(0.5).presencePenalty(-1.0).temperature(0.0).build();
        assertThat(chat.chat(asking("a").parameters(parameters).build()).aiMessage().text()).contains("Berlin");
        assertThatThrownBy(() -> chat.chat(asking("a").frequencyPenalty(3.0).build())).isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("frequency-penalty");
        assertThatThrownBy(() -> chat.chat(asking("a").presencePenalty(-3.0).build())).isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("presence-penalty");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> chat.chat("a".repeat(5000))).isInstanceOf(InvalidRequestException.class).hasMessageContaining("context");
        assertThatThrownBy(() -> chat.chat(asking("a").maxOutputTokens(5000).build())).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> chat.chat(asking("a").temperature(-1.0).build())).isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("temperature");
    }

    @Test
    @Timeout(60)
    void tooManyRequestsAreARateLimit() throws InterruptedException {
        var tokenizer = BytePairTrainer.of(257).train(List.of("some text"));
        var asked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var slow = new ScriptedEngine(tokenizer, _ -> {
            try {
                asked.countDown();
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of("done");
        });
        try (var one = new LyceumModel("slow", new LanguageModel(slow, tokenizer, Set.of(), null),
                SchedulerConfig.DEFAULT.withSlots(1).withQueue(1), new Toys.Tagged(tokenizer))) {
            var crowded = new LyceumChatModel(one);
            var running = Thread.ofVirtual().start(() -> crowded.chat("a"));
            asked.await();
            var waiting = Thread.ofVirtual().start(() -> crowded.chat("a"));
            while (one.scheduler().statistics().queued() < 1) {
                Thread.sleep(1);
            }
            assertThatThrownBy(() -> crowded.chat("a")).isInstanceOf(RateLimitException.class);
            release.countDown();
            running.join();
            waiting.join();
        }
    }

    @Test
    @Timeout(60)
    void aModelThatHasFailedIsNobodysMistake() {
        var tokenizer = BytePairTrainer.of(257).train(List.of("some text"));
        var broken = new ScriptedEngine(tokenizer, _ -> {
            throw new AssertionError("broken");
        });
        try (var one = new LyceumModel("broken", new LanguageModel(broken, tokenizer, Set.of(), null), SchedulerConfig.DEFAULT,
                new Toys.Tagged(tokenizer))) {
            for (int i = 0; i < 2; i++) { // the first that it fails for, and who comes later
                assertThatThrownBy(() -> new LyceumChatModel(one).chat("a")).isInstanceOf(InternalServerException.class)
                        .hasMessageContaining("has failed").hasMessageContaining("broken");
            }
        }
    }

    @Test
    void tokensAreCountedAsTheModelReadsThem() {
        var counting = new LyceumTokenCountEstimator(model);
        assertThat(counting.estimateTokenCountInText("abc")).isEqualTo(3);
        var conversation = List.of(SystemMessage.from("Be brief."), UserMessage.from("Hi"), AiMessage.from("Hello"),
                UserMessage.from("Bye"));
        assertThat(counting.estimateTokenCountInMessages(conversation))
                .isEqualTo(chat.chat(ChatRequest.builder().messages(conversation).build()).tokenUsage().inputTokenCount());
        assertThat(counting.estimateTokenCountInMessage(UserMessage.from("Hi"))).isEqualTo("<user>Hi<assistant>".length());
    }
}
