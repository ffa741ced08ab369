package org.lyceum.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;

/** LangChain4j's {@link ChatModel} over a model in this process. Safe for use by many threads at once. */
public final class LyceumChatModel extends SharedModel implements ChatModel {
    private static final ChatCall.Listener NOBODY = new ChatCall.Listener() {
        @Override
        public void text(String piece) {
            // the whole answer is wanted
        }

        @Override
        public void tool(int index, ToolExecutionRequest call) {
            // the whole answer is wanted
        }
    };

    /** With the sampler's own defaults. {@code model} stays the caller's to close. */
    public LyceumChatModel(LyceumModel model) {
        this(model, DefaultChatRequestParameters.EMPTY, List.of());
    }

    /**
     * {@code model} stays the caller's to close.
     *
     * @param defaults what a request does not say
     * @param listeners told of each request and response
     * @throws dev.langchain4j.exception.UnsupportedFeatureException where {@code defaults} ask for what there is not
     */
    public LyceumChatModel(LyceumModel model, ChatRequestParameters defaults, List<ChatModelListener> listeners) {
        super(model, defaults, listeners);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return ChatCall.submit(model, request).await(NOBODY);
    }
}
