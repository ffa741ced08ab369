package org.lyceum.foundation;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The known name that a mistyped one most likely meant. */
public final class Nearest {
    private Nearest() {
    }

    /** The known name with the smallest edit distance to {@code name}, if that is small enough to be a slip of the hand. */
    public static Optional<String> to(String name, Collection<String> known) {
        var distance = LevenshteinDistance.getDefaultInstance();
        var lower = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .min(Comparator.<String>comparingInt(k -> distance.apply(lower, k.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(k -> distance.apply(lower, k.toLowerCase(Locale.ROOT)) <= Math.max(2, k.length() / 2));
    }

    /**
     * The known names nearest to {@code name}, at most {@code most} of them, the nearest first and of equally near ones those that are known
     * first: all within two slips of the hand, within one for a name of five letters or fewer.
     */
    public static List<String> several(String name, Collection<String> known, int most) {
        int slips = Math.min(2, Math.max(1, name.length() / 3));
        var distance = new LevenshteinDistance(slips);
        var lower = name.toLowerCase(Locale.ROOT);
        record Near(String name, int distance) {
        }
        return known.stream().filter(k -> Math.abs(k.length() - name.length()) <= slips)
                .map(k -> new Near(k, distance.apply(lower, k.toLowerCase(Locale.ROOT)))).filter(near -> near.distance() >= 0)
                .sorted(Comparator.comparingInt(Near::distance)).limit(most).map(Near::name).toList();
    }

    /** The end of a sentence about an unknown name: {@code did you mean 'x'?}, or the list of what is known. */
    public static String hint(String name, Collection<String> known) {
        return to(name, known).map(k -> "did you mean '" + k + "'?")
                .orElseGet(() -> "known are " + String.join(", ", known.stream().sorted().toList()) + ".");
    }
}
