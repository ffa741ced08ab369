package org.lyceum.inference;

import java.util.List;

/**
 * Watches a stream of text for strings that end it. Text that might be the beginning of one is held back until it is known not to be, so
 * that no part of a stop string ever gets out.
 */
final class StopStrings {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean hit;

    StopStrings(List<String> stops) {
        this.stops = stops;
    }

    /** Whether a stop string was found. Nothing comes out after that. */
    boolean hit() {
        return hit;
    }

    /** The text that is now known to belong to the result, after {@code piece} came in. */
    String accept(String piece) {
        if (hit) {
            return "";
        }
        held.append(piece);
        int end = firstStop();
        if (end >= 0) {
            hit = true;
            return release(end);
        }
        return release(held.length() - longestBeginning());
    }

    /** What was held back, when no more text comes. */
    String finish() {
        return hit ? "" : release(held.length());
    }

    private int firstStop() {
        int first = -1;
        for (var stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        return first;
    }

    /** The length of the longest end of the held text that a stop string begins with. */
    private int longestBeginning() {
        int longest = 0;
        for (var stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        return longest;
    }

    private String release(int end) {
        var text = held.substring(0, end);
        held.delete(0, end);
        return text;
    }
}
