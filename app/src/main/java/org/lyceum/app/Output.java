package org.lyceum.app;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Where a verb writes: its result to standard output, as text or with {@code --json} as an object; everything else to standard error. */
final class Output {
    @Option(names = "--json", description = "Print the result as one JSON object, on the last line of standard output.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec verb;

    /** Whether {@code --json} was given. */
    boolean json() {
        return json;
    }

    /** For the result. */
    PrintWriter out() {
        return verb.commandLine().getOut();
    }

    /** For progress, logs and figures that are not the result. */
    PrintWriter err() {
        return verb.commandLine().getErr();
    }

    /** {@code result} as JSON on one line; numbers that JSON cannot say (NaN, infinities) become null, as everywhere in the project. */
    void print(Map<String, ? extends @Nullable Object> result) {
        out().println(JsonMapper.shared().writeValueAsString(sayable(result)));
        out().flush();
    }

    /** {@code value} with null for every number in it that JSON cannot say. */
    static @Nullable Object sayable(@Nullable Object value) {
        return switch (value) {
            case Double number when !Double.isFinite(number) -> null;
            case Map<?, ?> map -> {
                var clean = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, inner) -> clean.put(String.valueOf(key), sayable(inner)));
                yield clean;
            }
            case List<?> list -> list.stream().map(Output::sayable).toList();
            case null, default -> value;
        };
    }
}
