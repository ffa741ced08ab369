package org.lyceum.study.chart;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Lying bars, a group for each label, with bars of error, and marks where something else (a published figure) stands.
 *
 * @param title above the picture
 * @param value what is measured, with its unit
 * @param low where the bars begin, and {@code high} where the axis ends; null for as the values need
 * @param series the names of the bars in a group
 * @param groups from above
 */
public record BarChart(String title, String value, double low, @Nullable Double high, List<String> series, List<Group> groups) {
    private static final double WIDTH = 860;
    private static final double BAR = 17;
    private static final double BETWEEN = 13;
    private static final double TOP = 46;

    /**
     * The bars of one label.
     *
     * @param bars one for each series; null where there is none
     */
    public record Group(String label, List<@Nullable Bar> bars) {
    }

    /**
     * One bar.
     *
     * @param error half the length of its bar of error; 0 for none
     * @param mark what it is compared with; null for nothing
     */
    public record Bar(double value, double error, @Nullable Double mark) {
        public Bar(double value, double error) {
            this(value, error, null);
        }
    }

    /** The picture. */
    public String svg() {
        double left = 28 + 7.2 * groups.stream().mapToInt(group -> group.label().length()).max().orElse(0);
        double group = BAR * series.size() + BETWEEN;
        double bottom = TOP + group * groups.size() + 4;
        boolean marks = groups.stream().flatMap(g -> g.bars().stream()).anyMatch(bar -> bar != null && bar.mark() != null);
        int entries = (series.size() > 1 ? series.size() : 0) + (marks ? 1 : 0);
        var svg = new Svg(WIDTH, bottom + 48 + (entries > 0 ? 26 : 0), title);
        var ends = groups.stream().flatMap(g -> g.bars().stream()).flatMapToDouble(bar -> bar == null
                ? DoubleStream.empty()
                : DoubleStream.of(bar.value() + bar.error(), bar.mark() == null ? low : bar.mark())).filter(Double::isFinite);
        double most = high != null ? high : Math.max(ends.max().orElse(1), Math.nextUp(low));
        var across = new Axis(low, high != null ? high : most + 0.04 * (most - low), left, WIDTH - 70, false);
        for (double tick : across.ticks(7)) {
            svg.line(across.at(tick), TOP - 4, across.at(tick), bottom, "class=\"grid\"");
            svg.text(across.at(tick), bottom + 17, "soft", "middle", "", Axis.label(tick));
        }
        svg.text((across.from() + across.to()) / 2, bottom + 37, "soft", "middle", "", value);
        for (int g = 0; g < groups.size(); g++) {
            double top = TOP + group * g + BETWEEN / 2;
            svg.text(left - 10, top + BAR * series.size() / 2 + 4.5, "ink", "end", "", groups.get(g).label());
            for (int s = 0; s < series.size(); s++) {
                if (groups.get(g).bars().get(s) instanceof Bar bar) {
                    draw(svg, bar, s, across, top + BAR * s);
                }
            }
        }
        if (entries > 0) {
            legend(svg, left, bottom + 60, marks);
        }
        return svg.text();
    }

    private void draw(Svg svg, Bar bar, int number, Axis across, double top) {
        double end = across.at(bar.value());
        double middle = top + BAR / 2;
        svg.rectangle(across.from(), top + 1.5, end - across.from(), BAR - 3, "rx=\"2\" fill=\"" + Svg.colour(number) + "\"");
        double far = end;
        var label = String.format(Locale.ROOT, "%.3g", bar.value());
        if (bar.error() > 0) {
            far = across.at(bar.value() + bar.error());
            svg.line(across.at(bar.value() - bar.error()), middle, far, middle, "class=\"axis\" stroke-width=\"2\"");
        }
        if (bar.mark() instanceof Double mark && Double.isFinite(mark)) {
            double x = across.at(mark);
            far = Math.max(far, x + 5);
            diamond(svg, x, middle);
            label += String.format(Locale.ROOT, " (%.3g)", mark); // or a reader takes the number beside the diamond for the diamond's
        }
        svg.text(far + 6, middle + 4.5, "ink", "start", "font-size=\"12\"", label);
    }

    private static void diamond(Svg svg, double x, double y) {
        svg.add(String.format(Locale.ROOT,
                "<path class=\"ground axis\" stroke-width=\"1.5\" d=\"M%.1f %.1f l5 5 l-5 5 l-5 -5 z\"/>", x, y - 5));
    }

    private void legend(Svg svg, double left, double y, boolean marks) {
        double x = left;
        if (series.size() > 1) {
            for (int s = 0; s < series.size(); s++) {
                svg.rectangle(x, y - 9, 12, 12, "rx=\"2\" fill=\"" + Svg.colour(s) + "\"");
                svg.text(x + 18, y + 1.5, "ink", "start", "", series.get(s));
                x += 44 + 7.2 * series.get(s).length();
            }
        }
        if (marks) {
            diamond(svg, x + 5, y - 3);
            svg.text(x + 18, y + 1.5, "ink", "start", "", "published, in brackets");
        }
    }
}
