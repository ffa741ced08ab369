package org.lyceum.inference.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.jinja.Token.Kind;
import org.lyceum.inference.jinja.Values.None;

/** Expressions, from the one that binds least (a conditional) to the one that binds most (a name), as in jinja2's parser. */
final class ExpressionParser {
    /** Arguments of a call, a filter or a test. */
    record Arguments(List<Expression> positional, Map<String, Expression> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());

        List<Object> values(Run run, Scope scope) {
            return ExpressionParser.values(positional, run, scope);
        }

        Map<String, Object> namedValues(Run run, Scope scope) {
            var values = new LinkedHashMap<String, Object>();
            named.forEach((name, each) -> values.put(name, each.value(run, scope)));
            return values;
        }
    }

    private final TokenStream tokens;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** An expression, or several with commas between: a tuple. */
    Expression tuple() {
        var first = conditional();
        if (!tokens.peek().is(",")) {
            return first;
        }
        var items = new ArrayList<Expression>();
        items.add(first);
        while (tokens.skip(",") && !endsTuple()) {
            items.add(conditional());
        }
        return (run, scope) -> new Values.Tuple(values(items, run, scope));
    }

    /** A call that hands what it calls a block of the template: {@code {% call name(…) %}}. */
    Expression called(Function<Scope, Object> block) {
        var callee = primary();
        while (tokens.skip(".")) {
            var of = callee;
            var name = tokens.expect(Kind.NAME, "a name").text();
            callee = at((run, scope) -> Methods.attribute(of.value(run, scope), name));
        }
        var function = callee;
        var arguments = arguments();
        return at((run, scope) -> {
            if (!(function.value(run, scope) instanceof Values.Callable callable)) {
                throw new TemplateException("what is called is no macro");
            }
            var named = arguments.namedValues(run, scope);
            named.put("caller", block.apply(scope));
            return callable.call(run, arguments.values(run, scope), named);
        });
    }

    private boolean endsTuple() {
        var token = tokens.peek();
        return token.kind() == Kind.BLOCK_END || token.kind() == Kind.PRINT_END || token.is(")") || token.isName("in") || token.is("=");
    }

    Expression conditional() {
        tokens.enter();
        var value = or();
        while (tokens.skipName("if")) {
            var then = value;
            var test = or();
            Expression otherwise = tokens.skipName("else")
                    ? conditional()
                    : (run, scope) -> new Values.Undefined("the value of an if without else");
            value = (run, scope) -> Values.truth(test.value(run, scope)) ? then.value(run, scope) : otherwise.value(run, scope);
        }
        tokens.leave();
        return value;
    }

    /** As {@link #conditional}, without a conditional: what stands before {@code if} in a for loop. */
    Expression or() {
        var left = and();
        while (tokens.skipName("or")) {
            var a = left;
            var b = and();
            left = (run, scope) -> {
                var value = a.value(run, scope);
                return Values.truth(value) ? value : b.value(run, scope);
            };
        }
        return left;
    }

    private Expression and() {
        var left = not();
        while (tokens.skipName("and")) {
            var a = left;
            var b = not();
            left = (run, scope) -> {
                var value = a.value(run, scope);
                return Values.truth(value) ? b.value(run, scope) : value;
            };
        }
        return left;
    }

    private Expression not() {
        if (tokens.skipName("not")) {
            tokens.enter();
            var value = not();
            tokens.leave();
            return (run, scope) -> !Values.truth(value.value(run, scope));
        }
        return comparison();
    }

    /** {@code a < b < c} holds when both do, as in Python. */
    private Expression comparison() {
        var first = sum();
        record Step(String operator, Expression operand) {
        }
        var steps = new ArrayList<Step>();
        while (true) {
            var token = tokens.peek();
            if (token.kind() == Kind.OPERATOR && List.of("==", "!=", "<", "<=", ">", ">=").contains(token.text())) {
                tokens.next();
                steps.add(new Step(token.text(), sum()));
            } else if (token.isName("in")) {
                tokens.next();
                steps.add(new Step("in", sum()));
            } else if (token.isName("not") && tokens.peekAfter().isName("in")) {
                tokens.next();
                tokens.next();
                steps.add(new Step("not in", sum()));
            } else {
                break;
            }
        }
        if (steps.isEmpty()) {
            return first;
        }
        return at((run, scope) -> {
            var left = first.value(run, scope);
            for (var step : steps) {
                var right = step.operand.value(run, scope);
                if (!Arithmetic.holds(run, step.operator, left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        });
    }

    private Expression sum() {
        var left = joined();
        while (tokens.peek().is("+") || tokens.peek().is("-")) {
            left = binary(left, tokens.next().text(), joined());
        }
        return left;
    }

    private Expression joined() {
        var first = product();
        if (!tokens.peek().is("~")) {
            return first;
        }
        var parts = new ArrayList<Expression>();
        parts.add(first);
        while (tokens.skip("~")) {
            parts.add(product());
        }
        return at((run, scope) -> {
            var text = new StringBuilder();
            for (var part : parts) {
                text.append(Values.text(run, part.value(run, scope)));
                run.checkLength(text.length());
            }
            return run.made(text.toString());
        });
    }

    private Expression product() {
        var left = power();
        while (tokens.peek().is("*") || tokens.peek().is("/") || tokens.peek().is("//") || tokens.peek().is("%")) {
            left = binary(left, tokens.next().text(), power());
        }
        return left;
    }

    private Expression power() {
        var left = unary(true);
        while (tokens.skip("**")) {
            left = binary(left, "**", unary(true));
        }
        return left;
    }

    private Expression binary(Expression a, String operator, Expression b) {
        return at((run, scope) -> Arithmetic.apply(run, operator, a.value(run, scope), b.value(run, scope)));
    }

    private Expression unary(boolean filtered) {
        tokens.enter();
        Expression value;
        if (tokens.skip("-")) {
            var of = unary(false);
            value = at((run, scope) -> Arithmetic.apply(run, "-", 0L, of.value(run, scope)));
        } else if (tokens.skip("+")) {
            value = unary(false);
        } else {
            value = postfix(primary());
        }
        if (filtered) {
            value = filtered(value);
        }
        tokens.leave();
        return value;
    }

    /** Filters, tests and calls behind a value. */
    private Expression filtered(Expression start) {
        var value = start;
        while (true) {
            if (tokens.skip("|")) {
                value = filter(value);
            } else if (tokens.skipName("is")) {
                value = test(value);
            } else if (tokens.peek().is("(")) {
                value = postfix(value);
            } else {
                return value;
            }
        }
    }

    /** One filter: its name and arguments, the bar before it was read. */
    Expression filter(Expression of) {
        var name = dotted();
        var filter = Filters.named(name).orElse((run, value, arguments, named) -> {
            throw new TemplateException("there is no filter '" + name + "'"); // when it is reached, as in jinja2
        });
        var arguments = tokens.peek().is("(") ? arguments() : Arguments.NONE;
        return at((run, scope) -> {
            var value = of.value(run, scope);
            run.charge(value instanceof String text ? text.length() : 0);
            return filter.apply(run, value, arguments.values(run, scope), arguments.namedValues(run, scope));
        });
    }

    private Expression test(Expression of) {
        boolean negated = tokens.skipName("not");
        var name = dotted();
        var test = Tests.named(name).orElse((run, value, arguments) -> {
            throw new TemplateException("there is no test '" + name + "'");
        });
        var token = tokens.peek();
        Arguments arguments;
        if (token.is("(")) {
            arguments = arguments();
        } else if (token.kind() == Kind.STRING || token.kind() == Kind.INTEGER || token.kind() == Kind.FLOAT || token.is("[")
                || token.is("{")
                || (token.kind() == Kind.NAME && !List.of("else", "or", "and", "is", "if", "in", "not").contains(token.text()))) {
            arguments = new Arguments(List.of(postfix(primary())), Map.of());
        } else {
            arguments = Arguments.NONE;
        }
        return at((run, scope) -> {
            run.step();
            return test.holds(run, of.value(run, scope), arguments.values(run, scope)) != negated;
        });
    }

    private String dotted() {
        var name = new StringBuilder(tokens.expect(Kind.NAME, "a name").text());
        while (tokens.skip(".")) {
            name.append('.').append(tokens.expect(Kind.NAME, "a name").text());
        }
        return name.toString();
    }

    private Expression postfix(Expression start) {
        var value = start;
        while (true) {
            var of = value;
            if (tokens.skip(".")) {
                var token = tokens.next();
                if (token.kind() == Kind.INTEGER) {
                    long index = whole(token);
                    value = at((run, scope) -> Values.item(of.value(run, scope), index));
                } else if (token.kind() == Kind.NAME) {
                    var name = token.text();
                    value = at((run, scope) -> Methods.attribute(of.value(run, scope), name));
                } else {
                    throw tokens.unexpected("the name of an attribute");
                }
            } else if (tokens.skip("[")) {
                value = subscript(of);
            } else if (tokens.peek().is("(")) {
                var arguments = arguments();
                value = at((run, scope) -> {
                    run.step();
                    return switch (of.value(run, scope)) {
                        case Values.Callable callable ->
                            callable.call(run, arguments.values(run, scope), arguments.namedValues(run, scope));
                        case Values.Undefined undefined -> throw new TemplateException("'" + undefined.name() + "' is undefined");
                        case Object other -> throw new TemplateException("a value of type " + Values.typeName(other) + " cannot be called");
                    };
                });
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression of) {
        var from = tokens.peek().is(":") ? null : conditional();
        if (tokens.skip("]") && from != null) {
            return at((run, scope) -> {
                var value = of.value(run, scope);
                run.charge(value instanceof String text ? text.length() : 0);
                return Methods.item(value, from.value(run, scope));
            });
        }
        tokens.expect(":");
        var to = tokens.peek().is(":") || tokens.peek().is("]") ? null : conditional();
        var step = tokens.skip(":") && !tokens.peek().is("]") ? conditional() : null;
        tokens.expect("]");
        return at((run, scope) -> {
            var by = bound(step, run, scope);
            return Values.slice(run, of.value(run, scope), bound(from, run, scope), bound(to, run, scope), by == null ? 1 : by);
        });
    }

    private static @Nullable Long bound(@Nullable Expression bound, Run run, Scope scope) {
        var value = bound == null ? None.NONE : bound.value(run, scope);
        return value == None.NONE ? null : (Long) Values.whole(value);
    }

    Arguments arguments() {
        tokens.expect("(");
        var positional = new ArrayList<Expression>();
        var named = new LinkedHashMap<String, Expression>();
        while (!tokens.skip(")")) {
            if (tokens.peek().kind() == Kind.NAME && tokens.peekAfter().is("=")) {
                var name = tokens.next().text();
                tokens.next();
                named.put(name, conditional());
            } else {
                positional.add(conditional());
            }
            if (!tokens.peek().is(")")) {
                tokens.expect(",");
            }
        }
        return new Arguments(positional, named);
    }

    private static long whole(Token token) {
        try {
            return Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw new TemplateException("the number " + token.text() + " is too large").at(token.line());
        }
    }

    private Expression primary() {
        var token = tokens.next();
        return switch (token.kind()) {
            case NAME -> switch (token.text()) {
                case "true", "True" -> (run, scope) -> true;
                case "false", "False" -> (run, scope) -> false;
                case "none", "None" -> (run, scope) -> None.NONE;
                default -> (run, scope) -> scope.get(token.text());
            };
            case STRING -> {
                var text = new StringBuilder(token.text());
                while (tokens.peek().kind() == Kind.STRING) {
                    text.append(tokens.next().text());
                }
                var whole = text.toString();
                yield (run, scope) -> whole;
            }
            case INTEGER -> {
                long number = whole(token);
                yield (run, scope) -> number;
            }
            case FLOAT -> {
                double number = Double.parseDouble(token.text());
                yield (run, scope) -> number;
            }
            case OPERATOR -> switch (token.text()) {
                case "(" -> {
                    if (tokens.skip(")")) {
                        yield list(List.of());
                    }
                    var inside = tuple();
                    tokens.expect(")");
                    yield inside;
                }
                case "[" -> {
                    var items = new ArrayList<Expression>();
                    while (!tokens.skip("]")) {
                        items.add(conditional());
                        if (!tokens.peek().is("]")) {
                            tokens.expect(",");
                        }
                    }
                    yield list(items);
                }
                case "{" -> map();
                default -> throw new TemplateException("it has '" + token.text() + "' where a value should be").at(token.line());
            };
            default -> throw new TemplateException("a value is missing").at(token.line());
        };
    }

    private static Expression list(List<Expression> items) {
        return (run, scope) -> values(items, run, scope);
    }

    private static List<Object> values(List<Expression> items, Run run, Scope scope) {
        var list = new ArrayList<>(items.size());
        for (var item : items) {
            run.step();
            list.add(item.value(run, scope));
        }
        return list;
    }

    private Expression map() {
        var keys = new ArrayList<Expression>();
        var values = new ArrayList<Expression>();
        while (!tokens.skip("}")) {
            keys.add(conditional());
            tokens.expect(":");
            values.add(conditional());
            if (!tokens.peek().is("}")) {
                tokens.expect(",");
            }
        }
        return (run, scope) -> {
            var map = new LinkedHashMap<Object, Object>();
            for (int i = 0; i < keys.size(); i++) {
                run.step();
                map.put(Values.key(keys.get(i).value(run, scope)), values.get(i).value(run, scope));
            }
            return map;
        };
    }

    /** The expression, which names its line when it fails, and counts as a step. */
    private Expression at(Expression expression) {
        int line = tokens.peek().line();
        return (run, scope) -> {
            run.step();
            try {
                return expression.value(run, scope);
            } catch (TemplateException e) {
                throw e.at(line);
            }
        };
    }
}
