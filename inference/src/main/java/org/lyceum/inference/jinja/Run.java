package org.lyceum.inference.jinja;

import java.time.LocalDateTime;

/**
 * One rendering and what it may use up: steps, depth, the length of any one text, time. A template that uses more is refused; jinja2's own
 * sandbox has no such bounds.
 */
final class Run {
    /** How deep macros, values and expressions may nest. */
    static final int DEPTH = 100;
    private static final long STEPS = 5_000_000;
    private static final int SPARE_CHARACTERS = 1 << 20;
    private static final long NANOSECONDS = 5_000_000_000L;

    private final StringBuilder out = new StringBuilder();
    private final int longest;
    private final long deadline = System.nanoTime() + NANOSECONDS;
    private final LocalDateTime now;
    private final boolean strict;
    private long steps;
    private long made; // characters in texts that were made on the way
    private int depth;

    /**
     * @param given characters in what the template was given: a long conversation makes a long prompt
     * @param strict whether writing out a value that is not there fails (jinja2's {@code StrictUndefined}) or gives nothing
     */
    Run(long given, LocalDateTime now, boolean strict) {
        this.longest = (int) Math.min(given * 4 + SPARE_CHARACTERS, 1 << 28);
        this.now = now;
        this.strict = strict;
    }

    boolean strict() {
        return strict;
    }

    LocalDateTime now() {
        return now;
    }

    void step() {
        charge(0);
    }

    /** A step that goes through {@code characters} of text or so many elements. */
    void charge(long characters) {
        steps += 1 + characters / 64;
        if (steps > STEPS) {
            throw new TemplateException("it takes more than " + STEPS + " steps");
        }
        if ((steps & 1023) == 0 && System.nanoTime() > deadline) {
            throw new TemplateException("it takes more than " + NANOSECONDS / 1_000_000_000 + " seconds");
        }
    }

    /** A search for {@code part} in {@code text}: where they nearly match everywhere it compares each with each. */
    void chargeSearch(String text, String part) {
        charge((long) text.length() * Math.max(1, part.length() / 16));
    }

    void checkLength(long length) {
        if (length > longest) {
            throw new TemplateException("it makes a text of more than " + longest + " characters");
        }
    }

    /** A text that was made; the sum of all is bounded, too. */
    String made(String text) {
        checkLength(text.length());
        charge(text.length());
        made += text.length();
        if (made > 32L * longest) {
            throw new TemplateException("it makes more text than it could ever need");
        }
        return text;
    }

    void enter() {
        if (++depth > DEPTH) {
            throw new TemplateException("it calls itself more than " + DEPTH + " times");
        }
    }

    void leave() {
        depth--;
    }

    /** Where output goes: the text itself. */
    StringBuilder out() {
        return out;
    }

    /** Appends to the output. */
    void write(String text) {
        checkLength((long) out.length() + text.length());
        charge(text.length());
        out.append(text);
    }
}
