package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;

/**
 * Whether a change of the code kept the loss curve: runs of several seeds before it and after it, the same seeds in the same order.
 *
 * <p>The curves agree when the losses are the same bit for bit. Where they are not, the change may move a run no further than another seed
 * would: each {@link Distance}, averaged over the seeds, must be at most what it is between two seeds of before, averaged over their pairs.
 *
 * @param before curves, one a seed
 * @param after curves of the same seeds
 * @param equal whether all losses are the same bit for bit
 * @param largest the largest |a − b| of one seed at any step
 * @param moved from before to after, averaged over the seeds
 * @param band between the seeds of before, averaged over the pairs; null when there is one seed, whose losses are then equal
 */
public record LossComparison(List<LossCurve> before, List<LossCurve> after, boolean equal, double largest, Distance moved,
        @Nullable Distance band) {
    /**
     * How far two runs with losses a and b are apart, in nats a token. The distance at a step catches what goes wrong now and then; those of
     * level, in which what differs from batch to batch cancels and which are the narrower by far, what learns a little better or worse:
     * of the first half of the steps, where small errors have not yet grown as large as seeds are apart, and of the last.
     *
     * @param step the mean of |a − b| over the steps
     * @param firstLevel |mean of a − mean of b| over the first half of the steps
     * @param lastLevel the same over the last half
     */
    record Distance(double step, double firstLevel, double lastLevel) {
        static Distance between(double[] a, double[] b) {
            int half = (a.length + 1) / 2;
            var differences = IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
            return new Distance(Arrays.stream(differences).map(Math::abs).average().orElseThrow(),
                    Math.abs(Arrays.stream(differences, 0, half).average().orElseThrow()),
                    Math.abs(Arrays.stream(differences, a.length / 2, a.length).average().orElseThrow()));
        }

        static Distance mean(List<Distance> several) {
            return new Distance(several.stream().mapToDouble(Distance::step).average().orElseThrow(),
                    several.stream().mapToDouble(Distance::firstLevel).average().orElseThrow(),
                    several.stream().mapToDouble(Distance::lastLevel).average().orElseThrow());
        }

        boolean within(Distance other) {
            return step <= other.step && firstLevel <= other.firstLevel && lastLevel <= other.lastLevel;
        }
    }

    /**
     * Compares run folders (or their {@code metrics.jsonl}).
     *
     * @throws UserError when a run is missing or has no curve, when the runs are not of the same steps, when there are not as many after as
     *     before, or when the losses differ and there is only one seed
     */
    public static LossComparison of(List<Path> before, List<Path> after) {
        if (before.size() != after.size() || before.isEmpty()) {
            throw UserError.usage("There are " + before.size() + " runs before and " + after.size()
                    + " after; name as many, the same seeds in the same order.");
        }
        return compare(before.stream().map(LossCurve::read).toList(), after.stream().map(LossCurve::read).toList());
    }

    static LossComparison compare(List<LossCurve> before, List<LossCurve> after) {
        var first = before.getFirst();
        for (var curve : IntStream.range(0, 2 * before.size()).mapToObj(i -> i % 2 == 0 ? before.get(i / 2) : after.get(i / 2)).toList()) {
            if (!Arrays.equals(curve.steps(), first.steps())) {
                throw new UserError(String.format(Locale.ROOT, "%s has %,d steps with a loss, to step %,d, and %s has %,d, to step %,d; "
                        + "compare runs of the same steps.", first.run(), first.steps().length, last(first), curve.run(),
                        curve.steps().length, last(curve)));
            }
        }
        boolean equal = true;
        double largest = 0;
        var moved = new ArrayList<Distance>();
        for (int seed = 0; seed < before.size(); seed++) {
            var a = before.get(seed).losses();
            var b = after.get(seed).losses();
            equal &= Arrays.equals(a, b);
            largest = Math.max(largest, IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow());
            moved.add(Distance.between(a, b));
        }
        var apart = new ArrayList<Distance>();
        for (int i = 0; i < before.size(); i++) {
            for (int j = 0; j < i; j++) {
                apart.add(Distance.between(before.get(i).losses(), before.get(j).losses()));
            }
        }
        if (!equal && apart.isEmpty()) {
            throw new UserError(String.format(Locale.ROOT, "The losses differ (by %.2g at most), and one seed before does not tell how far "
                    + "two seeds are apart; name the runs of two seeds or more.", largest));
        }
        return new LossComparison(before, after, equal, largest, Distance.mean(moved), apart.isEmpty() ? null : Distance.mean(apart));
    }

    private static long last(LossCurve curve) {
        return curve.steps()[curve.steps().length - 1];
    }

    /** The verdict: equal, or no further apart than seeds are. */
    public boolean agree() {
        return equal || (band != null && moved.within(band));
    }

    /** For a reader. */
    public String text() {
        var head = String.format(Locale.ROOT, "%d %s, %,d steps each%n", before.size(), before.size() == 1 ? "seed" : "seeds",
                before.getFirst().steps().length);
        if (band == null || equal) {
            return head + "the losses agree bit for bit" + System.lineSeparator();
        }
        return head + String.format(Locale.ROOT, "%-24s%28s%22s%n%-24s%28.6f%n", "nats a token", "before and after, same seed",
                "two seeds of before", "largest at a step", largest) + row("mean at a step", moved.step(), band.step())
                + row("level, first half", moved.firstLevel(), band.firstLevel())
                + row("level, last half", moved.lastLevel(), band.lastLevel());
    }

    private static String row(String name, double moved, double band) {
        return String.format(Locale.ROOT, "%-24s%28.6f%22.6f   %s%n", name, moved, band, moved <= band ? "within" : "outside");
    }

    /** The keys of {@code --json}. */
    public Map<String, @Nullable Object> json() {
        var keys = new LinkedHashMap<String, @Nullable Object>();
        keys.put("agree", agree());
        keys.put("equal", equal);
        keys.put("seeds", before.size());
        keys.put("steps", before.getFirst().steps().length);
        keys.put("largest", largest);
        keys.put("moved", distances(moved));
        keys.put("seeds_apart", band == null ? null : distances(band));
        return keys;
    }

    private static Map<String, Object> distances(Distance distance) {
        return Map.of("step", distance.step(), "first_level", distance.firstLevel(), "last_level", distance.lastLevel());
    }

    /** Writes the curves as an SVG. */
    public void plot(Path file) {
        WholeFiles.write(file, LossPlot.svg(this));
    }
}
