package org.lyceum.study.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** On which line of a YAML file each key stands. */
final class YamlLines {
    private static final YAMLMapper YAML = new YAMLMapper();

    private final JsonParser parser;
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private YamlLines(JsonParser parser) {
        this.parser = parser;
    }

    /** Lines by the path of the key, elements of lists by their number: {@code metric_list.0.metric}. Throws what Jackson throws. */
    static Map<String, Integer> of(String yaml) {
        try (var parser = YAML.createParser(yaml)) {
            var lines = new YamlLines(parser);
            if (parser.nextToken() instanceof JsonToken token) {
                lines.value(token, "");
            }
            return lines.lines;
        }
    }

    private void value(JsonToken token, String path) {
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var inner = path + parser.currentName();
                lines.put(inner, parser.currentTokenLocation().getLineNr());
                value(parser.nextToken(), inner + ".");
            }
        } else if (token == JsonToken.START_ARRAY) {
            int element = 0;
            for (var next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                value(next, path + element++ + ".");
            }
        }
    }
}
