package org.lyceum.server.openai;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.server.http.HttpError;
import org.lyceum.server.http.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One message of a conversation.
 *
 * @param role system, user, assistant or tool
 * @param content its text; parts are joined
 * @param name of who speaks, or of the tool that answers
 * @param toolCalls what an assistant's message asked tools to do
 * @param toolCallId the call that a tool's message answers
 */
record Message(String role, String content, @Nullable String name, List<ToolCall> toolCalls, @Nullable String toolCallId) {
    /** As many messages as a conversation may have. */
    private static final int MOST = 4096;

    /**
     * A call of a tool.
     *
     * @param arguments a JSON object as text
     */
    record ToolCall(String id, String name, String arguments) {
    }

    /** The conversation of a request: at least one message. */
    static List<Message> readAll(Fields request) {
        if (!request.has("messages")) {
            throw request.missing("messages", "an array of messages");
        }
        var messages = request.objects("messages", MOST).stream().map(Message::read).toList();
        if (messages.isEmpty()) {
            throw HttpError.badField("messages", "'messages' is empty; send at least one message.");
        }
        return messages;
    }

    private static Message read(Fields message) {
        // What OpenAI calls developer is system to every chat template.
        var role = message.choice("role", "", "system", "developer", "user", "assistant", "tool").replace("developer", "system");
        var calls = message.objects("tool_calls", 128).stream().map(Message::call).toList();
        if (!calls.isEmpty() && !role.equals("assistant")) {
            throw HttpError.badField(message.path("tool_calls"), "'" + message.path("tool_calls")
                    + "' belongs to messages of the assistant only.");
        }
        if (!message.has("content") && calls.isEmpty()) {
            throw message.missing("content", "a string or an array of text parts");
        }
        return new Message(role, content(message), message.optionalText("name").orElse(null), calls,
                role.equals("tool") ? message.text("tool_call_id") : null);
    }

    private static String content(Fields message) {
        var content = message.get("content");
        if (content == null) {
            return "";
        }
        if (content.isString()) {
            return content.stringValue();
        }
        var text = new StringBuilder();
        for (var part : message.objects("content", 1024)) {
            var type = part.text("type");
            if (!type.equals("text")) {
                throw HttpError.unsupported(part.path("type"), "'" + part.path("type") + "' is '" + Fields.shown(type)
                        + "'; this server's models read text only.");
            }
            text.append(part.text("text"));
        }
        return text.toString();
    }

    private static ToolCall call(Fields call) {
        call.choice("type", "function", "function");
        var function = call.object("function").orElseThrow(() -> call.missing("function", "an object"));
        var arguments = function.optionalText("arguments").orElse("{}");
        parse(function.path("arguments"), arguments);
        return new ToolCall(call.text("id"), function.text("name"), arguments);
    }

    /** Arguments as a tree, which chat templates expect. */
    static JsonNode parse(String path, String arguments) {
        try {
            return Json.object(arguments.getBytes(StandardCharsets.UTF_8));
        } catch (HttpError e) {
            throw HttpError.badField(path, "'" + path + "' must be a JSON object as text: " + e.sentence());
        }
    }

    /** As a chat template takes it: a tree of maps and lists with Hugging Face's keys. */
    ObjectNode forTemplate() {
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
                function.set("arguments", parse("tool_calls", call.arguments()));
            }
        }
        if (toolCallId != null) {
            node.put("tool_call_id", toolCallId);
        }
        return node;
    }
}
