package org.lyceum.app;

import java.io.PrintWriter;
import java.util.Locale;
import org.lyceum.training.vectors.VectorProgress;

/** How far the training of vectors is: a line that rewrites itself on a terminal, and elsewhere one every ten seconds. */
final class VectorsProgress implements VectorProgress {
    private final PrintWriter err;
    private final String unit;
    private final boolean terminal = System.console() != null && System.console().isTerminal();
    private double next;
    private boolean over;

    /** @param unit what is counted */
    VectorsProgress(PrintWriter err, String unit) {
        this.err = err;
        this.unit = unit;
        next = terminal ? 0.5 : 10;
    }

    @Override
    public synchronized void at(long done, long of, double seconds, double rate, double loss) {
        boolean end = done >= of;
        if (over || !end && seconds < next) {
            return;
        }
        over = end;
        next = seconds + (terminal ? 0.5 : 10);
        double speed = done / Math.max(1e-9, seconds);
        long left = Math.round((of - done) / Math.max(1, speed));
        var line = String.format(Locale.ROOT, "%5.1f%%  %,.0f %s/s  rate %.4f%s  %s", 100.0 * done / of, speed, unit, rate,
                Double.isNaN(loss) ? "" : String.format(Locale.ROOT, "  loss %.3f", loss),
                end ? String.format(Locale.ROOT, "in %.1f s", seconds) : String.format(Locale.ROOT, "%d:%02d left", left / 60, left % 60));
        err.print(terminal ? "\r" + line + (end ? "   \n" : "   ") : line + "\n");
        err.flush();
    }
}
