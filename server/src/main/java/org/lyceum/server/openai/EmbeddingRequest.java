package org.lyceum.server.openai;

import java.util.List;
import java.util.Optional;
import org.lyceum.server.http.HttpError;

/**
 * The body of {@code POST /v1/embeddings}.
 *
 * @param base64 whether vectors are sent as base64 of little-endian f32 values, which OpenAI's clients ask for
 * @param dimensions empty for all that the model has
 */
record EmbeddingRequest(String model, List<String> input, boolean base64, Optional<Integer> dimensions) {
    private static final int MOST_TEXTS = 2048;

    static EmbeddingRequest read(Fields fields) {
        var model = fields.text("model");
        var texts = CompletionRequest.prompts(fields, "input", MOST_TEXTS).stream().map(input -> switch (input) {
            case CompletionRequest.Prompt.Text(var text) -> text;
            case CompletionRequest.Prompt.Ids _ -> throw HttpError.unsupported("input",
                    "'input' holds token ids; this server takes texts, because other models' tokens mean nothing to its own.");
        }).toList();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).isEmpty()) {
                throw HttpError.badField("input[" + i + "]", "'input[" + i + "]' is empty; an empty text has no embedding.");
            }
        }
        boolean base64 = fields.choice("encoding_format", "float", "float", "base64").equals("base64");
        return new EmbeddingRequest(model, texts, base64, fields.whole("dimensions", 1, 1 << 20));
    }
}
