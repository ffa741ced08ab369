package org.lyceum.inference.jinja;

/** What is wrong with a template, or with what it was given. */
final class TemplateException extends RuntimeException {
    private final int line;
    private final boolean raised;

    private TemplateException(String message, int line, boolean raised) {
        super(message, null, false, false);
        this.line = line;
        this.raised = raised;
    }

    TemplateException(String message) {
        this(message, 0, false);
    }

    /** What the template said itself with {@code raise_exception}. */
    static TemplateException raised(String message) {
        return new TemplateException(message, 0, true);
    }

    /** The same, with the line where it happened unless that is known already. */
    TemplateException at(int where) {
        return line > 0 ? this : new TemplateException(String.valueOf(getMessage()), where, raised);
    }

    int line() {
        return line;
    }

    boolean isRaised() {
        return raised;
    }
}
