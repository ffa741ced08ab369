package org.lyceum.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.lyceum.inference.chat.ToolCall;
import org.lyceum.inference.chat.ToolFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** LangChain4j's messages, tools and schemas as ours. */
final class Messages {
    private static final JsonMapper JSON = new JsonMapper();

    private Messages() {
    }

    static org.lyceum.inference.chat.ChatMessage of(ChatMessage message) {
        return switch (message) {
            case SystemMessage system -> org.lyceum.inference.chat.ChatMessage.of("system", system.text());
            case UserMessage user -> new org.lyceum.inference.chat.ChatMessage("user", text(user.contents()), user.name(), List.of(), null);
            case AiMessage ai -> new org.lyceum.inference.chat.ChatMessage("assistant", Objects.requireNonNullElse(ai.text(), ""), null,
                    ai.toolExecutionRequests().stream()
                            .map(call -> new ToolCall(Objects.requireNonNullElse(call.id(), ""), call.name(), arguments(call.arguments())))
                            .toList(),
                    null);
            case ToolExecutionResultMessage result -> new org.lyceum.inference.chat.ChatMessage("tool", text(result.contents()),
                    result.toolName(), List.of(), result.id());
            default -> throw new UnsupportedFeatureException("Messages of the type " + message.type() + " are not supported by Lyceum");
        };
    }

    private static String arguments(String arguments) {
        return arguments == null || arguments.isBlank() ? "{}" : arguments;
    }

    private static String text(List<Content> contents) {
        return contents.stream().map(content -> {
            if (content instanceof TextContent text) {
                return text.text();
            }
            throw new UnsupportedFeatureException("Content of the type " + content.type().name().toLowerCase(Locale.ROOT)
                    + " is not supported by Lyceum, whose models read text only");
        }).collect(Collectors.joining("\n"));
    }

    static ToolFunction of(ToolSpecification tool) {
        var parameters = tool.parameters() == null ? JSON.createObjectNode().put("type", "object") : schema(tool.parameters());
        return ToolFunction.of(tool.name(), Objects.requireNonNullElse(tool.description(), ""), parameters);
    }

    /** A schema as JSON Schema writes it. */
    static ObjectNode schema(JsonSchemaElement element) {
        if (element instanceof JsonRawSchema raw) {
            if (JSON.readTree(raw.schema()) instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("A JSON schema must be a JSON object, not " + raw.schema());
        }
        return JSON.valueToTree(JsonSchemaElementUtils.toMap(element));
    }
}
