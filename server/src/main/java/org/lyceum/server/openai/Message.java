package org.lyceum.server.openai;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.lyceum.inference.chat.ChatMessage;
import org.lyceum.inference.chat.ToolCall;
import org.lyceum.server.http.HttpError;
import org.lyceum.server.http.Json;

/** Reads the conversation of a request. */
final class Message {
    /** As many messages as a conversation may have. */
    private static final int MOST = 4096;

    private Message() {
    }

    /** The conversation of a request: at least one message. */
    static List<ChatMessage> readAll(Fields request) {
        if (!request.has("messages")) {
            throw request.missing("messages", "an array of messages");
        }
        var messages = request.objects("messages", MOST).stream().map(Message::read).toList();
        if (messages.isEmpty()) {
            throw HttpError.badField("messages", "'messages' is empty; send at least one message.");
        }
        return messages;
    }

    private static ChatMessage read(Fields message) {
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
        return new ChatMessage(role, content(message), message.optionalText("name").orElse(null), calls,
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
        check(function.path("arguments"), arguments);
        return new ToolCall(call.text("id"), function.text("name"), arguments);
    }

    private static void check(String path, String arguments) {
        try {
            Json.object(arguments.getBytes(StandardCharsets.UTF_8));
        } catch (HttpError e) {
            throw HttpError.badField(path, "'" + path + "' must be a JSON object as text: " + e.sentence());
        }
    }
}
