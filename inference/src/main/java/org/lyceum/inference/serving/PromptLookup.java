package org.lyceum.inference.serving;

import java.util.Arrays;

/**
 * Guesses how a text goes on: as it did where its last tokens stood before (prompt lookup decoding, Saxena 2023). The engine then computes
 * the guessed tokens together, and as many of them count as would have been drawn one by one, so the text is the same with it as without.
 *
 * <p>A guess costs a little where it fails: its length follows what came of the one before, and failures are followed by a pause, the longer
 * the more of them came in a row.
 */
final class PromptLookup {
    /** Tokens that must have stood there before: three, or else two. */
    private static final int LONGEST_MATCH = 3;
    private static final int SHORTEST_MATCH = 2;
    /** Tokens drawn without guessing after a guess of which nothing held; twice as many after the next, and so on. */
    private static final int PAUSE = 4;
    private static final int LONGEST_PAUSE = 64;

    private int promising = Integer.MAX_VALUE;
    private int pause;
    private int nextPause = PAUSE;

    /** At most {@code most} tokens that may follow {@code ids[0, length)}; often none. */
    int[] draft(int[] ids, int length, int most) {
        if (pause > 0) {
            pause--;
            return new int[0];
        }
        int wanted = Math.min(most, promising);
        for (int match = LONGEST_MATCH; wanted > 0 && match >= SHORTEST_MATCH; match--) {
            int at = lastOccurrence(ids, length, match);
            if (at >= 0) {
                return Arrays.copyOfRange(ids, at + match, Math.min(length, at + match + wanted));
            }
        }
        return new int[0];
    }

    /** The first {@code accepted} tokens of a draft of {@code drafted} were drawn. */
    void learn(int drafted, int accepted) {
        if (drafted > 0) {
            promising = accepted == drafted ? Math.max(2 * drafted, promising) : Math.max(2 * accepted, 1);
            pause = accepted == 0 ? nextPause : 0;
            nextPause = accepted == 0 ? Math.min(2 * nextPause, LONGEST_PAUSE) : PAUSE;
        }
    }

    /** Where the last {@code match} tokens stood before, the latest such place; −1 if nowhere. */
    private static int lastOccurrence(int[] ids, int length, int match) {
        int from = length - match;
        for (int at = from - 1; at >= 0; at--) {
            if (Arrays.equals(ids, at, at + match, ids, from, length)) {
                return at;
            }
        }
        return -1;
    }
}
