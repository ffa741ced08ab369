package org.lyceum.inference.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.jinja.Statement.End;
import org.lyceum.inference.jinja.Token.Kind;

/** Statements: a template is a list of them. What would read files (include, import, extends) is not there. */
final class Parser {
    /** A name that no template can write: what a block has captured. */
    private static final String CAPTURED = "%captured";

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private int loops;

    private Parser(String source, boolean trim) {
        this.tokens = new TokenStream(Lexer.tokens(source, trim));
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String source, boolean trim) {
        var parser = new Parser(source, trim);
        var body = parser.body(Set.of());
        if (parser.tokens.peek().kind() != Kind.END) {
            throw parser.tokens.unexpected("the rest of the template");
        }
        return body;
    }

    /** Statements up to a block that begins with one of {@code ends}; its {@code {%} is read, its name is not. */
    private List<Statement> body(Set<String> ends) {
        tokens.enter();
        var body = new ArrayList<Statement>();
        while (true) {
            var token = tokens.peek();
            switch (token.kind()) {
                case DATA -> {
                    var text = tokens.next().text();
                    body.add((run, scope) -> {
                        run.write(text);
                        return End.NORMAL;
                    });
                }
                case PRINT_BEGIN -> {
                    tokens.next();
                    var value = expressions.tuple();
                    tokens.expect(Kind.PRINT_END, "'}}'");
                    body.add((run, scope) -> {
                        run.write(Values.text(run, value.value(run, scope)));
                        return End.NORMAL;
                    });
                }
                case BLOCK_BEGIN -> {
                    if (ends.contains(tokens.peekAfter().text())) {
                        tokens.next();
                        tokens.leave();
                        return body;
                    }
                    tokens.next();
                    body.add(block());
                }
                default -> {
                    if (!ends.isEmpty()) {
                        throw tokens.unexpected("'{% " + String.join(" %}' or '{% ", ends.stream().sorted().toList()) + " %}'");
                    }
                    tokens.leave();
                    return body;
                }
            }
        }
    }

    private List<Statement> bodyUntil(String end) {
        var body = body(Set.of(end));
        tokens.next();
        endBlock();
        return body;
    }

    private void endBlock() {
        tokens.expect(Kind.BLOCK_END, "'%}'");
    }

    private Statement block() {
        var name = tokens.expect(Kind.NAME, "a statement");
        return switch (name.text()) {
            case "if" -> conditional();
            case "for" -> loop();
            case "set" -> assignment();
            case "macro" -> macro();
            case "call" -> call();
            case "filter" -> filter();
            case "with" -> with();
            case "generation" -> {
                // Marks what the model says, for training: to a prompt it means nothing.
                endBlock();
                var body = bodyUntil("endgeneration");
                yield (run, scope) -> Statement.all(body, run, scope);
            }
            case "break", "continue" -> {
                if (loops == 0) {
                    throw new TemplateException("'" + name.text() + "' stands outside of a loop").at(name.line());
                }
                endBlock();
                var end = name.text().equals("break") ? End.BREAK : End.CONTINUE;
                yield (run, scope) -> end;
            }
            case "include", "import", "from", "extends", "block" -> throw new TemplateException(
                    "it uses '" + name.text() + "', which a chat template may not").at(name.line());
            default -> throw new TemplateException("there is no statement '" + name.text() + "'").at(name.line());
        };
    }

    private Statement conditional() {
        record Branch(Expression test, List<Statement> body) {
        }
        var branches = new ArrayList<Branch>();
        List<Statement> otherwise = List.of();
        var test = expressions.tuple();
        endBlock();
        while (true) {
            branches.add(new Branch(test, body(Set.of("elif", "else", "endif"))));
            if (tokens.skipName("elif")) {
                test = expressions.tuple();
                endBlock();
                continue;
            }
            if (tokens.skipName("else")) {
                endBlock();
                otherwise = bodyUntil("endif");
            } else {
                tokens.next();
                endBlock();
            }
            break;
        }
        var last = otherwise;
        return (run, scope) -> {
            run.step();
            for (var branch : branches) {
                if (Values.truth(branch.test.value(run, scope))) {
                    return Statement.all(branch.body, run, scope);
                }
            }
            return Statement.all(last, run, scope);
        };
    }

    private Statement loop() {
        int line = tokens.peek().line();
        var targets = targets();
        if (!tokens.skipName("in")) {
            throw tokens.unexpected("'in'");
        }
        var of = expressions.or();
        var test = tokens.skipName("if") ? expressions.tuple() : null;
        if (tokens.peek().isName("recursive")) {
            throw new TemplateException("it has a recursive loop, which is not known here").at(line);
        }
        endBlock();
        loops++;
        var body = body(Set.of("else", "endfor"));
        loops--;
        List<Statement> otherwise = List.of();
        if (tokens.skipName("else")) {
            endBlock();
            otherwise = bodyUntil("endfor");
        } else {
            tokens.next();
            endBlock();
        }
        var loop = new Loop(targets, of, test, body, otherwise, line);
        return loop::run;
    }

    private List<String> targets() {
        var targets = new ArrayList<String>();
        boolean bracket = tokens.skip("(");
        do {
            if (tokens.peek().is(")") || tokens.peek().isName("in")) {
                break;
            }
            targets.add(tokens.expect(Kind.NAME, "a name").text());
        } while (tokens.skip(","));
        if (bracket) {
            tokens.expect(")");
        }
        return targets;
    }

    private Statement assignment() {
        int line = tokens.peek().line();
        if (tokens.peekAfter().is(".")) {
            var namespace = tokens.next().text();
            tokens.next();
            var attribute = tokens.expect(Kind.NAME, "an attribute").text();
            tokens.expect("=");
            var value = expressions.tuple();
            endBlock();
            return (run, scope) -> {
                run.step();
                if (!(scope.get(namespace) instanceof Values.Namespace target)) {
                    throw new TemplateException("'" + namespace + "' is no namespace, so its attributes cannot be set").at(line);
                }
                target.attributes.put(attribute, value.value(run, scope));
                return End.NORMAL;
            };
        }
        var targets = targets();
        if (tokens.skip("=")) {
            var value = expressions.tuple();
            endBlock();
            return (run, scope) -> {
                run.step();
                assign(targets, value.value(run, scope), run, scope, line);
                return End.NORMAL;
            };
        }
        @Nullable
        Expression filtered = null;
        if (tokens.peek().is("|")) {
            Expression text = (run, scope) -> captured(scope);
            while (tokens.skip("|")) {
                text = expressions.filter(text);
            }
            filtered = text;
        }
        endBlock();
        var body = bodyUntil("endset");
        var last = filtered;
        return (run, scope) -> {
            var inner = new Scope(scope);
            var text = Statement.captured(body, run, inner);
            inner.set(CAPTURED, text);
            scope.set(targets.getFirst(), last == null ? text : last.value(run, inner));
            return End.NORMAL;
        };
    }

    private static Object captured(Scope scope) {
        return scope.get(CAPTURED);
    }

    static void assign(List<String> targets, Object value, Run run, Scope scope, int line) {
        if (targets.size() == 1) {
            scope.set(targets.getFirst(), value);
            return;
        }
        var values = Values.list(run, value);
        if (values.size() != targets.size()) {
            throw new TemplateException("it takes " + values.size() + " values apart into " + targets.size() + " names").at(line);
        }
        for (int i = 0; i < values.size(); i++) {
            scope.set(targets.get(i), values.get(i));
        }
    }

    private Statement macro() {
        var name = tokens.expect(Kind.NAME, "a name").text();
        var macro = signature(name);
        endBlock();
        int around = loops;
        loops = 0;
        var body = bodyUntil("endmacro");
        loops = around;
        return (run, scope) -> {
            scope.set(name, macro.with(body, scope));
            return End.NORMAL;
        };
    }

    private Macro.Signature signature(String name) {
        var names = new ArrayList<String>();
        var defaults = new ArrayList<@Nullable Expression>();
        tokens.expect("(");
        while (!tokens.skip(")")) {
            names.add(tokens.expect(Kind.NAME, "a name").text());
            defaults.add(tokens.skip("=") ? expressions.conditional() : null);
            if (!tokens.peek().is(")")) {
                tokens.expect(",");
            }
        }
        return new Macro.Signature(name, names, defaults);
    }

    private Statement call() {
        var caller = tokens.peek().is("(") ? signature("caller") : new Macro.Signature("caller", List.of(), List.of());
        var body = new ArrayList<Statement>();
        var calling = expressions.called(scope -> caller.with(body, scope));
        endBlock();
        body.addAll(bodyUntil("endcall"));
        return (run, scope) -> {
            run.write(Values.text(run, calling.value(run, scope)));
            return End.NORMAL;
        };
    }

    private Statement filter() {
        Expression text = (run, scope) -> captured(scope);
        do {
            text = expressions.filter(text);
        } while (tokens.skip("|"));
        endBlock();
        var body = bodyUntil("endfilter");
        var filtered = text;
        return (run, scope) -> {
            var inner = new Scope(scope);
            inner.set(CAPTURED, Statement.captured(body, run, inner));
            run.write(Values.text(run, filtered.value(run, inner)));
            return End.NORMAL;
        };
    }

    private Statement with() {
        var names = new ArrayList<String>();
        var values = new ArrayList<Expression>();
        while (tokens.peek().kind() == Kind.NAME) {
            names.add(tokens.next().text());
            tokens.expect("=");
            values.add(expressions.conditional());
            tokens.skip(",");
        }
        endBlock();
        var body = bodyUntil("endwith");
        return (run, scope) -> {
            var inner = new Scope(scope);
            for (int i = 0; i < names.size(); i++) {
                inner.set(names.get(i), values.get(i).value(run, scope));
            }
            return Statement.all(body, run, inner);
        };
    }
}
