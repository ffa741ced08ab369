package org.lyceum.inference.serving;

import java.time.Duration;
import org.lyceum.foundation.UserError;

/**
 * How a {@link Scheduler} shares an engine out.
 *
 * @param slots generations that run at once, each with a cache of its own
 * @param queue requests that may wait for a slot; one more is refused
 * @param cacheTokens tokens that all slots together may hold, or as many as memory holds if that is less; 0 for one context in each slot.
 *     What a token takes is the engine's affair: 2 · depth · K · D numbers
 * @param prefillChunk tokens of new prompts computed in a round, at most: small ones let running generations go on, large ones are quicker
 * @param draftTokens tokens guessed by prompt lookup in a round, shared out among the running generations; 0 for none. Only an engine that
 *     is {@link org.lyceum.inference.Engine#exact} is asked to compute guesses. With the token that is certain, 7 make the eight that the
 *     kernels of quantized products take at once
 * @param warmUp how long the engine may compute what nobody wants before the first request comes, so that the compiler has seen it at work;
 *     the first request ends it
 */
public record SchedulerConfig(int slots, int queue, long cacheTokens, int prefillChunk, int draftTokens, Duration warmUp) {
    /** 8 slots, 64 waiting, 256 tokens of prompts a round, 7 guessed, no warm-up. */
    public static final SchedulerConfig DEFAULT = new SchedulerConfig(8, 64, 0, 256, 7, Duration.ZERO);

    /** Throws {@link UserError} with the first thing that cannot be. */
    public SchedulerConfig {
        check(slots >= 1, "slots", slots, "at least 1");
        check(queue >= 1, "queue", queue, "at least 1");
        check(cacheTokens >= 0, "cache-tokens", cacheTokens, "at least 0 (0 for one context in each slot)");
        check(prefillChunk >= 1, "prefill-chunk", prefillChunk, "at least 1");
        check(draftTokens >= 0 && draftTokens < 63, "draft-tokens", draftTokens, "from 0 (for none) to 62");
        check(!warmUp.isNegative(), "warm-up", warmUp.toMillis(), "at least 0 ms");
    }

    public SchedulerConfig withSlots(int value) {
        return new SchedulerConfig(value, queue, cacheTokens, prefillChunk, draftTokens, warmUp);
    }

    public SchedulerConfig withQueue(int value) {
        return new SchedulerConfig(slots, value, cacheTokens, prefillChunk, draftTokens, warmUp);
    }

    public SchedulerConfig withCacheTokens(long value) {
        return new SchedulerConfig(slots, queue, value, prefillChunk, draftTokens, warmUp);
    }

    public SchedulerConfig withPrefillChunk(int value) {
        return new SchedulerConfig(slots, queue, cacheTokens, value, draftTokens, warmUp);
    }

    public SchedulerConfig withDraftTokens(int value) {
        return new SchedulerConfig(slots, queue, cacheTokens, prefillChunk, value, warmUp);
    }

    public SchedulerConfig withWarmUp(Duration value) {
        return new SchedulerConfig(slots, queue, cacheTokens, prefillChunk, draftTokens, value);
    }

    private static void check(boolean holds, String name, Number value, String allowed) {
        if (!holds) {
            throw UserError.usage(name + " must be " + allowed + ", not " + value + ".");
        }
    }
}
