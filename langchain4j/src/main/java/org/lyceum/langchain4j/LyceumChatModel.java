package org.lyceum.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Set;

/** LangChain4j's {@link ChatModel} over a model in this process. Safe for use by many threads at once. */
public final class LyceumChatModel implements ChatModel {
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

    private final LyceumModel model;
    private final ChatRequestParameters defaults;
    private final List<ChatModelListener> listeners;

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
        ChatCall.requireSupported(model, defaults);
        this.model = model;
        this.defaults = defaults;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return ChatCall.submit(model, request).await(NOBODY);
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return defaults;
    }

    @Override
    public List<ChatModelListener> listeners() {
        return listeners;
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }
}
