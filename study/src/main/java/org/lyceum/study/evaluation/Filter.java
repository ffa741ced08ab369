package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.lyceum.foundation.Nearest;
import tools.jackson.databind.JsonNode;

/**
 * A chain of {@code filter_list}: what is done to a text that the model wrote before it is compared.
 *
 * @param name of the chain, behind a comma in the names of its metrics
 * @param steps one after the other
 */
record Filter(String name, List<UnaryOperator<String>> steps) {
    /** What a chain that is not named is called. */
    static final String NONE = "none";

    private static final List<String> KNOWN = List.of("regex", "take_first", "lowercase", "uppercase", "remove_whitespace", "strip");
    private static final String DEFAULT_PATTERN = "#### (\\-?[0-9\\.\\,]+)";

    /** Nothing is done. */
    static final Filter PLAIN = new Filter(NONE, List.of());

    String apply(String text) {
        var result = text;
        for (var step : steps) {
            result = step.apply(result);
        }
        return result;
    }

    /** The name of a metric of this chain. */
    String metric(String metric) {
        return name.equals(NONE) ? metric : metric + "," + name;
    }

    /** The chain {@code node} at {@code path} of a task's file. */
    static Filter of(JsonNode node, String path, Where where) {
        var steps = new ArrayList<UnaryOperator<String>>();
        int at = 0;
        for (var step : node.path("filter").values()) {
            steps.add(step(step, path + ".filter." + at++, where));
        }
        return new Filter(node.path("name").asString(NONE), steps);
    }

    private static UnaryOperator<String> step(JsonNode step, String path, Where where) {
        var function = step.path("function").asString("");
        return switch (function) {
            case "regex" -> regex(step, path, where);
            case "take_first" -> text -> text; // of one text each
            case "lowercase" -> text -> text.toLowerCase(Locale.ROOT);
            case "uppercase" -> text -> text.toUpperCase(Locale.ROOT);
            case "remove_whitespace" -> String::stripLeading;
            case "strip" -> String::strip;
            default -> throw where.wrong(path + ".function", "there is no filter '" + function + "'; " + Nearest.hint(function, KNOWN));
        };
    }

    /** The match that {@code group_select} names, from the end where it is below 0; its first group that took part, or all of it. */
    private static UnaryOperator<String> regex(JsonNode step, String path, Where where) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(step.path("regex_pattern").asString(DEFAULT_PATTERN));
        } catch (PatternSyntaxException e) {
            throw where.wrong(path + ".regex_pattern", "regex_pattern is no regular expression: " + e.getDescription() + ".");
        }
        int select = step.path("group_select").asInt(0);
        var fallback = step.path("fallback").asString("[invalid]");
        return text -> {
            var matches = new ArrayList<String>();
            var matcher = pattern.matcher(text);
            while (matcher.find()) {
                var match = matcher.groupCount() == 0 ? matcher.group() : "";
                for (int g = 1; g <= matcher.groupCount() && match.isEmpty(); g++) {
                    match = matcher.group(g) == null ? "" : matcher.group(g);
                }
                matches.add(match);
            }
            int at = select < 0 ? matches.size() + select : select;
            return at >= 0 && at < matches.size() ? matches.get(at).strip() : fallback;
        };
    }
}
