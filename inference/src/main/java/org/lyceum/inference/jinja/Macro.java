package org.lyceum.inference.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.jinja.Values.Undefined;

/** {@code {% macro name(a, b=1) %}}: what its body writes is its value. */
record Macro(Signature signature, List<Statement> body, Scope around) implements Values.Callable {
    /** Names of parameters, and defaults or null. */
    record Signature(String name, List<String> parameters, List<@Nullable Expression> defaults) {
        Macro with(List<Statement> body, Scope around) {
            return new Macro(this, body, around);
        }
    }

    @Override
    public Object call(Run run, List<Object> arguments, Map<String, Object> named) {
        run.enter();
        var scope = new Scope(around);
        var parameters = signature.parameters;
        for (int i = 0; i < parameters.size(); i++) {
            var name = parameters.get(i);
            var fallback = signature.defaults.get(i);
            Object value = i < arguments.size() ? arguments.get(i) : named.get(name);
            scope.set(name, value != null ? value : fallback == null ? new Undefined(name) : fallback.value(run, scope));
        }
        if (arguments.size() > parameters.size()) {
            scope.set("varargs", new ArrayList<>(arguments.subList(parameters.size(), arguments.size())));
        } else {
            scope.set("varargs", List.of());
        }
        var rest = new LinkedHashMap<Object, Object>(named);
        parameters.forEach(rest::remove);
        scope.set("kwargs", rest);
        if (named.get("caller") instanceof Values.Callable caller) { // the block of a {% call %}
            scope.set("caller", caller);
            rest.remove("caller");
        }
        var text = Statement.captured(body, run, scope);
        run.leave();
        return text;
    }
}
