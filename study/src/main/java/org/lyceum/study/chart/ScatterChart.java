package org.lyceum.study.chart;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
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
    private static final double LETTER = 6.4;

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
        var taken = new ArrayList<Rectangle2D>();
        for (var point : points) {
            if (Double.isFinite(point.x()) && Double.isFinite(point.y())) {
                taken.add(new Rectangle2D.Double(across.at(point.x()) - 5, up.at(point.y()) - 5, 10, 10));
            }
        }
        for (var point : points) {
            if (Double.isFinite(point.x()) && Double.isFinite(point.y())) {
                svg.marker(across.at(point.x()), up.at(point.y()), point.group());
                if (!point.label().isEmpty()) {
                    label(svg, across.at(point.x()), up.at(point.y()), point.label(), taken);
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

    /** Beside, above or below the point at (x, y): the first place that covers nothing that is {@code taken}, or else to the right. */
    private static void label(Svg svg, double x, double y, String words, List<Rectangle2D> taken) {
        double wide = LETTER * words.length();
        var places = List.of(new Rectangle2D.Double(x + 7, y - 6, wide, 12), new Rectangle2D.Double(x - 7 - wide, y - 6, wide, 12),
                new Rectangle2D.Double(x - wide / 2, y - 19, wide, 12), new Rectangle2D.Double(x - wide / 2, y + 7, wide, 12),
                new Rectangle2D.Double(x + 5, y - 16, wide, 12), new Rectangle2D.Double(x + 5, y + 4, wide, 12));
        var free = places.stream().filter(place -> place.getMinX() >= 4 && place.getMaxX() <= WIDTH - 4)
                .filter(place -> taken.stream().noneMatch(place::intersects)).findFirst()
                .orElse(x + 7 + wide <= WIDTH ? places.get(0) : places.get(1));
        taken.add(free);
        svg.text(free.getMinX(), free.getMinY() + 10, "ink", "start", "font-size=\"11.5\"", words);
    }
}
