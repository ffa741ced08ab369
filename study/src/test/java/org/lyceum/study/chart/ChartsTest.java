package org.lyceum.study.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Pictures are well-formed whatever is shown, and what is larger stands higher. */
class ChartsTest {
    private static Document parse(String svg) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        } catch (Exception e) {
            throw new AssertionError(svg, e);
        }
    }

    private static double number(Document svg, String element, int index, String attribute) {
        return Double.parseDouble(((Element) svg.getElementsByTagName(element).item(index)).getAttribute(attribute));
    }

    @Property(tries = 300)
    void anyNumbersAndNamesMakeAWellFormedPicture(@ForAll @Size(max = 6) List<Double> numbers, @ForAll String name, @ForAll boolean log) {
        var ys = numbers.stream().mapToDouble(Double::doubleValue).toArray();
        var xs = new double[ys.length];
        Arrays.setAll(xs, i -> i);
        assertThat(parse(new LineChart(name, name, name, log, log, List.of(new LineChart.Series(name, xs, ys, ys.clone()))).svg()))
                .isNotNull();
        parse(new BarChart(name, name, 0, null, List.of(name, "b"),
                numbers.stream().map(v -> new BarChart.Group(name, Arrays.asList(new BarChart.Bar(v, Math.abs(v), v), null))).toList())
                .svg());
        parse(new ScatterChart(name, log ? name : "", "", List.of(name, "b"),
                numbers.stream().map(v -> new ScatterChart.Point(v, -v, 1, name)).toList()).svg());
        parse(new HeatMap(name, name, name, List.of(name), numbers.stream().map(_ -> name).toList(), new double[][]{ys}).svg());
    }

    @Test
    void whatIsLargerStandsHigher() {
        var svg = parse(new LineChart("t", "x", "y", true, false,
                List.of(new LineChart.Series("a", new double[]{1, 2, 4}, new double[]{0.1, 0.5, 0.9}, new double[0]))).svg());
        assertThat(number(svg, "circle", 0, "cy")).isGreaterThan(number(svg, "circle", 1, "cy"));
        assertThat(number(svg, "circle", 1, "cy")).isGreaterThan(number(svg, "circle", 2, "cy"));
        // On a logarithmic axis 1, 2 and 4 are equally far apart.
        assertThat(number(svg, "circle", 1, "cx") - number(svg, "circle", 0, "cx"))
                .isCloseTo(number(svg, "circle", 2, "cx") - number(svg, "circle", 1, "cx"), within(0.11));
    }

    @Test
    void aBarIsAsLongAsItsValue() {
        var groups = List.of(new BarChart.Group("a", List.of(new BarChart.Bar(1, 0))),
                new BarChart.Group("b", List.of(new BarChart.Bar(2, 0))));
        var svg = parse(new BarChart("t", "v", 0, 4.0, List.of("s"), groups).svg());
        assertThat(number(svg, "rect", 2, "width")).isCloseTo(2 * number(svg, "rect", 1, "width"), within(0.2));
    }

    @Test
    void labelsOfPointsThatLieTogetherDoNotCoverEachOther() {
        var points = List.of(new ScatterChart.Point(0, 0, 0, "monday"), new ScatterChart.Point(0.001, 0, 0, "tuesday"),
                new ScatterChart.Point(1, 1, 0, ""));
        var svg = parse(new ScatterChart("t", "", "", List.of("a"), points).svg());
        double monday = number(svg, "text", 1, "x");
        double tuesday = number(svg, "text", 2, "x");
        boolean apart = Math.abs(number(svg, "text", 1, "y") - number(svg, "text", 2, "y")) >= 12;
        assertThat(apart || tuesday + 40 <= monday || monday + 40 <= tuesday).isTrue();
    }

    @Property
    void ticksAreRoundAndOnTheAxis(@ForAll @DoubleRange(min = -1e6, max = 1e6) double low,
            @ForAll @DoubleRange(min = 0.01, max = 1e6) double span) {
        var axis = new Axis(low, low + span, 0, 100, false);
        var ticks = axis.ticks(6);
        assertThat(ticks.size()).isBetween(2, 14);
        assertThat(ticks).allMatch(tick -> tick >= low - 1e-6 * span && tick <= low + span * (1 + 1e-6));
    }

    @Test
    void labelsAreShort() {
        assertThat(DoubleStream.of(0, 0.05, 12, 512, 25_000, 3e6, 1e-7).mapToObj(Axis::label)).containsExactly("0", "0.05", "12", "512",
                "25k",
                "3M", "1e-7");
        assertThat(new Axis(0.9, 600, 0, 1, true).ticks(8)).contains(1.0, 2.0, 512.0);
        assertThat(new Axis(9_000, 190_000, 0, 1, true).ticks(6)).containsExactly(1e4, 2e4, 5e4, 1e5);
        assertThat(new Axis(1e-7, 1, 0, 1, true).ticks(8)).contains(1e-6, 1e-3);
    }

    @Test
    void partsThatDoNotFitTogetherAreRefused() {
        assertThatThrownBy(() -> new LineChart.Series("a", new double[1], new double[2], new double[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HeatMap("t", "r", "c", List.of("a"), List.of("b"), new double[1][2]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
