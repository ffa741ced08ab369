package org.lyceum.server.openai;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.inference.embedding.Embedding;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;
import org.lyceum.server.http.Json;

/** The endpoints beneath {@code /v1}. */
public final class Api {
    private final Models models;
    private final ChatEndpoint chat;
    private final CompletionEndpoint completion;
    private final long since = Instant.now().getEpochSecond();

    /** Over {@code models}. */
    public Api(Models models) {
        this.models = models;
        this.chat = new ChatEndpoint(models);
        this.completion = new CompletionEndpoint(models);
    }

    /** {@code POST /v1/chat/completions}. */
    public void chatCompletions(Exchange exchange) throws InterruptedException {
        chat.answer(exchange, new Fields(Json.object(exchange.body())));
    }

    /** {@code POST /v1/completions}. */
    public void completions(Exchange exchange) throws InterruptedException {
        completion.answer(exchange, new Fields(Json.object(exchange.body())));
    }

    /** {@code GET /v1/models}. */
    public void models(Exchange exchange) {
        exchange.json(200, Map.of("object", "list", "data", models.names().stream().map(name -> models.describe(name, since)).toList()));
    }

    /** {@code GET /v1/models/NAME}. */
    public void model(Exchange exchange, String name) {
        exchange.json(200, models.describe(name, since));
    }

    /** {@code POST /v1/embeddings}. */
    public void embeddings(Exchange exchange) throws InterruptedException {
        var request = EmbeddingRequest.read(new Fields(Json.object(exchange.body())));
        var service = models.embedding(request.model());
        int dimensions = request.dimensions().orElse(service.model().dimension());
        if (dimensions != service.model().dimension()) {
            throw HttpError.unsupported("dimensions", "'dimensions' can only be " + service.model().dimension()
                    + ", what this model has; cut vectors only of models that were trained for it.");
        }
        refuseLong(service, request.input());
        var embeddings = service.embed(exchange, request.input());
        var data = new ArrayList<Map<String, Object>>();
        int tokens = 0;
        for (var embedding : embeddings) {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("object", "embedding");
            entry.put("index", data.size());
            entry.put("embedding", request.base64() ? base64(embedding) : embedding.vector());
            data.add(entry);
            tokens += embedding.tokens();
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("object", "list");
        body.put("data", data);
        body.put("model", service.name());
        body.put("usage", Map.of("prompt_tokens", tokens, "total_tokens", tokens));
        exchange.json(200, body);
    }

    /** As OpenAI does: a text that would lose its end is refused. */
    private static void refuseLong(EmbeddingService service, List<String> texts) {
        int most = service.model().maxTokens();
        for (int i = 0; i < texts.size(); i++) {
            int tokens = service.model().countTokens(texts.get(i));
            if (tokens > most) {
                throw HttpError.contextOverflow("input[" + i + "]", "'input[" + i + "]' is " + tokens + " tokens long, but the model reads "
                        + most + "; split it.");
            }
        }
    }

    private static String base64(Embedding embedding) {
        var bytes = ByteBuffer.allocate(4 * embedding.vector().length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : embedding.vector()) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
