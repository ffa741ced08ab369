package org.lyceum.inference.chat;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool that a model may call.
 *
 * @param name by which it is called
 * @param tool all of it, as chat templates expect it: {@code {"type": "function", "function": {"name": …, "parameters": …}}}
 * @param parameters the JSON schema of its arguments
 */
public record ToolFunction(String name, ObjectNode tool, ObjectNode parameters) {
    /** From its parts. */
    public static ToolFunction of(String name, String description, ObjectNode parameters) {
        var tool = JsonNodeFactory.instance.objectNode().put("type", "function");
        tool.putObject("function").put("name", name).put("description", description).set("parameters", parameters);
        return new ToolFunction(name, tool, parameters);
    }
}
