package org.lyceum.study.evaluation;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/**
 * N-grams of words as 64-bit numbers: words are runs of letters and digits in lower case, so that punctuation and spacing do not hide a copy.
 * Two different n-grams share a number once in 2⁶⁴ pairs, which nobody will see.
 */
final class NGrams {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final long BASE = 0x9E3779B97F4A7C15L; // odd, so that no word loses bits on its way

    private NGrams() {
    }

    /** The number of each word of {@code text}, in order. */
    static long[] words(String text) {
        return WORD.matcher(text).results().mapToLong(match -> number(match.group().toLowerCase(Locale.ROOT))).toArray();
    }

    /** Calls {@code each} with every n-gram of {@code words}, in order; none where there are fewer words than {@code n}. */
    static void each(long[] words, int n, LongConsumer each) {
        long leaving = 1; // BASEⁿ
        for (int i = 0; i < n; i++) {
            leaving *= BASE;
        }
        long sum = 0; // Σ wordᵢ·BASEⁿ⁻¹⁻ⁱ over the last n words
        for (int i = 0; i < words.length; i++) {
            sum = sum * BASE + words[i] - (i >= n ? words[i - n] * leaving : 0);
            if (i >= n - 1) {
                each.accept(sum);
            }
        }
    }

    /** FNV-1a, its bits mixed as MurmurHash3 ends. */
    private static long number(String word) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < word.length(); i++) {
            hash = (hash ^ word.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }

    /** Numbers that are looked for, and which of them were found: 9 bytes or so for each. */
    static final class Wanted {
        private final long[] numbers; // ascending, all different
        private final BitSet found = new BitSet();

        Wanted(long[] numbers) {
            this.numbers = Arrays.stream(numbers).sorted().distinct().toArray();
        }

        void meet(long number) {
            int at = Arrays.binarySearch(numbers, number);
            if (at >= 0) {
                found.set(at);
            }
        }

        boolean found(long number) {
            int at = Arrays.binarySearch(numbers, number);
            return at >= 0 && found.get(at);
        }
    }
}
