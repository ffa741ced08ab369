package org.lyceum.study.chart;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A table of shares as squares, the darker the larger: what each word attends to, for instance.
 *
 * @param title above the picture
 * @param rowName and {@code columnName}: what the rows and the columns are
 * @param rows and {@code columns}: their labels
 * @param values [row][column], at least 0; the largest gets the full colour
 */
public record HeatMap(String title, String rowName, String columnName, List<String> rows, List<String> columns, double[][] values) {
    private static final double CELL = 26;

    public HeatMap {
        if (values.length != rows.size() || Arrays.stream(values).anyMatch(row -> row.length != columns.size())) {
            throw new IllegalArgumentException("values must have a row for each label and a column for each label");
        }
    }

    /** The picture. */
    public String svg() {
        double left = 44 + 7.4 * rows.stream().mapToInt(String::length).max().orElse(0);
        double top = 64 + 5.4 * columns.stream().mapToInt(String::length).max().orElse(0);
        double spill = 5.4 * (columns.isEmpty() ? 0 : columns.getLast().length()); // the last label leans out
        double width = Math.max(left + CELL * columns.size() + spill + 24, 60 + 8.6 * title.length());
        var svg = new Svg(width, top + CELL * rows.size() + 40, title);
        double most = Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite).max().orElse(1);
        for (int c = 0; c < columns.size(); c++) {
            double x = left + CELL * (c + 0.6);
            svg.text(x, top - 8, "ink", "start", String.format(Locale.ROOT, "transform=\"rotate(-45 %.1f %.1f)\"", x, top - 8),
                    columns.get(c));
        }
        for (int r = 0; r < rows.size(); r++) {
            svg.text(left - 8, top + CELL * (r + 0.5) + 4.5, "ink", "end", "", rows.get(r));
            for (int c = 0; c < columns.size(); c++) {
                double share = most > 0 && Double.isFinite(values[r][c]) ? Math.clamp(values[r][c] / most, 0, 1) : 0;
                svg.rectangle(left + CELL * c + 1, top + CELL * r + 1, CELL - 2, CELL - 2,
                        String.format(Locale.ROOT, "rx=\"2\" fill=\"%s\" fill-opacity=\"%.3f\" class=\"cell\"", Svg.colour(0),
                                0.06 + 0.94 * share));
            }
        }
        svg.text(left + CELL * columns.size() / 2.0, top + CELL * rows.size() + 26, "soft", "middle", "", columnName + ", above");
        svg.upward(18, top + CELL * rows.size() / 2.0, rowName);
        return svg.text();
    }
}
