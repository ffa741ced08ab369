package org.lyceum.app.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The curves of a {@link LossComparison} as an SVG that needs nothing else: above the losses, each averaged over its neighbours; below the
 * difference that the change made to each seed.
 */
final class LossPlot {
    private static final int WIDTH = 900;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TICKS = 5;
    private static final String BEFORE = "#1f77b4";
    private static final String AFTER = "#d95f02";

    /** A part of the picture: values between {@code low} and {@code high}, from {@code top} down. */
    private record Panel(int top, int height, double low, double high) {
        static Panel around(int top, int height, Stream<double[]> curves) {
            var values = curves.flatMapToDouble(Arrays::stream).summaryStatistics();
            double margin = Math.max((values.getMax() - values.getMin()) * 0.05, 1e-9);
            return new Panel(top, height, values.getMin() - margin, values.getMax() + margin);
        }

        double y(double value) {
            return top + height * (high - value) / (high - low);
        }
    }

    private LossPlot() {
    }

    static String svg(LossComparison comparison) {
        var steps = comparison.before().getFirst().steps();
        int window = Math.max(1, steps.length / 60);
        var before = comparison.before().stream().map(curve -> smooth(curve.losses(), window)).toList();
        var after = comparison.after().stream().map(curve -> smooth(curve.losses(), window)).toList();
        var made = IntStream.range(0, before.size()).mapToObj(seed -> {
            var a = comparison.before().get(seed).losses();
            var b = comparison.after().get(seed).losses();
            return IntStream.range(0, a.length).mapToDouble(i -> b[i] - a[i]).toArray();
        }).toList();

        var losses = Panel.around(40, 300, Stream.concat(before.stream(), after.stream()));
        var differences = Panel.around(400, 180, Stream.concat(made.stream(), Stream.of(new double[1])));
        IntToDoubleFunction x = i -> LEFT + (WIDTH - LEFT - RIGHT) * (steps.length == 1 ? 0.5 : (double) i / (steps.length - 1));
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 620" font-family="sans-serif" font-size="13">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%d" y="24">training loss, nats a token: <tspan fill="%s">before</tspan>, <tspan fill="%s">after</tspan> \
                (%d seeds, mean of %d steps)</text>
                %s%s%s<text x="%d" y="388">after − before, each seed</text>
                %s%s<text x="%d" y="608">step %d</text><text x="%d" y="608" text-anchor="end">step %d</text>
                </svg>
                """.formatted(WIDTH, LEFT, BEFORE, AFTER, before.size(), window, axis(losses), lines(before, losses, x, BEFORE, ""),
                lines(after, losses, x, AFTER, " stroke-dasharray=\"5 3\""), LEFT, axis(differences),
                lines(made, differences, x, AFTER, ""), LEFT, steps[0], WIDTH - RIGHT, steps[steps.length - 1]);
    }

    private static String axis(Panel panel) {
        return IntStream.range(0, TICKS).mapToObj(tick -> {
            double value = panel.low + (panel.high - panel.low) * tick / (TICKS - 1);
            return String.format(Locale.ROOT, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>"
                    + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>%n",
                    LEFT, panel.y(value), WIDTH - RIGHT, LEFT - 6, panel.y(value) + 4, value);
        }).collect(Collectors.joining());
    }

    private static String lines(List<double[]> curves, Panel panel, IntToDoubleFunction x, String color, String style) {
        return curves.stream().map(curve -> IntStream.range(0, curve.length)
                .mapToObj(i -> String.format(Locale.ROOT, "%.1f,%.1f", x.applyAsDouble(i), panel.y(curve[i])))
                .collect(Collectors.joining(" ", "<polyline fill=\"none\" stroke=\"" + color + "\"" + style + " points=\"", "\"/>\n")))
                .collect(Collectors.joining());
    }

    /** The mean over {@code window} values around each. */
    private static double[] smooth(double[] values, int window) {
        return IntStream.range(0, values.length).mapToDouble(i -> {
            int from = Math.max(0, i - window / 2);
            return Arrays.stream(values, from, Math.min(values.length, from + window)).average().orElseThrow();
        }).toArray();
    }
}
