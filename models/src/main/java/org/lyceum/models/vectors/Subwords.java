package org.lyceum.models.vectors;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The character n-grams of words, in buckets (Bojanowski et al. 2017, section 3.2), as fastText hashes them, so that its files mean the same
 * here.
 *
 * @param min characters of the shortest
 * @param max characters of the longest; 0 for none
 * @param buckets that n-grams share
 */
public record Subwords(int min, int max, int buckets) {
    /** No n-grams. */
    public static final Subwords NONE = new Subwords(0, 0, 0);

    /** Ends a line in fastText's dictionaries; it has no n-grams. */
    public static final String END_OF_LINE = "</s>";

    /** The buckets of the n-grams of {@code word} between its brackets: where → &lt;wh, whe, her, ere, re&gt;. */
    public int[] of(String word) {
        if (max == 0 || buckets == 0 || word.equals(END_OF_LINE)) {
            return new int[0];
        }
        var bytes = ("<" + word + ">").getBytes(StandardCharsets.UTF_8);
        var found = new int[Math.max(1, bytes.length * (max - Math.max(min, 1) + 1))];
        int n = 0;
        for (int from = 0; from < bytes.length; from++) {
            if (follows(bytes[from])) {
                continue;
            }
            int h = FNV_OFFSET;
            int to = from;
            for (int length = 1; to < bytes.length && length <= max; length++) {
                do {
                    h = next(h, bytes[to++]);
                } while (to < bytes.length && follows(bytes[to]));
                if (length >= min && !(length == 1 && (from == 0 || to == bytes.length))) {
                    found[n++] = Integer.remainderUnsigned(h, buckets);
                }
            }
        }
        return Arrays.copyOf(found, n);
    }

    private static final int FNV_OFFSET = 0x811C9DC5;
    private static final int FNV_PRIME = 16_777_619;

    /** FNV-1a of 32 bits, but that bytes above 127 are widened with their sign, as fastText does. */
    static int hash(String text) {
        int h = FNV_OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            h = next(h, b);
        }
        return h;
    }

    private static int next(int h, byte b) {
        return (h ^ b) * FNV_PRIME;
    }

    /** Whether a byte of UTF-8 goes on with a character. */
    private static boolean follows(byte b) {
        return (b & 0xC0) == 0x80;
    }

    /**
     * The buckets of the runs of 2 to {@code longest} neighbouring words (Joulin et al. 2017, section 2.2), hashed as fastText does.
     *
     * @param hashes {@link #hash} of each word
     */
    static int[] wordRuns(int[] hashes, int longest, int buckets) {
        if (longest < 2 || buckets == 0) {
            return new int[0];
        }
        var found = new int[hashes.length * (longest - 1)];
        int n = 0;
        for (int i = 0; i < hashes.length; i++) {
            long h = hashes[i];
            for (int j = i + 1; j < Math.min(hashes.length, i + longest); j++) {
                h = h * 116_049_371L + hashes[j];
                found[n++] = (int) Long.remainderUnsigned(h, buckets);
            }
        }
        return Arrays.copyOf(found, n);
    }
}
