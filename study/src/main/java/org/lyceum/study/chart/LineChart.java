package org.lyceum.study.chart;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Curves over a common axis, with bars of error where they are known; what is NaN is left out.
 *
 * @param title above the picture
 * @param x and {@code y}: what is shown, with units
 * @param logX and {@code logY}: whether the axis is logarithmic
 * @param low and {@code high}: the ends of the vertical axis; null for as the values need
 * @param series the curves
 */
public record LineChart(String title, String x, String y, boolean logX, boolean logY, @Nullable Double low, @Nullable Double high,
        List<Series> series) {
    private static final double WIDTH = 860;
    private static final double HEIGHT = 440;
    private static final double LEFT = 78;
    private static final double TOP = 46;
    private static final double BOTTOM = 56;

    /**
     * One curve.
     *
     * @param xs and {@code ys}: its points, from left to right
     * @param errors half the length of each point's bar; empty for none
     */
    public record Series(String name, double[] xs, double[] ys, double[] errors) {
        public Series {
            if (xs.length != ys.length || errors.length != 0 && errors.length != ys.length) {
                throw new IllegalArgumentException(name + " has " + xs.length + " xs, " + ys.length + " ys, " + errors.length + " errors");
            }
        }
    }

    /** With the vertical axis as the values need. */
    public LineChart(String title, String x, String y, boolean logX, boolean logY, List<Series> series) {
        this(title, x, y, logX, logY, null, null, series);
    }

    /** The picture. */
    public String svg() {
        int longest = series.stream().mapToInt(s -> s.name().length()).max().orElse(0);
        double right = 40 + 7.3 * longest;
        var svg = new Svg(WIDTH, HEIGHT, title);
        var across = Axis.around(series.stream().flatMapToDouble(s -> Arrays.stream(s.xs())), LEFT, WIDTH - right, logX);
        var found = Axis.around(series.stream().flatMapToDouble(LineChart::ends), HEIGHT - BOTTOM, TOP, logY);
        var up = new Axis(low == null ? found.low() : low, high == null ? found.high() : high, found.from(), found.to(), logY);
        frame(svg, across, up);
        for (int i = 0; i < series.size(); i++) {
            draw(svg, series.get(i), i, across, up);
            svg.marker(WIDTH - right + 18, TOP + 12 + 22 * i, i);
            svg.text(WIDTH - right + 30, TOP + 16.5 + 22 * i, "ink", "start", "", series.get(i).name());
        }
        return svg.text();
    }

    private static DoubleStream ends(Series s) {
        return IntStream.range(0, s.ys().length).boxed()
                .flatMapToDouble(i -> s.errors().length == 0
                        ? DoubleStream.of(s.ys()[i])
                        : DoubleStream.of(s.ys()[i] - s.errors()[i], s.ys()[i] + s.errors()[i]));
    }

    private void frame(Svg svg, Axis across, Axis up) {
        for (double tick : up.ticks(6)) {
            svg.line(across.from(), up.at(tick), across.to(), up.at(tick), "class=\"grid\"");
            svg.text(across.from() - 8, up.at(tick) + 4.5, "soft", "end", "", Axis.label(tick));
        }
        for (double tick : across.ticks(8)) {
            svg.line(across.at(tick), up.from(), across.at(tick), up.from() + 5, "class=\"axis\"");
            svg.text(across.at(tick), up.from() + 20, "soft", "middle", "", Axis.label(tick));
        }
        svg.line(across.from(), up.from(), across.to(), up.from(), "class=\"axis\"");
        svg.text((across.from() + across.to()) / 2, HEIGHT - 12, "soft", "middle", "", x);
        svg.upward(20, (up.from() + up.to()) / 2, y);
    }

    private static void draw(Svg svg, Series s, int number, Axis across, Axis up) {
        var path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < s.xs().length; i++) {
            boolean shown = Double.isFinite(s.ys()[i]) && !(up.log() && s.ys()[i] <= 0);
            if (shown) {
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f ", drawing ? "L" : "M", across.at(s.xs()[i]), up.at(s.ys()[i])));
            }
            drawing = shown;
        }
        svg.add("<path fill=\"none\" stroke=\"" + Svg.colour(number) + "\" stroke-width=\"2\" d=\"" + path.toString().strip() + "\"/>");
        for (int i = 0; i < s.xs().length; i++) {
            if (!Double.isFinite(s.ys()[i]) || up.log() && s.ys()[i] <= 0) {
                continue;
            }
            double px = across.at(s.xs()[i]);
            if (s.errors().length > 0 && s.errors()[i] > 0) {
                svg.line(px, up.at(s.ys()[i] - s.errors()[i]), px, up.at(s.ys()[i] + s.errors()[i]),
                        "stroke=\"" + Svg.colour(number) + "\" stroke-width=\"1.5\"");
            }
            svg.marker(px, up.at(s.ys()[i]), number);
        }
    }
}
