package org.lyceum.server.openai;

import java.util.List;
import java.util.Optional;
import org.lyceum.server.http.HttpError;

/**
 * What requests for chats and for completions have in common.
 *
 * @param model the model's name as the request gives it
 * @param temperature from 0 to 2; the defaults are OpenAI's: 1, everything else neutral
 * @param topK an addition of ours, like {@code minP} and {@code repetitionPenalty}, under the names that other servers use
 * @param seed empty where the request leaves it to the server
 * @param stop at most 4 strings
 * @param maxTokens empty for as many as the context has room for
 * @param n answers to each prompt
 * @param includeUsage whether a stream ends with a chunk of its token counts
 */
record Options(String model, double temperature, double topP, int topK, double minP, double repetitionPenalty, double presencePenalty,
        double frequencyPenalty, Optional<Long> seed, List<String> stop, Optional<Integer> maxTokens, int n, boolean stream,
        boolean includeUsage) {
    private static final int STOPS = 4;
    private static final int STOP_LENGTH = 256;
    private static final int ANSWERS = 16;
    private static final int MOST_TOKENS = 1 << 24;

    /** Reads them. Throws {@link HttpError} that names the first field that cannot be. */
    static Options read(Fields fields) {
        var model = fields.text("model");
        refuseWhatWouldMislead(fields);
        var stop = fields.texts("stop", STOPS);
        for (var text : stop) {
            if (text.isEmpty() || text.length() > STOP_LENGTH) {
                throw HttpError.badField("stop", "'stop' holds a string of " + text.length() + " characters; they have from 1 to "
                        + STOP_LENGTH + ".");
            }
        }
        boolean stream = fields.flag("stream");
        var streaming = fields.object("stream_options");
        if (streaming.isPresent() && !stream) {
            throw HttpError.badField("stream_options", "'stream_options' goes with 'stream': true only.");
        }
        int n = fields.whole("n", 1, ANSWERS).orElse(1);
        double temperature = fields.number("temperature", 1, 0, 2);
        return new Options(model, temperature, fields.number("top_p", 1, 0, 1), fields.whole("top_k", -1, MOST_TOKENS).orElse(0),
                fields.number("min_p", 0, 0, 1), fields.number("repetition_penalty", 1, 0.01, 10),
                fields.number("presence_penalty", 0, -2, 2),
                fields.number("frequency_penalty", 0, -2, 2), fields.wholeLong("seed", Long.MIN_VALUE, Long.MAX_VALUE), stop,
                fields.whole("max_completion_tokens", 1, MOST_TOKENS).or(() -> fields.whole("max_tokens", 1, MOST_TOKENS)), n, stream,
                streaming.map(options -> options.flag("include_usage")).orElse(false));
    }

    /** Most parameters that we do not know change nothing that a client can see; these would. */
    private static void refuseWhatWouldMislead(Fields fields) {
        var bias = fields.object("logit_bias");
        if (bias.isPresent() && !bias.get().node().isEmpty()) {
            throw HttpError.unsupported("logit_bias", "'logit_bias' is not supported by this server; leave it out.");
        }
        for (var name : List.of("functions", "function_call")) {
            if (fields.has(name)) {
                throw HttpError.unsupported(name, "'" + name + "' was replaced by 'tools' and 'tool_choice'; use those.");
            }
        }
        for (var name : List.of("audio", "web_search_options", "suffix")) {
            if (fields.has(name)) {
                throw HttpError.unsupported(name, "'" + name + "' is not supported by this server; leave it out.");
            }
        }
        var modalities = fields.texts("modalities", 8);
        if (!modalities.isEmpty() && !modalities.equals(List.of("text"))) {
            throw HttpError.unsupported("modalities", "'modalities' can only be [\"text\"] here; this server writes text.");
        }
    }
}
