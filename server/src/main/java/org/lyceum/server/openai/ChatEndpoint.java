package org.lyceum.server.openai;

import java.util.ArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.chat.ChatPrompt;
import org.lyceum.inference.chat.ToolCallReader;
import org.lyceum.inference.chat.ToolFormat;
import org.lyceum.inference.constraint.TokenConstraint;
import org.lyceum.inference.serving.Request;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;

/** {@code POST /v1/chat/completions}: the conversation through the model's own chat template, and its next turn back. */
record ChatEndpoint(Models models) {
    void answer(Exchange exchange, Fields fields) throws InterruptedException {
        var request = ChatRequest.read(fields);
        var options = request.options();
        var service = models.language(options.model());
        var chat = service.chat();
        var format = toolFormat(request, chat);
        boolean forced = request.tools().choice() == Tools.Choice.REQUIRED;

        var prompt = ids(chat, request, forced && format != null ? format.forced() : "");
        var sampling = Sampling.of(options, prompt.length, service, Integer.MAX_VALUE, "messages");
        var stops = Stream.concat(options.stop().stream(), chat.stops().stream()).distinct().toList();
        var wanted = new Request(prompt, sampling.withStop(stops), chat.endIds(), request.topLogprobs(),
                constraint(request, format, service),
                service.timeout());

        var answer = Answer.begin("chatcmpl-", "chat.completion", "chat.completion.chunk", service, options);
        var requests = new ArrayList<Request>();
        var choices = new ArrayList<ChatChoice>();
        for (int i = 0; i < options.n(); i++) {
            requests.add(wanted.withSampling(wanted.sampling().withSeed(sampling.seed() + i)));
            var reader = format == null ? null : new ToolCallReader(format, request.tools().names(), forced && !format.forced().isEmpty());
            choices.add(new ChatChoice(i, answer.id(), service.texts(), request.topLogprobs() >= 0, reader, request.tools().parallel()));
        }
        answer.give(exchange, service, requests, choices, options, "messages");
    }

    private static int[] ids(ChatPrompt chat, ChatRequest request, String begun) {
        try {
            return chat.ids(request.messages(), request.tools().told(), begun);
        } catch (UserError e) { // a template that wants its conversations otherwise
            throw HttpError.badField("messages", String.valueOf(e.getMessage()));
        }
    }

    /** How the model calls tools; null where none are offered, or where it is not known and calls stay text. */
    private static @Nullable ToolFormat toolFormat(ChatRequest request, ChatPrompt chat) {
        if (!request.tools().offered()) {
            return null;
        }
        if (!chat.takesTools()) {
            throw HttpError.unsupported("tools", "This model's chat template has no place for 'tools'; leave them out, or serve a model "
                    + "that was trained to call tools.");
        }
        var format = chat.toolFormat();
        if (format == null && request.tools().choice() == Tools.Choice.REQUIRED) {
            throw HttpError.unsupported("tool_choice", "How this model writes tool calls is not known here, so none can be required; "
                    + "use 'tool_choice': \"auto\".");
        }
        return format;
    }

    private static @Nullable TokenConstraint constraint(ChatRequest request, @Nullable ToolFormat tools, LanguageService service) {
        if (tools != null && request.tools().choice() == Tools.Choice.REQUIRED) {
            return Constraints.of(tools.schema(request.tools().callable()), service, "tools");
        }
        return Constraints.of(request.format(), service);
    }
}
