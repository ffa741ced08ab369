package org.lyceum.foundation;

import java.util.Collection;
import java.util.Comparator;
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

    /** The end of a sentence about an unknown name: {@code did you mean 'x'?}, or the list of what is known. */
    public static String hint(String name, Collection<String> known) {
        return to(name, known).map(k -> "did you mean '" + k + "'?")
                .orElseGet(() -> "known are " + String.join(", ", known.stream().sorted().toList()) + ".");
    }
}
