package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.jinja.JinjaTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One of {@code doc_to_text}, {@code doc_to_target} and {@code doc_to_choice}: a number, the name of a column, a Jinja template, or a list of
 * templates. Of a template's text, one that is all digits is a number, and one in brackets a list as Python writes it.
 */
final class Template {
    private static final Pattern NAMED = Pattern.compile("'([^']+)' is undefined");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    private final String key;
    private final Where where;
    private final List<Part> parts;
    private final boolean list;

    /** A source as written and, unless it is only a number, compiled. */
    private record Part(String source, @Nullable Long number, @Nullable JinjaTemplate compiled) {
    }

    private Template(String key, Where where, List<Part> parts, boolean list) {
        this.key = key;
        this.where = where;
        this.parts = parts;
        this.list = list;
    }

    /** What the YAML value {@code node} of {@code key} says. Throws {@link UserError} where that is no template. */
    static Template of(String key, JsonNode node, Where where) {
        var parts = new ArrayList<Part>();
        if (node.isArray() || node.isObject()) { // {A: "…", B: "…"}: the values in their order
            node.values().forEach(each -> parts.add(part(key, each, where)));
        } else {
            parts.add(part(key, node, where));
        }
        return new Template(key, where, parts, node.isArray() || node.isObject());
    }

    private static Part part(String key, JsonNode node, Where where) {
        if (node.isIntegralNumber()) {
            return new Part(node.asString(), node.longValue(), null);
        }
        if (!node.isValueNode() || node.isNull()) {
            throw where.wrong(key, key + " takes a template, a number or a list of templates, not " + node + ".");
        }
        var source = node.asString();
        try {
            return new Part(source, null, JinjaTemplate.ofText(source));
        } catch (UserError e) {
            throw where.wrong(key, key + " is no valid Jinja: " + e.getMessage() + ".");
        }
    }

    /** Its value as text; a number in digits. */
    String text(Document document) {
        return String.valueOf(written(parts.getFirst(), document));
    }

    /**
     * Its value: a String, a Long, or a List of them.
     *
     * @param numbers whether digits mean a number, the place of a choice
     */
    Object value(Document document, boolean numbers) {
        if (list) {
            return parts.stream().map(part -> written(part, document)).toList();
        }
        var value = written(parts.getFirst(), document);
        if (!(value instanceof String text)) {
            return value;
        }
        if (numbers && DIGITS.matcher(text).matches()) {
            return Long.valueOf(text);
        }
        return text.startsWith("[") && text.endsWith("]") && literal(text) instanceof List<?> read ? read : text;
    }

    private Object written(Part part, Document document) {
        if (part.number() instanceof Long number) {
            return number;
        }
        if (document.columns().get(part.source()) instanceof Object column) {
            return switch (column) {
                case Boolean flag -> flag ? 1L : 0L;
                case Number number when number.doubleValue() == number.longValue() -> number.longValue();
                default -> column;
            };
        }
        try {
            return Objects.requireNonNull(part.compiled()).renderStrictly(document.columns());
        } catch (UserError e) {
            throw where.wrong(key, key + " fails for " + document.origin() + ": " + e.getMessage() + hint(e.getMessage(), document));
        }
    }

    private static String hint(@Nullable String reason, Document document) {
        var named = NAMED.matcher(String.valueOf(reason));
        return named.find() && !document.columns().containsKey(named.group(1))
                ? "; " + Nearest.hint(named.group(1), document.columns().keySet())
                : ".";
    }

    /** A list that Python wrote, read by the rules of Jinja, whose literals are Python's; null where it is none. */
    static @Nullable Object literal(String python) {
        try {
            var json = JinjaTemplate.ofText("{{ (" + python + ") | tojson }}").renderStrictly(Map.of());
            return JsonMapper.shared().readValue(json, Object.class);
        } catch (UserError | JacksonException _) {
            return null;
        }
    }
}
