package org.lyceum.server.openai;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.serving.Event;
import org.lyceum.inference.serving.Request;
import org.lyceum.inference.serving.SchedulerFailedException;
import org.lyceum.inference.serving.Usage;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;
import org.lyceum.server.http.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * From generations to an HTTP answer: one JSON object once all are finished, or server-sent events as they come. Both have the same
 * envelope around {@code choices}.
 *
 * @param id of the answer
 * @param object what OpenAI calls a whole answer
 * @param chunk what it calls a piece of a streamed one
 * @param created when, in seconds since 1970
 * @param model its name
 * @param n answers to each prompt, which count its tokens once
 * @param timeout the time that the client waits for at most, for the message
 */
record Answer(String id, String object, String chunk, long created, String model, int n, Duration timeout) {
    private static final Logger LOG = LoggerFactory.getLogger(Answer.class);

    /** A new one, made now, whose id begins with {@code prefix}. */
    static Answer begin(String prefix, String object, String chunk, LanguageService service, Options options) {
        var random = ThreadLocalRandom.current();
        return new Answer(prefix + "%016x%08x".formatted(random.nextLong(), random.nextInt()), object, chunk,
                Instant.now().getEpochSecond(),
                service.name(), options.n(), service.timeout());
    }

    /**
     * Has the scheduler do {@code requests}, whose answers are {@code choices}, and answers with them.
     *
     * @param field the field of the HTTP request that the prompts came from
     */
    void give(Exchange exchange, LanguageService service, List<Request> requests, List<? extends Choice> choices, Options options,
            String field)
            throws InterruptedException {
        var generations = Generations.submit(service.scheduler(), requests, field);
        exchange.whenGone(generations::cancel);
        try {
            if (options.stream()) {
                stream(exchange, generations, choices, options.includeUsage());
            } else {
                whole(exchange, generations, choices);
            }
        } finally {
            generations.cancel(); // whatever went wrong, nothing goes on for nobody
        }
    }

    private void whole(Exchange exchange, Generations generations, List<? extends Choice> choices) throws InterruptedException {
        var usages = new Usage[choices.size()];
        for (int open = choices.size(); open > 0;) {
            var next = generations.next();
            var choice = choices.get(next.index());
            switch (next.event()) {
                case Event.Token token -> {
                    choice.accept(token);
                    if (choice.enough()) {
                        generations.cancel(next.index());
                    }
                }
                case Event.Finished finished -> {
                    if (finished.reason() == Finish.DEADLINE) {
                        throw timedOut();
                    }
                    choice.finish(finished);
                    usages[next.index()] = finished.usage();
                    open--;
                }
                case Event.Failed failed -> throw failure(failed.error());
            }
        }
        if (exchange.gone()) {
            return;
        }
        var body = envelope(object);
        var array = body.putArray("choices");
        choices.forEach(choice -> array.add(choice.whole()));
        body.set("usage", usage(usages));
        exchange.json(200, body);
    }

    private void stream(Exchange exchange, Generations generations, List<? extends Choice> choices, boolean includeUsage)
            throws InterruptedException {
        var usages = new Usage[choices.size()];
        for (int open = choices.size(); open > 0;) {
            var next = generations.next();
            if (!exchange.started() && !(next.event() instanceof Event.Failed)) { // until here the status could still tell of a failure
                exchange.with("Cache-Control", "no-cache").begin(200, "text/event-stream; charset=utf-8");
                for (var choice : choices) {
                    send(exchange, choice.begin(), includeUsage);
                }
            }
            var choice = choices.get(next.index());
            switch (next.event()) {
                case Event.Token token -> {
                    send(exchange, choice.accept(token), includeUsage);
                    if (choice.enough()) {
                        generations.cancel(next.index());
                    }
                }
                case Event.Finished finished -> {
                    if (finished.reason() == Finish.DEADLINE) {
                        fail(exchange, timedOut());
                        return;
                    }
                    send(exchange, choice.finish(finished), includeUsage);
                    usages[next.index()] = finished.usage();
                    open--;
                }
                case Event.Failed failed -> {
                    fail(exchange, failure(failed.error()));
                    return;
                }
            }
        }
        if (includeUsage) {
            var body = envelope(chunk);
            body.putArray("choices");
            body.set("usage", usage(usages));
            event(exchange, Json.text(body));
        }
        event(exchange, "[DONE]");
        exchange.end();
    }

    private void send(Exchange exchange, List<ObjectNode> chunks, boolean includeUsage) {
        var events = new StringBuilder();
        for (var part : chunks) {
            var body = envelope(chunk);
            body.putArray("choices").add(part);
            if (includeUsage) {
                body.putNull("usage");
            }
            events.append("data: ").append(Json.text(body)).append("\n\n");
        }
        if (!events.isEmpty()) {
            exchange.write(events.toString());
        }
    }

    /** The status stands once a stream has begun; an event has to tell then. */
    private static void fail(Exchange exchange, HttpError error) {
        if (!exchange.started()) {
            throw error;
        }
        event(exchange, Json.text(error.body()));
        exchange.end();
    }

    private static void event(Exchange exchange, String data) {
        exchange.write("data: " + data + "\n\n");
    }

    private ObjectNode envelope(String kind) {
        return JsonNodeFactory.instance.objectNode().put("id", id).put("object", kind).put("created", created).put("model", model);
    }

    private ObjectNode usage(@Nullable Usage[] usages) {
        int prompt = 0;
        int cached = 0;
        int completion = 0;
        for (int i = 0; i < usages.length; i++) {
            var usage = usages[i];
            if (usage != null) {
                prompt += i % n == 0 ? usage.promptTokens() : 0;
                cached += i % n == 0 ? usage.cachedTokens() : 0;
                completion += usage.completionTokens();
            }
        }
        var node = JsonNodeFactory.instance.objectNode().put("prompt_tokens", prompt).put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
        node.putObject("prompt_tokens_details").put("cached_tokens", cached);
        return node;
    }

    private HttpError timedOut() {
        return HttpError.timedOut("The answer was not finished within " + timeout.toSeconds()
                + " s, the time that this server gives a request; ask for fewer tokens, or start it with a longer --request-timeout.");
    }

    private static HttpError failure(RuntimeException error) {
        if (error instanceof SchedulerFailedException) { // which has logged it
            return HttpError.modelFailed();
        }
        LOG.warn("a generation failed", error);
        return HttpError.internal(error instanceof UserError
                ? String.valueOf(error.getMessage())
                : "The model could not compute this answer; the server's log says more.");
    }
}
