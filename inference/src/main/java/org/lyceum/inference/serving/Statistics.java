package org.lyceum.inference.serving;

import java.util.Map;
import org.lyceum.inference.Generation.Finish;

/**
 * What a scheduler has done since it was made, and what it is doing.
 *
 * @param queued requests that wait for a slot
 * @param running requests in a slot
 * @param slots slots in all
 * @param heldTokens tokens in the caches, those of finished requests included
 * @param cacheTokens the most that may be
 * @param finished finished requests by why they ended
 * @param failed requests that could not be computed
 * @param refused requests that found the queue full
 * @param promptTokens tokens of prompts
 * @param cachedTokens those of them that were found in a cache
 * @param prefixHits requests of which at least one token was found in a cache
 * @param completionTokens tokens drawn
 * @param draftedTokens tokens guessed by prompt lookup
 * @param acceptedTokens those of them that were then drawn
 * @param rounds calls of the engine
 * @param toFirstToken seconds from submission to the first token
 * @param perToken seconds between one token of a request and the next
 */
public record Statistics(int queued, int running, int slots, long heldTokens, long cacheTokens, Map<Finish, Long> finished, long failed,
        long refused, long promptTokens, long cachedTokens, long prefixHits, long completionTokens, long draftedTokens, long acceptedTokens,
        long rounds, Histogram toFirstToken, Histogram perToken) {
}
