package org.lyceum.server.openai;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.chat.ToolFunction;
import org.lyceum.server.http.HttpError;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools of a request.
 *
 * @param functions what the model may call
 * @param choice whether it may, must, or must not
 * @param only with {@link Choice#REQUIRED}, the one that it must call; null for any
 * @param parallel whether one answer may hold more than one call
 */
record Tools(List<ToolFunction> functions, Choice choice, @Nullable String only, boolean parallel) {
    private static final int MOST = 128;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    /** What {@code tool_choice} says. */
    enum Choice {
        NONE, AUTO, REQUIRED
    }

    /** Reads {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}. */
    static Tools read(Fields request) {
        var functions = request.objects("tools", MOST).stream().map(Tools::function).toList();
        boolean parallel = request.optionalFlag("parallel_tool_calls").orElse(true);
        var choice = request.get("tool_choice");
        if (choice == null) {
            return new Tools(functions, functions.isEmpty() ? Choice.NONE : Choice.AUTO, null, parallel);
        }
        if (choice instanceof ObjectNode) {
            var named = request.object("tool_choice").orElseThrow();
            named.choice("type", "", "function");
            var name = named.object("function").orElseThrow(() -> named.missing("function", "an object with 'name'")).text("name");
            if (functions.stream().noneMatch(function -> function.name().equals(name))) {
                throw HttpError.badField("tool_choice", "'tool_choice' names '" + Fields.shown(name) + "', which is not among 'tools'.");
            }
            return new Tools(functions, Choice.REQUIRED, name, parallel);
        }
        var said = switch (request.choice("tool_choice", "", "none", "auto", "required")) {
            case "none" -> Choice.NONE;
            case "auto" -> Choice.AUTO;
            default -> Choice.REQUIRED;
        };
        if (said != Choice.NONE && functions.isEmpty()) {
            throw HttpError.badField("tool_choice", "'tool_choice' is '" + request.text("tool_choice") + "', but there are no 'tools'.");
        }
        return new Tools(functions, said, null, parallel);
    }

    private static ToolFunction function(Fields tool) {
        tool.choice("type", "", "function");
        var function = tool.object("function").orElseThrow(() -> tool.missing("function", "an object with 'name' and 'parameters'"));
        var name = function.text("name");
        if (!NAME.matcher(name).matches()) {
            throw HttpError.badField(function.path("name"), "'" + function.path("name")
                    + "' must have from 1 to 64 letters, digits, _ or -, not '" + Fields.shown(name) + "'.");
        }
        var parameters = function.object("parameters").map(Fields::node)
                .orElseGet(() -> JsonNodeFactory.instance.objectNode().put("type", "object"));
        return new ToolFunction(name, tool.node(), parameters);
    }

    /** Whether the model is told of tools. */
    boolean offered() {
        return choice != Choice.NONE && !functions.isEmpty();
    }

    /** Those that the model may call now. */
    List<ToolFunction> callable() {
        return only == null ? functions : functions.stream().filter(function -> function.name().equals(only)).toList();
    }

    /** Their names. */
    Set<String> names() {
        return functions.stream().map(ToolFunction::name).collect(Collectors.toSet());
    }

    /** Those that the model is told of. */
    List<ToolFunction> told() {
        return offered() ? functions : List.of();
    }
}
