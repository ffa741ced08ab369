package org.lyceum.inference.serving;

import java.util.EnumMap;
import java.util.Map;
import org.lyceum.inference.Generation.Finish;

/** Counts what a scheduler does; one thread writes, any may read. */
final class Meter {
    private final Map<Finish, Long> finished = new EnumMap<>(Finish.class);
    private final Histogram.Builder toFirstToken = new Histogram.Builder(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
            30.0, 60.0);
    private final Histogram.Builder perToken = new Histogram.Builder(0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2,
            0.5, 1.0);
    private long failed;
    private long refused;
    private long promptTokens;
    private long cachedTokens;
    private long prefixHits;
    private long completionTokens;
    private long draftedTokens;
    private long acceptedTokens;
    private long rounds;
    private int running;
    private long heldTokens;

    synchronized void firstToken(long nanos) {
        toFirstToken.add(nanos / 1e9);
        completionTokens++;
    }

    synchronized void nextToken(long nanos) {
        perToken.add(nanos / 1e9);
        completionTokens++;
    }

    synchronized void begun(int prompt, int cached) {
        promptTokens += prompt;
        cachedTokens += cached;
        prefixHits += cached > 0 ? 1 : 0;
    }

    synchronized void drafted(int drafted, int accepted) {
        draftedTokens += drafted;
        acceptedTokens += accepted;
    }

    synchronized void finished(Finish reason) {
        finished.merge(reason, 1L, Long::sum);
    }

    synchronized void failed() {
        failed++;
    }

    synchronized void refused() {
        refused++;
    }

    synchronized void round() {
        rounds++;
    }

    synchronized void holds(int jobs, long tokens) {
        running = jobs;
        heldTokens = tokens;
    }

    synchronized Statistics read(int queued, int slots, long cacheTokens) {
        return new Statistics(queued, running, slots, heldTokens, cacheTokens, Map.copyOf(finished), failed, refused, promptTokens,
                cachedTokens, prefixHits, completionTokens, draftedTokens, acceptedTokens, rounds, toFirstToken.build(), perToken.build());
    }
}
