package org.lyceum.inference.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.Guards;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;

/**
 * A model's own chat template with its tokenizer: a conversation to the text, and to the tokens, that the model was trained to go on from.
 * What the messages say never becomes a special token, whatever it is (see {@link Guards}). Safe for use by many threads at once.
 */
public final class JinjaChat {
    /** What roles and types look like: these a template may build a special token from, as in {@code '<|' + role + '|>'}. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final Tokenizer tokenizer;
    private final JinjaTemplate template;
    private final boolean takesTools;

    private JinjaChat(Tokenizer tokenizer, String source) {
        this.tokenizer = tokenizer;
        this.template = JinjaTemplate.of(source);
        this.takesTools = source.contains("tools");
    }

    /**
     * The template with {@code source}.
     *
     * @throws UserError if it is no template
     */
    public static JinjaChat of(Tokenizer tokenizer, String source) {
        return new JinjaChat(tokenizer, source);
    }

    /** Whether the template has a place for tools. */
    public boolean takesTools() {
        return takesTools;
    }

    /**
     * The conversation as text, to be looked at.
     *
     * @param messages objects with {@code role}, {@code content} and what else the template reads ({@code tool_calls}, …)
     * @param tools    definitions of tools, as in OpenAI's API; none where there are none
     * @param invites  whether the text ends where the assistant's next turn begins
     * @throws UserError where the template refuses the conversation or fails
     */
    public String render(List<? extends JsonNode> messages, List<? extends JsonNode> tools, boolean invites) {
        return render(messages, tools, invites, Map.of(), text -> text);
    }

    /** The conversation as tokens, up to where the assistant's next turn begins. */
    public int[] ids(List<? extends JsonNode> messages, List<? extends JsonNode> tools) {
        return ids(messages, tools, "", Map.of());
    }

    /**
     * The conversation as tokens.
     *
     * @param begun what the assistant's next turn begins with already; names of special tokens stand for these tokens
     * @param extra further variables that the template may read, {@code enable_thinking} for instance
     */
    public int[] ids(List<? extends JsonNode> messages, List<? extends JsonNode> tools, String begun, Map<String, ?> extra) {
        var words = new ArrayList<String>();
        messages.forEach(message -> collect(message, words));
        tools.forEach(tool -> collect(tool, words));
        var guards = Guards.of(tokenizer, words);
        return tokenizer.encodeGuarded(render(messages, tools, true, extra, guards::tear) + begun, guards.character());
    }

    private String render(List<? extends JsonNode> messages, List<? extends JsonNode> tools, boolean invites, Map<String, ?> extra,
            UnaryOperator<String> words) {
        var variables = new HashMap<String, @Nullable Object>(tokenizer.settings().namedTokens());
        variables.putAll(extra);
        variables.put("messages", messages.stream().map(message -> plain(message, words, "")).toList());
        variables.put("tools", tools.isEmpty() ? null : tools.stream().map(tool -> plain(tool, words, "")).toList());
        variables.put("documents", null);
        variables.put("add_generation_prompt", invites);
        return template.render(variables, LocalDateTime.now());
    }

    private static void collect(JsonNode node, List<String> words) {
        if (node.isString()) {
            words.add(node.stringValue());
        }
        for (var entry : node.properties()) {
            words.add(entry.getKey());
            collect(entry.getValue(), words);
        }
        if (node.isArray()) {
            node.forEach(each -> collect(each, words));
        }
    }

    /** Maps, lists, texts, numbers. {@code key} is the name under which the node was found. */
    private static @Nullable Object plain(JsonNode node, UnaryOperator<String> words, String key) {
        if (node.isObject()) {
            var map = new LinkedHashMap<String, @Nullable Object>();
            for (var entry : node.properties()) {
                var name = entry.getKey();
                map.put(PLAIN_NAME.matcher(name).matches() ? name : words.apply(name), plain(entry.getValue(), words, name));
            }
            return map;
        }
        if (node.isArray()) {
            var list = new ArrayList<@Nullable Object>();
            node.forEach(each -> list.add(plain(each, words, key)));
            return list;
        }
        if (node.isString()) {
            var text = node.stringValue();
            if (!key.equals("role") && !key.equals("type")) {
                return words.apply(text);
            }
            if (key.equals("role") && !PLAIN_NAME.matcher(text).matches()) {
                throw new UserError("A message's role must be a plain word such as system, user, assistant or tool.");
            }
            return PLAIN_NAME.matcher(text).matches() ? text : words.apply(text);
        }
        return node.isNull() || node.isMissingNode()
                ? null
                : node.isBoolean()
                        ? node.booleanValue()
                        : node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : node.asDouble();
    }
}
