package org.lyceum.inference.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.jinja.Statement.End;
import org.lyceum.inference.jinja.Values.Callable;
import org.lyceum.inference.jinja.Values.Undefined;

/**
 * {@code {% for targets in of if test %}}. Names that the body sets are gone after each round, as in jinja2.
 *
 * @param otherwise what runs where there was nothing to go through
 */
record Loop(List<String> targets, Expression of, @Nullable Expression test, List<Statement> body, List<Statement> otherwise, int line) {

    End run(Run run, Scope scope) {
        try {
            return rounds(run, scope, chosen(run, scope, Values.list(run, of.value(run, scope))));
        } catch (TemplateException e) {
            throw e.at(line);
        }
    }

    private List<Object> chosen(Run run, Scope scope, List<Object> all) {
        if (test == null) {
            return all;
        }
        var chosen = new ArrayList<>();
        for (var each : all) {
            var inner = new Scope(scope);
            Parser.assign(targets, each, run, inner, line);
            if (Values.truth(test.value(run, inner))) {
                chosen.add(each);
            }
        }
        return chosen;
    }

    private End rounds(Run run, Scope scope, List<Object> items) {
        if (items.isEmpty()) {
            return Statement.all(otherwise, run, new Scope(scope));
        }
        var state = new Values.Namespace();
        state.attributes.put("length", (long) items.size());
        state.attributes.put("cycle", (Callable) (r, arguments, named) -> Methods.argument(arguments,
                (int) (Values.whole(Values.item(state, "index0")) % Math.max(1, arguments.size()))));
        state.attributes.put("changed", changed());
        for (int i = 0; i < items.size(); i++) {
            run.step();
            describe(state.attributes, items, i);
            var inner = new Scope(scope);
            inner.set("loop", state);
            Parser.assign(targets, items.get(i), run, inner, line);
            if (Statement.all(body, run, inner) == End.BREAK) {
                break;
            }
        }
        return End.NORMAL;
    }

    private static void describe(Map<String, Object> loop, List<Object> items, int i) {
        int size = items.size();
        loop.put("index", i + 1L);
        loop.put("index0", (long) i);
        loop.put("revindex", (long) size - i);
        loop.put("revindex0", size - i - 1L);
        loop.put("first", i == 0);
        loop.put("last", i == size - 1);
        loop.put("previtem", i > 0 ? items.get(i - 1) : new Undefined("loop.previtem"));
        loop.put("nextitem", i < size - 1 ? items.get(i + 1) : new Undefined("loop.nextitem"));
    }

    /** {@code loop.changed(value)}: whether it is another one than in the round before. */
    private static Callable changed() {
        var before = new Values.Namespace();
        return (run, arguments, named) -> {
            var last = before.attributes.put("value", arguments);
            return last == null || !Values.equal(run, last, arguments);
        };
    }
}
