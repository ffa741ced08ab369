package org.lyceum.study.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A scale from values to pixels with round numbers marked on it.
 *
 * @param low and {@code high}: the values at its ends
 * @param from and {@code to}: the pixels there
 * @param log whether equal ratios, not equal differences, are equally far apart
 */
record Axis(double low, double high, double from, double to, boolean log) {
    private static final double MOST = 1e200; // what is larger is shown at the axis's end, so that no width or tick overflows
    private static final double LARGEST_POWER_OF_TWO = 4096; // beyond it they are no longer round numbers to a reader

    /** Wide enough for {@code values}, those that can be shown, with a little room at the ends. */
    static Axis around(DoubleStream values, double from, double to, boolean log) {
        var range = values.filter(value -> Double.isFinite(value) && (!log || value > 0))
                .map(value -> log ? Math.clamp(value, 1 / MOST, MOST) : Math.clamp(value, -MOST, MOST)).summaryStatistics();
        if (range.getCount() == 0) {
            return new Axis(log ? 1 : 0, log ? 10 : 1, from, to, log);
        }
        double low = log ? Math.log(range.getMin()) : range.getMin();
        double high = log ? Math.log(range.getMax()) : range.getMax();
        double margin = high > low ? 0.04 * (high - low) : log ? 0.5 : Math.max(0.5, Math.abs(high) * 0.1);
        return log
                ? new Axis(Math.exp(low - margin), Math.exp(high + margin), from, to, true)
                : new Axis(low - margin, high + margin, from, to, false);
    }

    /** The pixel of {@code value}, held to the axis. */
    double at(double value) {
        double part = log
                ? (Math.log(Math.max(value, Double.MIN_NORMAL)) - Math.log(low)) / (Math.log(high) - Math.log(low))
                : (value - low) / (high - low);
        return from + (to - from) * Math.clamp(part, 0, 1);
    }

    /** Round values on it, about {@code about} of them. */
    List<Double> ticks(int about) {
        return log ? logarithmic(about) : linear(about);
    }

    private List<Double> linear(int about) {
        double rough = (high - low) / about;
        if (!(rough > 4 * Math.ulp(Math.max(Math.abs(low), Math.abs(high)))) || !(rough >= 1e-300 && rough <= 1e300)) {
            return List.of(low, high); // numbers that double precision has no round ones between
        }
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10);
        var ticks = new ArrayList<Double>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private List<Double> logarithmic(int about) {
        double octaves = Math.log(high / low) / Math.log(2);
        if (octaves < 0.5) {
            return linear(about);
        }
        boolean few = octaves <= 1.6 * about;
        var ticks = new ArrayList<Double>();
        if (few && low > 0.5 && high <= LARGEST_POWER_OF_TWO) {
            powers(2, ticks, 1);
        } else if (few) {
            powers(10, ticks, 1, 2, 5);
        } else {
            powers(10, ticks, 1);
        }
        int every = Math.max(1, Math.ceilDiv(ticks.size(), 2 * about));
        var kept = new ArrayList<Double>();
        for (int i = 0; i < ticks.size(); i += every) {
            kept.add(ticks.get(i));
        }
        return kept;
    }

    /** Adds {@code base}ⁱ times each of {@code digits}, where it lies on the axis. */
    private void powers(int base, List<Double> ticks, int... digits) {
        for (int i = (int) Math.floor(Math.log(low) / Math.log(base) - 1e-9); Math.pow(base, i) <= high * (1 + 1e-9); i++) {
            for (int digit : digits) {
                double tick = digit * Math.pow(base, i);
                if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
                    ticks.add(tick);
                }
            }
        }
    }

    /** 12, 0.05, 1.2e-07, 3M: as short as a reader needs. */
    static String label(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e9)) {
            return String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-").replace("e+0", "e");
        }
        if (size >= 1e6) {
            return trimmed(value / 1e6) + "M";
        }
        return size >= 1e4 ? trimmed(value / 1e3) + "k" : trimmed(value);
    }

    private static String trimmed(double value) {
        return String.format(Locale.ROOT, "%.3f", value).replaceAll("0+$", "").replaceAll("\\.$", "").replaceAll("^-0$", "0");
    }
}
