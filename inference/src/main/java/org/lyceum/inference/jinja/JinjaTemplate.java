package org.lyceum.inference.jinja;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/** A compiled template. Safe for use by many threads at once. */
public final class JinjaTemplate {
    private static final int LONGEST_SOURCE = 1 << 20;

    private final List<Statement> body;

    private JinjaTemplate(List<Statement> body) {
        this.body = body;
    }

    /**
     * Compiles a chat template.
     *
     * @throws UserError if it is no Jinja, or uses what a chat template may not use
     */
    public static JinjaTemplate of(String source) {
        if (source.length() > LONGEST_SOURCE) {
            throw new UserError("The chat template has " + source.length() + " characters; more than " + LONGEST_SOURCE + " are not read.");
        }
        try {
            return new JinjaTemplate(Parser.parse(source, true));
        } catch (TemplateException e) {
            throw failure(e);
        } catch (StackOverflowError e) {
            throw new UserError("The chat template is nested too deeply.", e);
        }
    }

    /**
     * Compiles a template of which all white space counts, for {@link #renderStrictly}.
     *
     * @throws UserError if it is no Jinja: only the reason, without a full stop, because what kind of template this is the caller knows
     */
    public static JinjaTemplate ofText(String source) {
        try {
            return new JinjaTemplate(Parser.parse(source, false));
        } catch (TemplateException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        } catch (StackOverflowError e) {
            throw new UserError("it is nested too deeply", e);
        }
    }

    /**
     * Fills the template in.
     *
     * @param variables what it sees: texts, numbers, booleans, null, lists and maps
     * @param now       the date that it may ask for
     * @throws UserError if it fails, refuses what it was given, or takes more steps, memory or time than a chat template can need
     */
    public String render(Map<String, ?> variables, LocalDateTime now) {
        try {
            return written(variables, new Run(size(variables), now, false));
        } catch (TemplateException e) {
            throw failure(e);
        } catch (StackOverflowError e) {
            throw new UserError("The chat template makes values that are nested too deeply.", e);
        } catch (RuntimeException e) { // nothing that a template writes may be more than a failed template
            throw new UserError("The chat template asks for something that is not known here (" + e + ").", e);
        }
    }

    /**
     * Fills the template in where a value that is not there is a mistake (jinja2's {@code StrictUndefined}).
     *
     * @param variables what it sees, as for {@link #render}
     * @throws UserError if it fails: only the reason, without a full stop, because what kind of template this is the caller knows
     */
    public String renderStrictly(Map<String, ?> variables) {
        try {
            return written(variables, new Run(size(variables), LocalDateTime.MIN, true));
        } catch (TemplateException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        } catch (StackOverflowError e) {
            throw new UserError("it makes values that are nested too deeply", e);
        } catch (RuntimeException e) {
            throw new UserError("it asks for something that is not known here (" + e + ")", e);
        }
    }

    private String written(Map<String, ?> variables, Run run) {
        var globals = new Scope(null);
        Globals.putInto(globals);
        variables.forEach((name, value) -> globals.set(name, Values.of(value)));
        Statement.all(body, run, new Scope(globals));
        return run.out().toString();
    }

    private static UserError failure(TemplateException e) {
        if (e.isRaised()) {
            return new UserError("The model's chat template refuses this conversation: "
                    + String.valueOf(e.getMessage()).strip().replaceAll("\\.$", "") + ".");
        }
        return new UserError("The chat template fails" + (e.line() > 0 ? " at line " + e.line() : "") + ": " + e.getMessage() + ".");
    }

    private static long size(@Nullable Object value) {
        return switch (value) {
            case null -> 4;
            case String text -> text.length();
            case Map<?, ?> map -> map.entrySet().stream().mapToLong(entry -> size(entry.getKey()) + size(entry.getValue())).sum();
            case Iterable<?> list -> {
                long sum = 0;
                for (var each : list) {
                    sum += size(each);
                }
                yield sum;
            }
            default -> 8;
        };
    }
}
