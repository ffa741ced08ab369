package org.lyceum.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * LangChain4j's {@link StreamingChatModel} over a model in this process. Safe for use by many threads at once. Each answer is told on a
 * virtual thread of its own; a tool call is told once it is complete.
 */
public final class LyceumStreamingChatModel extends SharedModel implements StreamingChatModel {
    private static final Logger LOG = LoggerFactory.getLogger(LyceumStreamingChatModel.class);

    /** With the sampler's own defaults. {@code model} stays the caller's to close. */
    public LyceumStreamingChatModel(LyceumModel model) {
        this(model, DefaultChatRequestParameters.EMPTY, List.of());
    }

    /**
     * {@code model} stays the caller's to close.
     *
     * @param defaults what a request does not say
     * @param listeners told of each request and response
     * @throws dev.langchain4j.exception.UnsupportedFeatureException where {@code defaults} ask for what there is not
     */
    public LyceumStreamingChatModel(LyceumModel model, ChatRequestParameters defaults, List<ChatModelListener> listeners) {
        super(model, defaults, listeners);
    }

    /** Returns at once. Throws where {@code request} asks for what is not supported; what else goes wrong is told to {@code handler}. */
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        ChatCall call;
        try {
            call = ChatCall.submit(model, request);
        } catch (UnsupportedFeatureException e) {
            throw e;
        } catch (LangChain4jException e) {
            handler.onError(e);
            return;
        }
        Thread.ofVirtual().name("lyceum-chat").start(() -> tell(call, handler));
    }

    private static void tell(ChatCall call, StreamingChatResponseHandler handler) {
        var telling = new Telling(call, handler);
        ChatResponse response;
        try {
            response = call.await(telling);
        } catch (RuntimeException e) {
            if (!telling.cancelled) {
                telling.failed(e);
            }
            return;
        }
        if (!telling.cancelled) {
            telling.told(() -> handler.onCompleteResponse(response));
        }
    }

    /** The handler, whose own failures are told to itself and end nothing. */
    private static final class Telling implements ChatCall.Listener, StreamingHandle {
        private final ChatCall call;
        private final StreamingChatResponseHandler handler;
        private volatile boolean cancelled;

        Telling(ChatCall call, StreamingChatResponseHandler handler) {
            this.call = call;
            this.handler = handler;
        }

        @Override
        public void text(String piece) {
            if (!cancelled && !piece.isEmpty()) {
                told(() -> handler.onPartialResponse(new PartialResponse(piece), new PartialResponseContext(this)));
            }
        }

        @Override
        public void tool(int index, ToolExecutionRequest request) {
            if (!cancelled) {
                told(() -> handler.onCompleteToolCall(new CompleteToolCall(index, request)));
            }
        }

        void told(Runnable telling) {
            try {
                telling.run();
            } catch (RuntimeException e) {
                failed(e);
            }
        }

        void failed(RuntimeException e) {
            try {
                handler.onError(e);
            } catch (RuntimeException again) {
                LOG.warn("A handler failed while it was told of an error", again);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            call.cancel();
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
