package org.lyceum.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;
import java.util.Set;

/** What LangChain4j asks of a chat model beside its answers, whether they come whole or in pieces. */
abstract class SharedModel {
    final LyceumModel model;
    private final ChatRequestParameters defaults;
    private final List<ChatModelListener> listeners;

    SharedModel(LyceumModel model, ChatRequestParameters defaults, List<ChatModelListener> listeners) {
        ChatCall.requireSupported(model, defaults);
        this.model = model;
        this.defaults = defaults;
        this.listeners = List.copyOf(listeners);
    }

    /** What a request does not say. */
    public ChatRequestParameters defaultRequestParameters() {
        return defaults;
    }

    /** Who is told of each request and response. */
    public List<ChatModelListener> listeners() {
        return listeners;
    }

    /** JSON of a schema, held to it token by token. */
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }
}
