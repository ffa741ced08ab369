package org.lyceum.server.openai;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.serving.Event;
import org.lyceum.inference.serving.Logprobs;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A completion of a text. */
final class TextChoice implements Choice {
    private final int index;
    private final TokenTexts texts;
    private final boolean withLogprobs;
    private final StringBuilder text;
    private final String echo;
    private final Said all = new Said();
    private String reason = "stop";

    /** @param echo what it begins with; empty for nothing */
    TextChoice(int index, TokenTexts texts, boolean withLogprobs, String echo) {
        this.index = index;
        this.texts = texts;
        this.withLogprobs = withLogprobs;
        this.echo = echo;
        this.text = new StringBuilder(echo);
    }

    @Override
    public List<ObjectNode> begin() {
        return echo.isEmpty() ? List.of() : List.of(chunk(echo, null, null));
    }

    @Override
    public List<ObjectNode> accept(Event.Token token) {
        Said said = null;
        if (withLogprobs && token.logprobs() != null) {
            said = new Said();
            said.add(token.id(), token.logprobs(), text.length());
            all.add(token.id(), token.logprobs(), text.length());
        }
        text.append(token.text());
        return token.text().isEmpty() && said == null ? List.of() : List.of(chunk(token.text(), said, null));
    }

    @Override
    public List<ObjectNode> finish(Event.Finished finished) {
        text.append(finished.text());
        reason = Choice.reason(finished.reason());
        return List.of(chunk(finished.text(), null, reason));
    }

    @Override
    public boolean enough() {
        return false;
    }

    @Override
    public ObjectNode whole() {
        return chunk(text.toString(), withLogprobs ? all : null, reason);
    }

    private ObjectNode chunk(String piece, @Nullable Said said, @Nullable String finishReason) {
        var chunk = JsonNodeFactory.instance.objectNode().put("text", piece).put("index", index);
        chunk.set("logprobs", said == null ? null : said.node);
        return chunk.put("finish_reason", finishReason);
    }

    /** Log-probabilities in the older shape: parallel arrays. */
    private final class Said {
        private final ObjectNode node = JsonNodeFactory.instance.objectNode();

        Said() {
            for (var name : List.of("tokens", "token_logprobs", "top_logprobs", "text_offset")) {
                node.putArray(name);
            }
        }

        void add(int id, Logprobs logprobs, int offset) {
            node.withArray("tokens").add(texts.text(id));
            node.withArray("token_logprobs").add(TokenTexts.finite(logprobs.logprob()));
            var top = node.withArray("top_logprobs").addObject();
            logprobs.top().forEach(other -> top.put(texts.text(other.id()), TokenTexts.finite(other.logprob())));
            node.withArray("text_offset").add(offset);
        }
    }
}
