package org.lyceum.server.openai;

import java.util.List;
import org.lyceum.inference.chat.ChatMessage;
import org.lyceum.server.http.HttpError;

/**
 * The body of {@code POST /v1/chat/completions}.
 *
 * @param topLogprobs alternatives to report beside each token; negative for no log-probabilities at all
 */
record ChatRequest(Options options, List<ChatMessage> messages, ResponseFormat format, Tools tools, int topLogprobs) {
    private static final int MOST_ALTERNATIVES = 20;

    static ChatRequest read(Fields fields) {
        var options = Options.read(fields);
        var messages = Message.readAll(fields);
        var format = ResponseFormat.read(fields);
        var tools = Tools.read(fields);
        if (tools.choice() == Tools.Choice.REQUIRED && !(format instanceof ResponseFormat.Text)) {
            throw HttpError.badField("response_format",
                    "'response_format' and a required tool call exclude each other; leave one of them out.");
        }
        int top = fields.whole("top_logprobs", 0, MOST_ALTERNATIVES).orElse(0);
        boolean logprobs = fields.flag("logprobs");
        if (top > 0 && !logprobs) {
            throw HttpError.badField("top_logprobs", "'top_logprobs' goes with 'logprobs': true only.");
        }
        return new ChatRequest(options, messages, format, tools, logprobs ? top : -1);
    }
}
