package org.lyceum.inference.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One message of a conversation.
 *
 * @param role system, user, assistant or tool
 * @param content its text
 * @param name of who speaks, or of the tool that answers
 * @param toolCalls what an assistant's message asked tools to do
 * @param toolCallId the call that a tool's message answers
 */
public record ChatMessage(String role, String content, @Nullable String name, List<ToolCall> toolCalls, @Nullable String toolCallId) {
    public ChatMessage {
        toolCalls = List.copyOf(toolCalls);
    }

    /** A message that is only text. */
    public static ChatMessage of(String role, String content) {
        return new ChatMessage(role, content, null, List.of(), null);
    }

    /** As a chat template takes it: a tree of maps and lists with Hugging Face's keys. Arguments that are no JSON object become none. */
    public ObjectNode forTemplate() {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("role", role).put("content", content);
        if (name != null) {
            node.put("name", name);
        }
        if (!toolCalls.isEmpty()) {
            var calls = node.putArray("tool_calls");
            for (var call : toolCalls) {
                var function = calls.addObject().put("type", "function").put("id", call.id()).putObject("function");
                function.put("name", call.name());
                function.set("arguments", ToolCall.object(call.arguments()).orElseGet(JsonNodeFactory.instance::objectNode));
            }
        }
        if (toolCallId != null) {
            node.put("tool_call_id", toolCallId);
        }
        return node;
    }
}
