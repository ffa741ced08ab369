package org.lyceum.server.openai;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.chat.ToolCall;
import org.lyceum.inference.chat.ToolCallReader;
import org.lyceum.inference.chat.ToolCallReader.Part;
import org.lyceum.inference.serving.Event;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An answer of the assistant: text, or calls of tools, or both. */
final class ChatChoice implements Choice {
    private final int index;
    private final String id;
    private final TokenTexts texts;
    private final @Nullable ToolCallReader reader;
    private final boolean parallelCalls;
    private final StringBuilder content = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private final @Nullable ArrayNode logprobs;
    private String reason = "stop";

    /**
     * @param id of the whole answer, from which the ids of tool calls are made
     * @param reader finds calls of tools; null where the answer is text whatever it says
     */
    ChatChoice(int index, String id, TokenTexts texts, boolean withLogprobs, @Nullable ToolCallReader reader, boolean parallelCalls) {
        this.index = index;
        this.id = id;
        this.texts = texts;
        this.reader = reader;
        this.parallelCalls = parallelCalls;
        this.logprobs = withLogprobs ? JsonNodeFactory.instance.arrayNode() : null;
    }

    @Override
    public List<ObjectNode> begin() {
        return List.of(chunk(delta().put("role", "assistant").put("content", ""), null, null));
    }

    @Override
    public List<ObjectNode> accept(Event.Token token) {
        ArrayNode said = null;
        if (logprobs != null && token.logprobs() != null) {
            said = JsonNodeFactory.instance.arrayNode();
            texts.addTo(said, token.id(), token.logprobs());
            logprobs.addAll(said);
        }
        return chunks(parts(token.text()), said);
    }

    @Override
    public List<ObjectNode> finish(Event.Finished finished) {
        var parts = new ArrayList<>(parts(finished.text()));
        if (reader != null) {
            parts.addAll(reader.finish());
        }
        var chunks = new ArrayList<>(chunks(parts, null));
        reason = calls.isEmpty() ? Choice.reason(finished.reason()) : "tool_calls";
        chunks.add(chunk(delta(), null, reason));
        return chunks;
    }

    @Override
    public boolean enough() {
        return !parallelCalls && !calls.isEmpty();
    }

    @Override
    public ObjectNode whole() {
        var choice = JsonNodeFactory.instance.objectNode().put("index", index);
        var message = choice.putObject("message").put("role", "assistant");
        if (calls.isEmpty() || !content.isEmpty()) {
            message.put("content", content.toString());
        } else {
            message.putNull("content");
        }
        message.putNull("refusal");
        if (!calls.isEmpty()) {
            var array = message.putArray("tool_calls");
            calls.forEach(call -> describe(array.addObject(), call));
        }
        if (logprobs == null) {
            choice.putNull("logprobs");
        } else {
            choice.putObject("logprobs").putNull("refusal").set("content", logprobs);
        }
        return choice.put("finish_reason", reason);
    }

    private List<Part> parts(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        return reader == null ? List.of(new Part.Text(text)) : reader.accept(text);
    }

    private List<ObjectNode> chunks(List<Part> parts, @Nullable ArrayNode said) {
        var chunks = new ArrayList<ObjectNode>();
        var left = said;
        for (var part : parts) {
            switch (part) {
                case Part.Text(var text) -> {
                    content.append(text);
                    chunks.add(chunk(delta().put("content", text), left, null));
                    left = null;
                }
                case Part.Call(var call) -> {
                    if (enough()) {
                        continue;
                    }
                    var named = new ToolCall("call_" + id + "_" + index + "_" + calls.size(), call.name(), call.arguments());
                    var delta = delta();
                    describe(delta.putArray("tool_calls").addObject().put("index", calls.size()), named);
                    calls.add(named);
                    chunks.add(chunk(delta, left, null));
                    left = null;
                }
            }
        }
        if (left != null) { // a token of which no text is certain yet
            chunks.add(chunk(delta().put("content", ""), left, null));
        }
        return chunks;
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable ArrayNode said, @Nullable String finishReason) {
        var chunk = JsonNodeFactory.instance.objectNode().put("index", index);
        chunk.set("delta", delta);
        if (said == null) {
            chunk.putNull("logprobs");
        } else {
            chunk.putObject("logprobs").putNull("refusal").set("content", said);
        }
        return chunk.put("finish_reason", finishReason);
    }

    private static ObjectNode delta() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void describe(ObjectNode node, ToolCall call) {
        node.put("id", call.id()).put("type", "function").putObject("function").put("name", call.name()).put("arguments", call.arguments());
    }
}
