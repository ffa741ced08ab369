package org.lyceum.study.evaluation;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Printable;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model behind an OpenAI-compatible address, asked at {@code /completions}. Log-probabilities come from {@code echo} with {@code logprobs},
 * where the server has them: the tokens whose text begins at or after the end of the context are the continuation's.
 *
 * <p>What is refused for the moment (429, 5xx, no connection, no answer in time) is asked again, a few times and later each time.
 */
public final class Endpoint implements Subject {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * How patient it is.
     *
     * @param attempts in all
     * @param pause before the second; doubled each time
     * @param timeout of one request
     */
    public record Patience(int attempts, Duration pause, Duration timeout) {
        public static final Patience USUAL = new Patience(4, Duration.ofSeconds(1), Duration.ofMinutes(2));
    }

    private final URI completions;
    private final String model;
    private final @Nullable String key;
    private final Patience patience;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /**
     * A subject at {@code base}, {@code http://127.0.0.1:8080/v1} for instance.
     *
     * @param model what the server calls it
     * @param key sent as a bearer token; null for none
     */
    public Endpoint(String base, String model, @Nullable String key, Patience patience) {
        try {
            this.completions = URI.create(base.replaceFirst("/+$", "") + "/completions");
        } catch (IllegalArgumentException e) {
            throw UserError.usage("--model " + base + " is no address; it looks like http://127.0.0.1:8080/v1.");
        }
        this.model = model;
        this.key = key;
        this.patience = patience;
    }

    @Override
    public String name() {
        return model;
    }

    @Override
    public String identity() {
        return completions + " " + model;
    }

    @Override
    public List<List<Answer>> answer(List<List<Request>> documents) {
        return documents.stream().map(requests -> requests.stream().map(this::answer).toList()).toList();
    }

    private Answer answer(Request request) {
        return switch (request) {
            case Request.Likelihood(var context, var continuation) -> scored(context, continuation);
            case Request.Rolling(var text) -> scored("", text);
            case Request.Translate(_, var prompt) -> answer(prompt);
            case Request.Alike _,Request.Ranking _,Request.Taught _ -> throw new UserError(
                    "A server answers with texts and probabilities; this task takes a model on this machine.");
            case Request.Generate generate -> {
                var body = JSON.createObjectNode().put("model", model).put("prompt", generate.prompt())
                        .put("max_tokens", generate.maxTokens())
                        .put("temperature", generate.temperature()).put("seed", generate.draw());
                generate.stop().stream().limit(4).forEach(body.withArray("stop")::add); // OpenAI takes four
                var text = choice(body.toString()).path("text");
                if (!text.isString()) {
                    throw nonsense("no text");
                }
                yield Answer.written(cut(text.stringValue(), generate.stop()));
            }
        };
    }

    private static String cut(String text, List<String> stops) {
        var result = text;
        for (var stop : stops) {
            int at = result.indexOf(stop);
            result = at < 0 ? result : result.substring(0, at);
        }
        return result;
    }

    private Answer scored(String context, String continuation) {
        var body = JSON.createObjectNode().put("model", model).put("prompt", context + continuation).put("max_tokens", 1)
                .put("temperature", 0).put("echo", true).put("logprobs", 1);
        var logprobs = choice(body.toString()).path("logprobs");
        var values = logprobs.path("token_logprobs");
        var offsets = logprobs.path("text_offset");
        if (!values.isArray() || offsets.size() != values.size()) {
            throw new UserError(
                    completions + " gives no log-probabilities of a prompt (echo with logprobs), which this task needs; choose tasks "
                            + "of generate_until for it.");
        }
        double sum = 0;
        boolean greedy = true;
        int counted = 0;
        int end = context.length() + continuation.length();
        for (int i = 0; i < values.size(); i++) {
            int offset = offsets.path(i).asInt(-1);
            if (offset < context.stripTrailing().length() || offset >= end || values.path(i).isNull()) {
                continue; // of the context, made anew, or a first token with nothing before it
            }
            if (!values.path(i).isNumber()) {
                throw nonsense("log-probabilities that are not numbers");
            }
            sum += values.path(i).doubleValue();
            counted++;
            double best = logprobs.path("top_logprobs").path(i).values().stream().mapToDouble(value -> value.asDouble(0)).max()
                    .orElse(Double.NEGATIVE_INFINITY);
            greedy &= values.path(i).doubleValue() >= best;
        }
        if (counted == 0 && !continuation.isEmpty() && !context.isEmpty()) {
            throw nonsense("no log-probability of the continuation");
        }
        return Answer.of(sum, greedy);
    }

    private JsonNode choice(String body) {
        try {
            var choice = JSON.readTree(sent(body)).path("choices").path(0);
            if (choice.isObject()) {
                return choice;
            }
        } catch (JacksonException _) {
            // said below
        }
        throw nonsense("something else than a completion");
    }

    private UserError nonsense(String what) {
        return new UserError(completions + " answers with " + what + "; it is no OpenAI-compatible server, or not a healthy one.");
    }

    private String sent(String body) {
        var problems = new ArrayList<String>();
        var pause = patience.pause();
        for (int attempt = 1;; attempt++) {
            try {
                var request = HttpRequest.newBuilder(completions).timeout(patience.timeout()).header("Content-Type", "application/json");
                if (key != null) {
                    request.header("Authorization", "Bearer " + key);
                }
                var response = client.send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                        HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    return response.body();
                }
                if (response.statusCode() != 429 && response.statusCode() < 500) {
                    throw new UserError(completions + " refuses (" + response.statusCode() + "): " + Printable.of(response.body()) + ".");
                }
                problems.add("status " + response.statusCode());
            } catch (IOException e) {
                problems.add(e.getMessage() == null ? "no connection" : String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserError("Interrupted while " + completions + " was asked.", e);
            }
            if (attempt == patience.attempts()) {
                throw new UserError(completions + " does not answer after " + attempt + " attempts (" + problems.getLast()
                        + "); see that the server runs, and run the command again: what was answered is kept.");
            }
            pause(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted.", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
