package org.lyceum.inference.serving;

import java.time.Duration;

/**
 * What a request took.
 *
 * @param promptTokens tokens of the prompt
 * @param cachedTokens those of them that were found in a cache
 * @param completionTokens tokens drawn, without one that ended the text
 * @param draftedTokens tokens guessed by prompt lookup
 * @param acceptedTokens those of them that were then drawn
 * @param queued from submission to a slot
 * @param toFirstToken from submission to the first token; zero where there was none
 * @param total from submission to the end
 */
public record Usage(int promptTokens, int cachedTokens, int completionTokens, int draftedTokens, int acceptedTokens, Duration queued,
        Duration toFirstToken, Duration total) {
}
