package org.lyceum.app;

import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code --json}. */
final class JsonOption {
    @Option(names = "--json", description = "Print the result as one JSON object, on the last line of standard output.")
    private boolean json;

    /** Whether it was given. */
    boolean wanted() {
        return json;
    }

    /** One line; numbers that JSON cannot say (NaN, infinities) become null. */
    static void print(PrintWriter out, Map<String, ? extends @Nullable Object> result) {
        var clean = new java.util.LinkedHashMap<String, @Nullable Object>();
        result.forEach((key, value) -> clean.put(key, value instanceof Double number && !Double.isFinite(number) ? null : value));
        out.println(JsonMapper.shared().writeValueAsString(clean));
        out.flush();
    }
}
