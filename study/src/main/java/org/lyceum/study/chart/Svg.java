package org.lyceum.study.chart;

import java.util.Locale;
import org.lyceum.foundation.Markup;

/** The text of a picture, from its frame to its last line. Coordinates are in pixels from the upper left. */
final class Svg {
    /** Colours that people with any colour vision can tell apart (Okabe and Ito 2008), darkened a little for white ground. */
    private static final String[] COLOURS = {"#0072b2", "#d55e00", "#009e73", "#b8609c", "#8a6d00", "#3fa0d8", "#555555", "#a02c2c"};
    /** How ink, grid and ground look; pictures follow the reader's choice of light or dark. */
    private static final String STYLE = """
            <style>
            .ground { fill: #ffffff } .ink { fill: #22262b } .soft { fill: #5c646d } .grid { stroke: #e2e2de } .axis { stroke: #8b929a }
            @media (prefers-color-scheme: dark) {
              .ground { fill: #1b1f23 } .ink { fill: #e3e6e9 } .soft { fill: #a5adb6 } .grid { stroke: #2f363d } .axis { stroke: #6c757f }
            }
            </style>
            """;

    private final StringBuilder body = new StringBuilder();
    private final double width;
    private final double height;

    Svg(double width, double height, String title) {
        this.width = width;
        this.height = height;
        body.append("<title>").append(Markup.escape(title)).append("</title>\n").append(STYLE)
                .append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
        text(16, 26, "ink", "start", "font-size=\"16\" font-weight=\"600\"", title);
    }

    /** The colour of the series with that number. */
    static String colour(int series) {
        return COLOURS[series % COLOURS.length];
    }

    /** The marker of the series with that number, so that series differ by more than colour. */
    void marker(double x, double y, int series) {
        var fill = "fill=\"" + colour(series) + "\"";
        add(switch (series % 4) {
            case 0 -> String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" %s/>", x, y, fill);
            case 1 -> String.format(Locale.ROOT, "<rect x=\"%.1f\" y=\"%.1f\" width=\"7.4\" height=\"7.4\" %s/>", x - 3.7, y - 3.7, fill);
            case 2 -> String.format(Locale.ROOT, "<path d=\"M%.1f %.1f l4.6 8.2 h-9.2 z\" %s/>", x, y - 5, fill);
            default -> String.format(Locale.ROOT, "<path d=\"M%.1f %.1f l5 5 l-5 5 l-5 -5 z\" %s/>", x, y - 5, fill);
        });
    }

    void line(double x1, double y1, double x2, double y2, String attributes) {
        add(String.format(Locale.ROOT, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>", x1, y1, x2, y2, attributes));
    }

    void rectangle(double x, double y, double w, double h, String attributes) {
        add(String.format(Locale.ROOT, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s/>", x, y, Math.max(w, 0.5),
                Math.max(h, 0.5), attributes));
    }

    /** {@code kind} is ink or soft, {@code anchor} start, middle or end. */
    void text(double x, double y, String kind, String anchor, String attributes, String words) {
        add(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>", kind, x, y, anchor,
                attributes, Markup.escape(words)));
    }

    /** Text that reads upwards, centred on (x, y). */
    void upward(double x, double y, String words) {
        text(x, y, "soft", "middle", String.format(Locale.ROOT, "transform=\"rotate(-90 %.1f %.1f)\"", x, y), words);
    }

    void add(String element) {
        body.append(element).append('\n');
    }

    /** The whole file. */
    String text() {
        return String.format(Locale.ROOT,
                """
                        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="system-ui, sans-serif" font-size="13" role="img">
                        %s</svg>
                        """,
                width, height, body);
    }
}
