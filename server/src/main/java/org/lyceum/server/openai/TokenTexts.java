package org.lyceum.server.openai;

import java.nio.charset.StandardCharsets;
import org.lyceum.inference.serving.Logprobs;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tokens and their log-probabilities as OpenAI's answers show them. */
record TokenTexts(Tokenizer tokenizer) {
    /** Probabilities of zero are said so; JSON has no −∞. */
    private static final double LEAST = -9999;

    /** The text of one token; what is no whole character becomes U+FFFD. */
    String text(int id) {
        return new String(bytes(id), StandardCharsets.UTF_8);
    }

    /** The bytes of one token; of a special one those of its name. */
    byte[] bytes(int id) {
        return tokenizer.isSpecial(id) ? tokenizer.token(id).getBytes(StandardCharsets.UTF_8) : tokenizer.decodeBytes(new int[]{id});
    }

    /** An entry of a chat's {@code logprobs.content}. */
    void addTo(ArrayNode content, int id, Logprobs logprobs) {
        var entry = content.addObject();
        describe(entry, id, logprobs.logprob());
        var top = entry.putArray("top_logprobs");
        logprobs.top().forEach(other -> describe(top.addObject(), other.id(), other.logprob()));
    }

    private void describe(ObjectNode entry, int id, double logprob) {
        entry.put("token", text(id)).put("logprob", finite(logprob));
        var bytes = entry.putArray("bytes");
        for (byte b : bytes(id)) {
            bytes.add(b & 0xff);
        }
    }

    static double finite(double logprob) {
        return Double.isFinite(logprob) ? logprob : LEAST;
    }
}
