package org.lyceum.training.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The status of a run on standard error: one line, redrawn in place on a terminal; elsewhere (a log file, a pipe) a plain line every ten
 * seconds or every tenth of the way, whichever comes first.
 */
public final class ProgressLine implements AutoCloseable {
    /**
     * Where a run stands.
     *
     * @param step            steps done
     * @param steps           steps in all
     * @param fraction        how much of the run is done, 0 to 1
     * @param loss            training loss, nats a token
     * @param learningRate    of the last step
     * @param tokensPerSecond training tokens a second
     * @param mfu             model FLOP utilisation, 0 to 1
     * @param elapsed         time since the run began
     * @param remaining       time to its end
     */
    public record Status(long step, long steps, double fraction, double loss, double learningRate, double tokensPerSecond, double mfu,
            Duration elapsed, Duration remaining) {
        /** The status as one line of about 80 characters. */
        public String format() {
            // Rounded down: 100% is for a run that is done.
            return String.format(Locale.ROOT, "step %d/%d %d%%  loss %.3f  lr %.1e  %s tok/s  MFU %.0f%%  %s (%s left)", step,
                    steps, (int) Math.floor(100 * fraction), loss, learningRate, count(tokensPerSecond), 100 * mfu, clock(elapsed),
                    clock(remaining));
        }
    }

    private static final long PLAIN_NANOS = 10_000_000_000L;
    private static final int PLAIN_PARTS = 10;
    private static final long REDRAW_NANOS = 100_000_000L;
    /** Back to the first column, and no wrapping: a line that is too long for the window must not become two. */
    private static final String BEGIN_LINE = "\r\u001b[?7l";
    private static final String END_LINE = "\u001b[?7h\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanos;
    private boolean drawn;
    private @Nullable Status pending;
    private boolean begun;
    private long lastNanos;
    private int lastPart;

    /** A progress line on standard error. */
    public static ProgressLine onStandardError() {
        return new ProgressLine(System.err, onTerminal(), System::nanoTime);
    }

    /** A progress line on {@code out}, redrawn in place on a terminal and told now and then elsewhere; {@code nanos} is the clock. */
    public ProgressLine(PrintStream out, boolean terminal, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
    }

    /** Shows a status, or passes it over when the last one was shown a moment ago. */
    public synchronized void show(Status status) {
        long now = nanos.getAsLong();
        int part = (int) Math.floor(status.fraction() * PLAIN_PARTS);
        long wait = terminal ? REDRAW_NANOS : PLAIN_NANOS;
        if (begun && now - lastNanos < wait && (terminal || part == lastPart)) {
            pending = status;
            return;
        }
        begun = true;
        lastNanos = now;
        lastPart = part;
        draw(status);
    }

    /** Prints a line of its own, a validation result for instance; the status is drawn again below it. */
    public synchronized void message(String text) {
        if (drawn) {
            out.print("\r\u001b[K");
            drawn = false;
        }
        out.println(text);
        out.flush();
    }

    /** Shows the last status that was passed over and leaves the line. */
    @Override
    public synchronized void close() {
        if (pending != null) {
            draw(pending);
        }
        if (drawn) {
            out.println();
            out.flush();
            drawn = false;
        }
    }

    private void draw(Status status) {
        pending = null;
        if (terminal) {
            out.print(BEGIN_LINE + status.format() + END_LINE);
            drawn = true;
        } else {
            out.println(status.format());
        }
        out.flush();
    }

    private static boolean onTerminal() {
        var console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    /** 950, 12.3k, 4.56M: three digits are enough to see a rate change. */
    static String count(double value) {
        if (value < 999.5) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        var units = "kMGT";
        int unit = -1;
        while (value >= 999.5 && unit < units.length() - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.995 ? "%.2f%c" : value < 99.95 ? "%.1f%c" : "%.0f%c", value, units.charAt(unit));
    }

    /** 0:07, 12:05, 3:00:09. */
    static String clock(Duration duration) {
        long seconds = Math.max(0, Math.round(duration.toMillis() / 1000.0));
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
