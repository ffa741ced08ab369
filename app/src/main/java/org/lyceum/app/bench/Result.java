package org.lyceum.app.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One figure. The ratio is always so that above 1 is better for Lyceum: its throughput over the peer's, or the peer's seconds or bytes over
 * its own.
 *
 * @param name of the work, {@code train 12M}
 * @param value Lyceum's
 * @param unit of both values
 * @param peer whom it is held against; null when it stands alone
 * @param peerValue the peer's
 * @param ratio the median over the rounds of the ratio within a round
 */
public record Result(String name, double value, String unit, @Nullable String peer, @Nullable Double peerValue, @Nullable Double ratio) {
    /** A figure that nobody is held against. */
    static Result alone(String name, double value, String unit) {
        return new Result(name, value, unit, null, null, null);
    }

    /** Throughput, round by round: more is better. */
    static Result throughput(String name, double[] ours, String unit, String peer, double[] theirs) {
        return new Result(name, Ratios.median(ours), unit, peer, Ratios.median(theirs), Ratios.median(Ratios.of(ours, theirs)));
    }

    /** Seconds or bytes, round by round: less is better. */
    static Result cost(String name, double[] ours, String unit, String peer, double[] theirs) {
        return new Result(name, Ratios.median(ours), unit, peer, Ratios.median(theirs), Ratios.median(Ratios.of(theirs, ours)));
    }

    /** Throughput of Lyceum, the first, beside each of the others, or alone where there is no other. */
    static List<Result> throughputs(String name, String unit, SequencedMap<Worker, double[]> speeds) {
        var ours = speeds.sequencedValues().getFirst();
        var results = speeds.sequencedEntrySet().stream().skip(1)
                .map(peer -> throughput(name, ours, unit, peer.getKey().name(), peer.getValue())).toList();
        return results.isEmpty() ? List.of(alone(name, Ratios.median(ours), unit)) : results;
    }

    /** The keys of {@code --json}. */
    public Map<String, @Nullable Object> json() {
        var keys = new LinkedHashMap<String, @Nullable Object>();
        keys.put("name", name);
        keys.put("value", value);
        keys.put("unit", unit);
        keys.put("peer", peer);
        keys.put("peer_value", peerValue);
        keys.put("ratio", ratio);
        return keys;
    }
}
