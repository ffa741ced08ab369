package org.lyceum.study.chart;

import java.util.List;

/**
 * Points on a plane, coloured by group: a map of vectors, for instance.
 *
 * @param title above the picture
 * @param x and {@code y}: what the axes are; empty for axes that mean nothing by themselves, which then are not drawn
 * @param groups the names of the groups, shown below where there are several
 * @param points from the first drawn to the last
 */
public record ScatterChart(String title, String x, String y, List<String> groups, List<Point> points) {
    private static final double WIDTH = 860;
    private static final double HEIGHT = 620;
    /** Of a label, about. */
    private static final double LETTER = 6;

    /**
     * One point.
     *
     * @param group its number
     * @param label beside it; empty for none
     */
    public record Point(double x, double y, int group, String label) {
    }

    /** The picture. */
    public String svg() {
        var svg = new Svg(WIDTH, HEIGHT, title);
        boolean axes = !x.isEmpty() || !y.isEmpty();
        double bottom = HEIGHT - (axes ? 86 : 46);
        var across = Axis.around(points.stream().mapToDouble(Point::x), axes ? 78 : 24, WIDTH - 90, false);
        var up = Axis.around(points.stream().mapToDouble(Point::y), bottom, 46, false);
        if (axes) {
            for (double tick : up.ticks(6)) {
                svg.line(across.from(), up.at(tick), across.to(), up.at(tick), "class=\"grid\"");
                svg.text(across.from() - 8, up.at(tick) + 4.5, "soft", "end", "", Axis.label(tick));
            }
            for (double tick : across.ticks(8)) {
                svg.line(across.at(tick), up.from(), across.at(tick), up.to(), "class=\"grid\"");
                svg.text(across.at(tick), bottom + 18, "soft", "middle", "", Axis.label(tick));
            }
            svg.text((across.from() + across.to()) / 2, bottom + 40, "soft", "middle", "", x);
            svg.upward(20, (up.from() + up.to()) / 2, y);
        }
        for (var point : points) {
            if (Double.isFinite(point.x()) && Double.isFinite(point.y())) {
                svg.marker(across.at(point.x()), up.at(point.y()), point.group());
                if (!point.label().isEmpty()) {
                    // Beside the point, on the side where there is room.
                    double beyond = across.at(point.x()) + 7 + LETTER * point.label().length() - WIDTH;
                    svg.text(across.at(point.x()) + (beyond > 0 ? -7 : 7), up.at(point.y()) + 4, "ink", beyond > 0 ? "end" : "start",
                            "font-size=\"11.5\"", point.label());
                }
            }
        }
        double at = across.from();
        for (int g = 0; g < groups.size() && groups.size() > 1; g++) {
            svg.marker(at + 6, HEIGHT - 20, g);
            svg.text(at + 18, HEIGHT - 15.5, "ink", "start", "", groups.get(g));
            at += 46 + 7.2 * groups.get(g).length();
        }
        return svg.text();
    }
}
