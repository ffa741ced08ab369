package org.lyceum.inference.serving;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.constraint.TokenConstraint;

/**
 * What a client wants of a {@link Scheduler}.
 *
 * @param prompt at least one token; not to be changed once it is submitted
 * @param sampling how tokens are drawn, how many at most, and what strings end the text; {@code whenFull} does not count, because a request
 *     that might fill the context is refused
 * @param endIds tokens that end the text beside the model's own
 * @param logprobs how many of the most probable tokens are told at each position beside the one drawn; −1 for no log-probabilities at all
 * @param constraint what the text must look like; null for anything
 * @param timeout how long after it is submitted the request is dropped, as far as it came; null for never
 */
public record Request(int[] prompt, SamplingConfig sampling, Set<Integer> endIds, int logprobs, @Nullable TokenConstraint constraint,
        @Nullable Duration timeout) {

    public Request {
        endIds = Set.copyOf(endIds);
    }

    /** Only a prompt and how to go on. */
    public static Request of(int[] prompt, SamplingConfig sampling) {
        return new Request(prompt, sampling, Set.of(), -1, null, null);
    }

    public Request withSampling(SamplingConfig value) {
        return new Request(prompt, value, endIds, logprobs, constraint, timeout);
    }

    public Request withEndIds(Set<Integer> value) {
        return new Request(prompt, sampling, value, logprobs, constraint, timeout);
    }

    public Request withLogprobs(int value) {
        return new Request(prompt, sampling, endIds, value, constraint, timeout);
    }

    public Request withConstraint(@Nullable TokenConstraint value) {
        return new Request(prompt, sampling, endIds, logprobs, value, timeout);
    }

    public Request withTimeout(@Nullable Duration value) {
        return new Request(prompt, sampling, endIds, logprobs, constraint, value);
    }
}
