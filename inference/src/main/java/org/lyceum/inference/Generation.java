package org.lyceum.inference;

import java.util.List;

/**
 * What a {@link Generator} made.
 *
 * @param ids the tokens generated, without an end-of-text token; those of a stop string are among them
 * @param text their text, without special tokens and up to the stop string
 * @param finish why it ended
 * @param promptTokens the tokens it went on from
 * @param prefillTokensPerSecond prompt tokens computed (not found in the cache) over the time until the first logits
 * @param decodeTokensPerSecond tokens after the first over the time that they took; 0 if there are none
 */
public record Generation(List<Integer> ids, String text, Finish finish, int promptTokens, double prefillTokensPerSecond,
        double decodeTokensPerSecond) {

    /** Why a generation ended. */
    public enum Finish {
        /** The model said so. */
        END_OF_TEXT,
        /** A stop string came up. */
        STOP_STRING,
        /** As many tokens as were asked for. */
        MAX_TOKENS,
        /** No position is left in the context. */
        CONTEXT_FULL,
        /** The listener or client asked for it. */
        CANCELLED,
        /** The time that the client gave it is over. */
        DEADLINE
    }

    /** The number of tokens generated. */
    public int completionTokens() {
        return ids.size();
    }
}
