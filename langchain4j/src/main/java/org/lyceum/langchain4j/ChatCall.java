package org.lyceum.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.chat.ToolCallReader;
import org.lyceum.inference.chat.ToolFormat;
import org.lyceum.inference.chat.ToolFunction;
import org.lyceum.inference.constraint.TokenConstraint;
import org.lyceum.inference.serving.Completion;
import org.lyceum.inference.serving.Event;
import org.lyceum.inference.serving.QueueFullException;
import org.lyceum.inference.serving.Request;
import org.lyceum.inference.serving.SchedulerClosedException;
import org.lyceum.inference.serving.SchedulerFailedException;

/** One request of LangChain4j on its way: written for the model, handed to the scheduler, its answer read piece by piece. */
final class ChatCall {
    /** What happens while the answer comes. */
    interface Listener {
        void text(String piece);

        void tool(int index, ToolExecutionRequest call);
    }

    private final LyceumModel model;
    private final Completion completion;
    private final @Nullable ToolCallReader reader;
    private final String id = "chatcmpl-%016x".formatted(ThreadLocalRandom.current().nextLong());
    private final StringBuilder text = new StringBuilder();
    private final List<ToolExecutionRequest> calls = new ArrayList<>();

    private ChatCall(LyceumModel model, Completion completion, @Nullable ToolCallReader reader) {
        this.model = model;
        this.completion = completion;
        this.reader = reader;
    }

    /** Throws LangChain4j's exceptions: for what is not supported, for what does not fit, for too many requests at once. */
    static ChatCall submit(LyceumModel model, ChatRequest request) {
        var parameters = request.parameters();
        requireSupported(model, parameters);
        var tools = parameters.toolSpecifications().stream().map(Messages::of).toList();
        boolean offered = !tools.isEmpty() && parameters.toolChoice() != ToolChoice.NONE;
        boolean required = offered && parameters.toolChoice() == ToolChoice.REQUIRED;
        var format = offered ? toolFormat(model, required) : null;
        var responseFormat = parameters.responseFormat();
        boolean json = responseFormat != null && responseFormat.type() == ResponseFormatType.JSON;
        if (json && offered) {
            throw new UnsupportedFeatureException("Tools and a JSON response format in one request are not supported by Lyceum");
        }
        try {
            var messages = request.messages().stream().map(Messages::of).toList();
            var prompt = model.prompt().ids(messages, offered ? tools : List.of(), required && format != null ? format.forced() : "");
            var constraint = required && format != null
                    ? model.constraints().schema(format.schema(tools))
                    : json ? constraint(model, Objects.requireNonNull(responseFormat)) : null;
            var wanted = new Request(prompt, sampling(model, parameters, prompt.length), model.prompt().endIds(), -1, constraint, null);
            var names = tools.stream().map(ToolFunction::name).collect(Collectors.toSet());
            var reader = format == null ? null : new ToolCallReader(format, names, required && !format.forced().isEmpty());
            return new ChatCall(model, model.scheduler().submit(wanted), reader);
        } catch (QueueFullException e) {
            throw new RateLimitException(e);
        } catch (SchedulerClosedException e) {
            throw new LangChain4jException("The model " + model.name() + " has been closed", e);
        } catch (SchedulerFailedException e) {
            throw new InternalServerException(String.valueOf(e.getMessage()), e);
        } catch (UserError e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()), e);
        }
    }

    static void requireSupported(LyceumModel model, ChatRequestParameters parameters) {
        if (parameters.modelName() != null && !parameters.modelName().equals(model.name())) {
            throw new UnsupportedFeatureException("The parameter modelName with another name than '" + model.name()
                    + "' is not supported by Lyceum, which has this one model loaded");
        }
    }

    private static @Nullable ToolFormat toolFormat(LyceumModel model, boolean required) {
        if (!model.prompt().takesTools()) {
            throw new UnsupportedFeatureException("Tools are not supported by the model " + model.name() + ": its chat template has no "
                    + "place for them");
        }
        var format = model.prompt().toolFormat();
        if (format == null && required) {
            throw new UnsupportedFeatureException("ToolChoice.REQUIRED is not supported for the model " + model.name()
                    + ": how it writes tool calls is not known");
        }
        return format;
    }

    private static TokenConstraint constraint(LyceumModel model, ResponseFormat format) {
        return format.jsonSchema() == null
                ? model.constraints().object()
                : model.constraints().schema(Messages.schema(format.jsonSchema().rootElement()));
    }

    private static SamplingConfig sampling(LyceumModel model, ChatRequestParameters parameters, int promptTokens) {
        var base = SamplingConfig.DEFAULT;
        int room = model.scheduler().context() - promptTokens;
        if (room < 1) {
            throw new UserError("The conversation is " + promptTokens + " tokens long, and the model's context is "
                    + model.scheduler().context() + ", the answer included; leave older messages out.");
        }
        var stops = new LinkedHashSet<>(model.prompt().stops());
        stops.addAll(Objects.requireNonNullElse(parameters.stopSequences(), List.of()));
        return new SamplingConfig(Objects.requireNonNullElse(parameters.temperature(), base.temperature()),
                Objects.requireNonNullElse(parameters.topK(), base.topK()), Objects.requireNonNullElse(parameters.topP(), base.topP()),
                base.minP(), base.repetitionPenalty(), ThreadLocalRandom.current().nextLong(),
                Objects.requireNonNullElse(parameters.maxOutputTokens(), room), List.copyOf(stops), base.whenFull(),
                Objects.requireNonNullElse(parameters.presencePenalty(), base.presencePenalty()),
                Objects.requireNonNullElse(parameters.frequencyPenalty(), base.frequencyPenalty()));
    }

    /** Ends it; {@link #await} returns soon. */
    void cancel() {
        completion.cancel();
    }

    /** Tells {@code listener} of the answer as it comes, on this thread, and returns all of it. */
    ChatResponse await(Listener listener) {
        try {
            while (true) {
                switch (completion.next()) {
                    case Event.Token token -> take(read(token.text()), listener);
                    case Event.Finished finished -> {
                        take(read(finished.text()), listener);
                        take(reader == null ? List.of() : reader.finish(), listener);
                        return response(finished);
                    }
                    case Event.Failed failed -> throw new InternalServerException(String.valueOf(failed.error().getMessage()),
                            failed.error());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LangChain4jException("Interrupted while the model was answering", e);
        } finally {
            completion.cancel(); // whatever went wrong, nothing goes on for nobody
        }
    }

    private List<ToolCallReader.Part> read(String piece) {
        if (piece.isEmpty()) {
            return List.of();
        }
        return reader == null ? List.of(new ToolCallReader.Part.Text(piece)) : reader.accept(piece);
    }

    private void take(List<ToolCallReader.Part> parts, Listener listener) {
        for (var part : parts) {
            switch (part) {
                case ToolCallReader.Part.Text(var piece) -> {
                    text.append(piece);
                    listener.text(piece);
                }
                case ToolCallReader.Part.Call(var call) -> {
                    var request = ToolExecutionRequest.builder().id("call_" + id + "_" + calls.size()).name(call.name())
                            .arguments(call.arguments()).build();
                    calls.add(request);
                    listener.tool(calls.size() - 1, request);
                }
            }
        }
    }

    private ChatResponse response(Event.Finished finished) {
        var message = AiMessage.builder();
        if (calls.isEmpty() || !text.toString().isBlank()) {
            message.text(text.toString());
        }
        if (!calls.isEmpty()) {
            message.toolExecutionRequests(calls);
        }
        var usage = finished.usage();
        return ChatResponse.builder().aiMessage(message.build())
                .metadata(ChatResponseMetadata.builder().id(id).modelName(model.name())
                        .tokenUsage(new TokenUsage(usage.promptTokens(), usage.completionTokens()))
                        .finishReason(calls.isEmpty() ? reason(finished) : FinishReason.TOOL_EXECUTION).build())
                .build();
    }

    private static FinishReason reason(Event.Finished finished) {
        return switch (finished.reason()) {
            case END_OF_TEXT, STOP_STRING -> FinishReason.STOP;
            case MAX_TOKENS, CONTEXT_FULL, DEADLINE -> FinishReason.LENGTH;
            case CANCELLED -> FinishReason.OTHER;
        };
    }
}
