package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.lyceum.foundation.Nearest;
import tools.jackson.databind.JsonNode;

/**
 * A chain of {@code filter_list}: what is done to the texts that the model wrote of a document before the first of them is compared. There is
 * one, or as many as {@code repeats} asks for.
 *
 * @param name of the chain, behind a comma in the names of its metrics
 * @param steps one after the other
 */
record Filter(String name, List<UnaryOperator<List<String>>> steps) {
    /** What a chain that is not named is called. */
    static final String NONE = "none";

    private static final List<String> KNOWN = List.of("regex", "take_first", "take_first_k", "majority_vote", "lowercase", "uppercase",
            "remove_whitespace", "strip");
    private static final String DEFAULT_PATTERN = "#### (\\-?[0-9\\.\\,]+)";

    /** Nothing is done. */
    static final Filter PLAIN = new Filter(NONE, List.of());

    String apply(List<String> texts) {
        var result = texts;
        for (var step : steps) {
            result = step.apply(result);
        }
        return result.getFirst();
    }

    /** The name of a metric of this chain. */
    String metric(String metric) {
        return name.equals(NONE) ? metric : metric + "," + name;
    }

    /** The chain {@code node} at {@code path} of a task's file. */
    static Filter of(JsonNode node, String path, Where where) {
        var steps = new ArrayList<UnaryOperator<List<String>>>();
        int at = 0;
        for (var step : node.path("filter").values()) {
            steps.add(step(step, path + ".filter." + at++, where));
        }
        return new Filter(node.path("name").asString(NONE), steps);
    }

    private static UnaryOperator<List<String>> step(JsonNode step, String path, Where where) {
        var function = step.path("function").asString("");
        return switch (function) {
            case "regex" -> each(regex(step, path, where));
            case "take_first" -> texts -> texts.subList(0, 1);
            case "take_first_k" -> first(step, path, where);
            case "majority_vote" -> texts -> List.of(mostFrequent(texts));
            case "lowercase" -> each(text -> text.toLowerCase(Locale.ROOT));
            case "uppercase" -> each(text -> text.toUpperCase(Locale.ROOT));
            case "remove_whitespace" -> each(String::stripLeading);
            case "strip" -> each(String::strip);
            default -> throw where.wrong(path + ".function", "there is no filter '" + function + "'; " + Nearest.hint(function, KNOWN));
        };
    }

    private static UnaryOperator<List<String>> each(UnaryOperator<String> step) {
        return texts -> texts.stream().map(step).toList();
    }

    private static UnaryOperator<List<String>> first(JsonNode step, String path, Where where) {
        int k = step.path("k").asInt(0);
        if (k < 1) {
            throw where.wrong(path + ".function", "take_first_k needs how many: k, a number above 0.");
        }
        return texts -> texts.subList(0, Math.min(k, texts.size()));
    }

    /** The text that comes most often, the first of equal ones (self-consistency, Wang et al. 2023, section 2). */
    private static String mostFrequent(List<String> texts) {
        var counts = new LinkedHashMap<String, Integer>();
        texts.forEach(text -> counts.merge(text, 1, Integer::sum));
        return counts.entrySet().stream().reduce((a, b) -> b.getValue() > a.getValue() ? b : a).orElseThrow().getKey();
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
