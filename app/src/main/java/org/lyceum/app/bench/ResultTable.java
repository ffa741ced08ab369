package org.lyceum.app.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Results for a reader, in columns. */
public final class ResultTable {
    private ResultTable() {
    }

    /** A line for each result under a heading. */
    public static String of(List<Result> results) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("what", "Lyceum", "", "ratio", "peer", ""));
        for (var r : results) {
            rows.add(List.of(r.name(), number(r.value()), r.unit(), r.ratio() == null ? "" : String.format(Locale.ROOT, "%.2f×", r.ratio()),
                    r.peerValue() == null ? "" : number(r.peerValue()), r.peer() == null ? "" : r.peer()));
        }
        var widths = new int[6];
        rows.forEach(row -> {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n")) + "\n";
    }

    private static String line(List<String> row, int[] widths) {
        return String.format(Locale.ROOT, "%s  %s %s  %s  %s %s", left(row.get(0), widths[0]), right(row.get(1), widths[1]),
                left(row.get(2), widths[2]), right(row.get(3), widths[3]), right(row.get(4), widths[4]), row.get(5)).stripTrailing();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.3f", value);
    }

    private static String left(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String right(String text, int width) {
        return " ".repeat(width - text.length()) + text;
    }
}
