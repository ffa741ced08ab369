package org.lyceum.text.corpus;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One JSON object a line, the text in one of its fields. Blank lines and empty texts are passed over. */
final class JsonLinesReader implements DocumentReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final BufferedReader in;
    private final String name;
    private final String field;
    private long line;

    JsonLinesReader(Utf8Reader in, String name, String field) {
        this.in = new BufferedReader(in, 1 << 16);
        this.name = name;
        this.field = field;
    }

    @Override
    public @Nullable Document next() {
        try {
            for (var row = in.readLine(); row != null; row = in.readLine()) {
                line++;
                if (!row.isBlank()) {
                    var text = text(row);
                    if (!text.isEmpty()) {
                        return new Document(name + ":" + line, text);
                    }
                }
            }
            return null;
        } catch (IOException e) {
            throw new UserError("Could not read " + name + ": " + e.getMessage() + ".", e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private String text(String row) {
        JsonNode node;
        try {
            node = JSON.readTree(row);
        } catch (JacksonException e) {
            var reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("").replaceAll("\\.$", "");
            throw new UserError(name + " is not valid JSON on line " + line + ": " + reason + "; each line must hold one JSON object.", e);
        }
        if (!(node instanceof ObjectNode object)) {
            throw new UserError(name + " must hold one JSON object a line, and line " + line + " is something else.");
        }
        var value = object.get(field);
        if (value == null) {
            throw new UserError(name + " has no field '" + field + "' on line " + line + "; "
                    + hint(field, List.copyOf(object.propertyNames())));
        }
        if (!value.isString()) {
            throw new UserError(name + ": field '" + field + "' on line " + line + " is not a string; name a field that holds text.");
        }
        var text = value.stringValue();
        if (!wellFormed(text)) {
            throw new UserError(name + ": field '" + field + "' on line " + line
                    + " holds half of a surrogate pair (\\uD800 to \\uDFFF), which UTF-8 cannot say; mend or leave out that line.");
        }
        return text;
    }

    static String hint(String wanted, List<String> known) {
        return known.isEmpty() ? "there are none at all." : Nearest.hint(wanted, known);
    }

    private static boolean wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c) || i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
