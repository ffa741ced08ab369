package org.lyceum.app.bench;

import java.nio.file.Path;
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
 * <p>The curves agree when the losses are the same bit for bit. Where they are not, two distances between runs are taken over the last half
 * of the steps, a and b being the losses of the two:
 *
 * <ul> <li>at a step: the mean of |a − b|, <li>of level: |mean of a − mean of b|, in which what differs from batch to batch cancels.
 * </ul>
 *
 * Each, averaged over the seeds, must be at most what it is between two seeds of before, averaged over their pairs: the change may move a
 * run no further than another seed would. The distance at a step catches what goes wrong now and then; that of level, which is the
 * narrower by far, what learns a little better or worse throughout.
 *
 * @param before curves, one a seed
 * @param after curves of the same seeds
 * @param equal whether all losses are the same bit for bit
 * @param largest the largest |a − b| of one seed at any step
 * @param distance at a step, averaged over the seeds
 * @param level distance of level, averaged over the seeds
 * @param band distances between the seeds of before; null when there is one seed, whose losses are then equal
 */
public record LossComparison(List<LossCurve> before, List<LossCurve> after, boolean equal, double largest, double distance, double level,
        @Nullable Band band) {
    /**
     * How far two seeds are apart.
     *
     * @param distance at a step, averaged over the pairs
     * @param level distance of level, averaged over the pairs
     */
    record Band(double distance, double level) {
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
        double distance = 0;
        double level = 0;
        int seeds = before.size();
        for (int seed = 0; seed < seeds; seed++) {
            var a = before.get(seed).losses();
            var b = after.get(seed).losses();
            equal &= Arrays.equals(a, b);
            largest = Math.max(largest, IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow());
            distance += distance(a, b) / seeds;
            level += Math.abs(level(a) - level(b)) / seeds;
        }
        if (!equal && seeds == 1) {
            throw new UserError(String.format(Locale.ROOT, "The losses differ (by %.2g at most), and one seed before does not tell how far "
                    + "two seeds are apart; name the runs of two seeds or more.", largest));
        }
        return new LossComparison(before, after, equal, largest, distance, level, seeds == 1 ? null : band(before));
    }

    private static Band band(List<LossCurve> runs) {
        double distance = 0;
        double level = 0;
        int pairs = 0;
        for (int i = 0; i < runs.size(); i++) {
            for (int j = 0; j < i; j++) {
                distance += distance(runs.get(i).losses(), runs.get(j).losses());
                level += Math.abs(level(runs.get(i).losses()) - level(runs.get(j).losses()));
                pairs++;
            }
        }
        return new Band(distance / pairs, level / pairs);
    }

    private static double distance(double[] a, double[] b) {
        return IntStream.range(a.length / 2, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).average().orElseThrow();
    }

    private static double level(double[] losses) {
        return Arrays.stream(losses, losses.length / 2, losses.length).average().orElseThrow();
    }

    private static long last(LossCurve curve) {
        return curve.steps()[curve.steps().length - 1];
    }

    /** The verdict: equal, or no further apart than seeds are. */
    public boolean agree() {
        return equal || (band != null && distance <= band.distance() && level <= band.level());
    }

    /** For a reader. */
    public String text() {
        var head = String.format(Locale.ROOT, "%d %s, %,d steps each%n", before.size(), before.size() == 1 ? "seed" : "seeds",
                before.getFirst().steps().length);
        if (band == null || equal) {
            return head + "the losses agree bit for bit" + System.lineSeparator();
        }
        return head + String.format(Locale.ROOT, """
                nats a token      before and after, same seed   two seeds of before
                largest at a step                  %10.6f
                mean at a step                     %10.6f            %10.6f   %s
                level                              %10.6f            %10.6f   %s
                """, largest, distance, band.distance(), verdict(distance, band.distance()), level, band.level(),
                verdict(level, band.level()));
    }

    private static String verdict(double distance, double seeds) {
        return distance <= seeds ? "within" : "outside";
    }

    /** The keys of {@code --json}. */
    public Map<String, @Nullable Object> json() {
        var keys = new LinkedHashMap<String, @Nullable Object>();
        keys.put("agree", agree());
        keys.put("equal", equal);
        keys.put("seeds", before.size());
        keys.put("steps", before.getFirst().steps().length);
        keys.put("largest", largest);
        keys.put("distance", distance);
        keys.put("level", level);
        keys.put("seed_distance", band == null ? null : (Double) band.distance());
        keys.put("seed_level", band == null ? null : (Double) band.level());
        return keys;
    }

    /** Writes the curves as an SVG. */
    public void plot(Path file) {
        WholeFiles.write(file, LossPlot.svg(this));
    }
}
