package org.lyceum.app.bench;

import tools.jackson.databind.JsonNode;

/**
 * What one worker did in one round.
 *
 * @param seconds it took
 * @param loss of its last step
 * @param loading seconds that the loop waited for batches; 0 where it was not measured
 * @param peakBytes the largest resident size since the warm-up
 * @param matmulPeak FLOP/s measured in that round; 0 where it was not
 */
record Slice(double seconds, double loss, double loading, double peakBytes, double matmulPeak) {
    static Slice of(JsonNode answer) {
        return new Slice(answer.path("seconds").asDouble(), answer.path("loss").asDouble(), answer.path("loading_seconds").asDouble(),
                answer.path("peak_bytes").asDouble(), 0);
    }

    Slice withPeak(double flops) {
        return new Slice(seconds, loss, loading, peakBytes, flops);
    }
}
