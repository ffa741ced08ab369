package org.lyceum.langchain4j;

import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** LangChain4j's own contract for listeners. */
class ListenerContractTest {
    private static LyceumModel closed() {
        var model = Toys.model();
        model.close();
        return model;
    }

    @Nested
    class Whole extends AbstractChatModelListenerIT {
        @Override
        protected ChatModel createModel(ChatModelListener listener) {
            return new LyceumChatModel(Toys.model(), parameters(temperature(), topP(), maxTokens()), List.of(listener));
        }

        @Override
        protected String modelName() {
            return Toys.NAME;
        }

        @Override
        protected ChatModel createFailingModel(ChatModelListener listener) {
            return new LyceumChatModel(closed(), ChatRequestParameters.builder().build(), List.of(listener));
        }

        @Override
        protected Class<? extends Exception> expectedExceptionClass() {
            return LangChain4jException.class;
        }
    }

    @Nested
    class Streaming extends AbstractStreamingChatModelListenerIT {
        @Override
        protected StreamingChatModel createModel(ChatModelListener listener) {
            return new LyceumStreamingChatModel(Toys.model(), parameters(temperature(), topP(), maxTokens()), List.of(listener));
        }

        @Override
        protected String modelName() {
            return Toys.NAME;
        }

        @Override
        protected StreamingChatModel createFailingModel(ChatModelListener listener) {
            return new LyceumStreamingChatModel(closed(), ChatRequestParameters.builder().build(), List.of(listener));
        }

        @Override
        protected Class<? extends Exception> expectedExceptionClass() {
            return LangChain4jException.class;
        }
    }

    private static ChatRequestParameters parameters(Double temperature, Double topP, Integer maxTokens) {
        return ChatRequestParameters.builder().modelName(Toys.NAME).temperature(temperature).topP(topP).maxOutputTokens(maxTokens).build();
    }
}
