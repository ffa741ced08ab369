package org.lyceum.training.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The curves of {@code report.html}, from the lines of {@code metrics.jsonl}. However long the run, a curve has at most {@link #MAX_POINTS}
 * points: neighbours are averaged, after the smoothing.
 */
final class ReportCharts {
    static final int MAX_POINTS = 2000;

    /** Steps that the smoothed loss is averaged over, once the run is long enough. */
    private static final double WINDOW = 30;

    /** How a series is drawn. */
    enum Style {
        /** Thin and pale, behind the others. */
        RAW, LINE, POINTS
    }

    /** One curve over the chart's steps, null where it has no value; {@code color} names a colour of the style sheet. */
    record Series(String label, Style style, String color, List<@Nullable Double> values) {
    }

    /** A horizontal line to compare with. */
    record Level(String label, double value) {
    }

    /**
     * One chart.
     *
     * @param wide     over the full width of the page
     * @param fromZero its axis begins at zero
     * @param steps    ascending
     */
    record Chart(String id, String title, String unit, boolean wide, boolean fromZero, List<Long> steps, List<Series> series,
            @Nullable Level level) {
    }

    private ReportCharts() {
    }

    /** The charts for which there are values. */
    static List<Chart> of(List<MetricsLog.Line> lines, @Nullable Double xzBitsPerByte) {
        var loss = column(lines, MetricsLog.LOSS);
        var charts = new ArrayList<Chart>();
        charts.add(chart("loss", "Loss", "nats per token", true, false, null,
                new Curve("training", Style.RAW, "train", thin(loss)),
                new Curve("training, smoothed", Style.LINE, "train", thin(smooth(loss))),
                new Curve("validation", Style.POINTS, "validation", thin(column(lines, MetricsLog.VALIDATION_LOSS)))));
        charts.add(chart("bits", "Validation, beside xz", "bits per byte", true, false,
                xzBitsPerByte == null ? null : new Level("xz -9", xzBitsPerByte),
                new Curve("this model", Style.POINTS, "validation", thin(column(lines, MetricsLog.VALIDATION_BITS_PER_BYTE)))));
        lines.stream().flatMap(line -> line.values().keySet().stream()).filter(key -> key.startsWith(MetricsLog.TASK)).distinct().sorted()
                .forEach(key -> charts
                        .add(chart("task-" + charts.size(), key.substring(MetricsLog.TASK.length()), "with each validation", false,
                                false, null,
                                new Curve(key.substring(MetricsLog.TASK.length()), Style.POINTS, "validation", thin(column(lines, key))))));
        charts.add(single(lines, "lr", "Learning rate", "", MetricsLog.LEARNING_RATE));
        charts.add(single(lines, "norm", "Gradient norm", "before clipping", MetricsLog.GRADIENT_NORM));
        charts.add(single(lines, "speed", "Throughput", "tokens per second", MetricsLog.TOKENS_PER_SECOND));
        charts.add(single(lines, "mfu", "Utilisation", "MFU, 0 to 1", MetricsLog.MFU));
        return charts.stream().filter(chart -> !chart.steps().isEmpty()).toList();
    }

    private record Curve(String label, Style style, String color, TreeMap<Long, Double> points) {
    }

    private static Chart single(List<MetricsLog.Line> lines, String id, String title, String unit, String key) {
        return chart(id, title, unit, false, true, null, new Curve(title, Style.LINE, "plain", thin(column(lines, key))));
    }

    private static Chart chart(String id, String title, String unit, boolean wide, boolean fromZero, @Nullable Level level,
            Curve... curves) {
        var drawn = Arrays.stream(curves).filter(curve -> !curve.points().isEmpty()).toList();
        var steps = drawn.stream().flatMap(curve -> curve.points().keySet().stream()).collect(Collectors.toCollection(TreeSet::new));
        var series = drawn.stream().map(curve -> {
            var values = new ArrayList<@Nullable Double>(steps.size());
            steps.forEach(step -> values.add(curve.points().get(step)));
            return new Series(curve.label(), curve.style(), curve.color(), values);
        }).toList();
        return new Chart(id, title, unit, wide, fromZero, List.copyOf(steps), series, level);
    }

    private static TreeMap<Long, Double> column(List<MetricsLog.Line> lines, String key) {
        var points = new TreeMap<Long, Double>();
        for (var line : lines) {
            line.number(key).ifPresent(value -> points.put(line.step(), value));
        }
        return points;
    }

    /**
     * The exponential moving average over a tenth of the steps so far, {@link #WINDOW} at most: a longer one would lag behind the steep
     * start.
     */
    static TreeMap<Long, Double> smooth(TreeMap<Long, Double> points) {
        var smoothed = new TreeMap<Long, Double>();
        double average = 0;
        int seen = 0;
        for (var point : points.entrySet()) {
            double weight = 1 / Math.min(WINDOW, 1 + 0.1 * seen++);
            average += weight * (point.getValue() - average);
            smoothed.put(point.getKey(), average);
        }
        return smoothed;
    }

    /** Averages of neighbours, each at the last of their steps; the last point stays the last step. */
    static TreeMap<Long, Double> thin(TreeMap<Long, Double> points) {
        int together = (points.size() + MAX_POINTS - 1) / MAX_POINTS;
        if (together <= 1) {
            return points;
        }
        var thinned = new TreeMap<Long, Double>();
        double sum = 0;
        int count = 0;
        for (var point : points.entrySet()) {
            sum += point.getValue();
            count++;
            if (count == together || point.getKey().equals(points.lastKey())) {
                thinned.put(point.getKey(), sum / count);
                sum = 0;
                count = 0;
            }
        }
        return thinned;
    }
}
