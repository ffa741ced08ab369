package org.lyceum.inference.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that a part of a template sees: its own, and those of what is around it. */
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Object> names = new HashMap<>();

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    Object get(String name) {
        for (var scope = this; scope != null; scope = scope.outer) {
            var value = scope.names.get(name);
            if (value != null) {
                return value;
            }
        }
        return new Values.Undefined(name);
    }

    void set(String name, Object value) {
        names.put(name, value);
    }
}
