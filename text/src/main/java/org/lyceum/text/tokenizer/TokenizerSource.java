package org.lyceum.text.tokenizer;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code tokenizer.json} and the files beside it.
 *
 * @param file         where it is, for messages
 * @param root         it, parsed
 * @param json         it, as written
 * @param config       {@code tokenizer_config.json}, parsed
 * @param configJson   the same as written
 * @param chatTemplate {@code chat_template.jinja}
 */
record TokenizerSource(Path file, ObjectNode root, String json, @Nullable ObjectNode config, @Nullable String configJson,
        @Nullable String chatTemplate) {

    /** Tokens with a role: entries of the configuration such as {@code "eos_token": "…"} or {@code {"content": "…"}}. */
    Map<String, String> namedTokens() {
        var named = new LinkedHashMap<String, String>();
        if (config != null) {
            for (var entry : config.properties()) {
                var content = entry.getValue().isObject() ? entry.getValue().path("content") : entry.getValue();
                if (entry.getKey().endsWith("_token") && content.isString()) {
                    named.put(entry.getKey(), content.stringValue());
                }
            }
        }
        return named;
    }

    /** The declared end-of-text token, if any. */
    @Nullable
    String endOfText() {
        return namedTokens().get("eos_token");
    }

    TokenizerSettings settings(Vocabulary vocabulary) {
        var named = namedTokens();
        var end = vocabulary.endOfText();
        var written = configJson;
        if (written == null) {
            var name = end.isPresent() ? vocabulary.token(end.getAsInt()) : null;
            written = TokenizerFiles.config(name);
            if (name != null) {
                named.put("bos_token", name);
                named.put("eos_token", name);
            }
        }
        var configText = written;
        return new TokenizerSettings(() -> json, () -> configText, named, template(), Frames.read(this, vocabulary));
    }

    /** {@code chat_template.jinja}, else the configuration's {@code chat_template}: a text, or a list of named ones. */
    private @Nullable String template() {
        if (chatTemplate != null || config == null) {
            return chatTemplate;
        }
        JsonNode node = config.path("chat_template");
        if (node.isArray()) {
            for (var each : node) {
                if (each.path("name").asString("").equals("default")) {
                    return each.path("template").asString(null);
                }
            }
            return node.path(0).path("template").asString(null);
        }
        return node.isString() ? node.stringValue() : null;
    }
}
