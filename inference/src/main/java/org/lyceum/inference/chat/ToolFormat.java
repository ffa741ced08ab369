package org.lyceum.inference.chat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How a family of models writes down that it calls a tool. */
public enum ToolFormat {
    /** {@code <tool_call>{"name": …, "arguments": {…}}</tool_call>}, as often as there are calls: Hermes 2 Pro, Qwen 2.5 and 3. */
    HERMES("<tool_call>", "</tool_call>", "arguments"),
    /** The whole answer is {@code {"name": …, "parameters": {…}}}: Llama 3.1 and later. */
    LLAMA("{", "", "parameters");

    private final String opening;
    private final String closing;
    private final String argumentsKey;

    ToolFormat(String opening, String closing, String argumentsKey) {
        this.opening = opening;
        this.closing = closing;
        this.argumentsKey = argumentsKey;
    }

    /** The format that a chat template teaches its model; empty where it is none that we know. */
    public static Optional<ToolFormat> of(@Nullable String chatTemplate) {
        if (chatTemplate == null || !chatTemplate.contains("tools")) {
            return Optional.empty();
        }
        if (chatTemplate.contains(HERMES.opening) && chatTemplate.contains("tool_call")) {
            return Optional.of(HERMES);
        }
        return chatTemplate.contains("\"parameters\"") && chatTemplate.contains("\"name\"") ? Optional.of(LLAMA) : Optional.empty();
    }

    /** What begins a call; until it is complete, it may turn out to be text. */
    public String opening() {
        return opening;
    }

    /** What ends a call; empty where the end of the answer does. */
    public String closing() {
        return closing;
    }

    /** What is put behind the prompt where the model must call a tool, so that nothing but a call can follow. */
    public String forced() {
        return this == HERMES ? opening + "\n" : "";
    }

    /** The schema of a call of one of {@code functions}. */
    public ObjectNode schema(List<ToolFunction> functions) {
        if (functions.size() == 1) {
            return schema(functions.getFirst());
        }
        var schema = JsonNodeFactory.instance.objectNode();
        var any = schema.putArray("anyOf");
        functions.forEach(function -> any.add(schema(function)));
        return schema;
    }

    private ObjectNode schema(ToolFunction function) {
        var schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        properties.putObject("name").put("const", function.name());
        properties.set(argumentsKey, function.parameters().deepCopy());
        schema.putArray("required").add("name").add(argumentsKey);
        schema.put("additionalProperties", false);
        return schema;
    }

    /** The call that {@code text} (without {@link #opening} tags) is, if it is one of a tool in {@code tools}. Its id is empty. */
    public Optional<ToolCall> parse(String text, Set<String> tools) {
        return ToolCall.object(text.strip()).flatMap(call -> read(call, tools));
    }

    private static Optional<ToolCall> read(ObjectNode call, Set<String> tools) {
        var name = call.get("name");
        if (name == null || !name.isString() || !tools.contains(name.stringValue())) {
            return Optional.empty();
        }
        JsonNode arguments = call.get("arguments") == null ? call.get("parameters") : call.get("arguments");
        if (arguments == null || arguments.isNull()) {
            return Optional.of(new ToolCall("", name.stringValue(), "{}"));
        }
        return arguments.isObject() ? Optional.of(new ToolCall("", name.stringValue(), arguments.toString())) : Optional.empty();
    }
}
