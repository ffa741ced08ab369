package org.lyceum.inference.jinja;

import java.util.List;

/** Something that writes to the output or changes a name. */
@FunctionalInterface
interface Statement {
    /** How a statement ends. */
    enum End {
        NORMAL, BREAK, CONTINUE
    }

    End run(Run run, Scope scope);

    /** One after the other, up to a {@code break} or {@code continue}. */
    static End all(List<Statement> body, Run run, Scope scope) {
        for (var statement : body) {
            var end = statement.run(run, scope);
            if (end != End.NORMAL) {
                return end;
            }
        }
        return End.NORMAL;
    }

    /** What {@code body} writes, in place of writing it. */
    static String captured(List<Statement> body, Run run, Scope scope) {
        int from = run.out().length();
        all(body, run, scope);
        var text = run.out().substring(from);
        run.out().setLength(from);
        return run.made(text);
    }
}
