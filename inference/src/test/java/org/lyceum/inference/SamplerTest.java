package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.SamplingConfig.WhenFull;

class SamplerTest {
    private static final BitSet NOTHING = new BitSet();

    @Property(tries = 500)
    void equalsTheSlowSampler(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int vocabulary, @ForAll boolean rounded,
            @ForAll @DoubleRange(min = 0.1, max = 3) double temperature, @ForAll @IntRange(max = 40) int topK,
            @ForAll @DoubleRange(min = 0.02, max = 1) double topP, @ForAll @DoubleRange(max = 0.9) double minP,
            @ForAll @DoubleRange(min = 0.6, max = 2) double penalty) {
        var random = Seeds.generator(seed, "test", 0);
        var logits = new float[vocabulary];
        var seen = new BitSet();
        for (int i = 0; i < vocabulary; i++) {
            logits[i] = (float) random.nextGaussian() * 3;
            if (rounded) { // ties
                logits[i] = Math.round(logits[i]);
            }
            if (random.nextInt(3) == 0) {
                seen.set(i);
            }
            if (i > 0 && random.nextInt(10) == 0) {
                logits[i] = Float.NEGATIVE_INFINITY;
            }
        }
        var config = new SamplingConfig(temperature, topK, topP, minP, penalty, seed, 10, List.of(), WhenFull.STOP);
        var sampler = new Sampler(config);
        for (int position = 0; position < 20; position++) {
            assertThat(sampler.next(logits, seen, position)).isEqualTo(slow(config, logits, seen, position));
        }
    }

    /** Each step as its paper says it, on fully sorted lists. */
    private static int slow(SamplingConfig config, float[] logits, BitSet seen, long position) {
        record Candidate(int id, double logit) {
        }
        var all = new ArrayList<Candidate>();
        double largest = Double.NEGATIVE_INFINITY;
        for (int id = 0; id < logits.length; id++) {
            float logit = logits[id];
            float penalty = (float) config.repetitionPenalty();
            float penalised = !seen.get(id) ? logit : logit > 0 ? logit / penalty : logit * penalty;
            all.add(new Candidate(id, penalised));
            largest = Math.max(largest, penalised);
        }
        double top = largest;
        var sorted = all.stream().map(c -> new Candidate(c.id, (float) ((c.logit - top) / config.temperature())))
                .sorted(Comparator.comparingDouble((Candidate c) -> -c.logit).thenComparingInt(Candidate::id)).toList();
        if (config.topK() > 0) {
            sorted = sorted.subList(0, Math.min(config.topK(), sorted.size()));
        }
        double total = sorted.stream().mapToDouble(c -> Math.exp(c.logit)).sum();
        var nucleus = new ArrayList<Candidate>();
        double mass = 0;
        for (var candidate : sorted) {
            if (mass >= config.topP() * total) {
                break;
            }
            nucleus.add(candidate);
            mass += Math.exp(candidate.logit);
        }
        var kept = new TreeMap<Integer, Double>(); // in the order of ids
        nucleus.stream().filter(c -> Math.exp(c.logit) >= config.minP()).forEach(c -> kept.put(c.id, Math.exp(c.logit)));
        double left = Seeds.generator(config.seed(), "sample", position).nextDouble()
                * kept.values().stream().mapToDouble(Double::doubleValue).sum();
        for (var entry : kept.entrySet()) {
            left -= entry.getValue();
            if (left < 0) {
                return entry.getKey();
            }
        }
        throw new AssertionError();
    }

    @Test
    void frequenciesFollowTheProbabilities() {
        var logits = new float[]{1, 0, -1, 2, 0.5f, -3};
        int draws = 60_000;
        var sampler = new Sampler(config(1, 0, 1, 0, 1));
        var counts = new int[logits.length];
        for (int i = 0; i < draws; i++) {
            counts[sampler.next(logits, NOTHING, i)]++;
        }
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit);
        }
        double chiSquare = 0;
        for (int i = 0; i < logits.length; i++) {
            double expected = draws * Math.exp(logits[i]) / total;
            chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        assertThat(chiSquare).as("χ² with 5 degrees of freedom exceeds 20.5 once in a thousand seeds").isLessThan(20.5);
    }

    @Test
    void temperatureZeroTakesTheMostProbableAndTheLowerIdOfEquals() {
        var sampler = new Sampler(SamplingConfig.GREEDY);
        assertThat(sampler.next(new float[]{1, 5, 2, 5}, NOTHING, 0)).isEqualTo(1);
        assertThat(sampler.next(new float[]{-9, Float.NEGATIVE_INFINITY, -3}, NOTHING, 0)).isEqualTo(2);
    }

    @Test
    void aTinyTemperatureIsGreedy() {
        var sampler = new Sampler(config(1e-300, 0, 1, 0, 1));
        assertThat(sampler.next(new float[]{100, 900, 899, -5}, NOTHING, 0)).isEqualTo(1);
    }

    @Test
    void topKOfOneIsGreedy() {
        var sampler = new Sampler(config(2, 1, 1, 0, 1));
        for (int i = 0; i < 50; i++) {
            assertThat(sampler.next(new float[]{1, 2, 3, 3}, NOTHING, i)).isEqualTo(2);
        }
    }

    @Test
    void thePenaltyPushesSeenTokensDownWhateverTheirSign() {
        var seen = new BitSet();
        seen.set(0);
        var sampler = new Sampler(config(0, 0, 1, 0, 2));
        assertThat(sampler.next(new float[]{3, 2}, seen, 0)).isEqualTo(1);
        assertThat(sampler.next(new float[]{-2, -3}, seen, 0)).isEqualTo(1);
        assertThat(sampler.next(new float[]{5, 2}, seen, 0)).isEqualTo(0);
    }

    @Test
    void theSameSeedDrawsTheSameAndAnotherDoesNot() {
        var logits = new float[100];
        var one = IntStream.range(0, 30).map(i -> new Sampler(config(1, 0, 1, 0, 1)).next(logits, NOTHING, i)).toArray();
        var again = IntStream.range(0, 30).map(i -> new Sampler(config(1, 0, 1, 0, 1)).next(logits, NOTHING, i)).toArray();
        var other = IntStream.range(0, 30).map(i -> new Sampler(config(1, 0, 1, 0, 1).withSeed(8)).next(logits, NOTHING, i)).toArray();
        assertThat(again).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void brokenLogitsAreSaidToBe() {
        var sampler = new Sampler(SamplingConfig.DEFAULT);
        assertThatThrownBy(() -> sampler.next(new float[]{1, Float.NaN}, NOTHING, 0)).isInstanceOf(UserError.class)
                .hasMessageContaining("NaN to token 1");
        assertThatThrownBy(() -> sampler.next(new float[]{Float.POSITIVE_INFINITY}, NOTHING, 0)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> sampler.next(new float[]{Float.NEGATIVE_INFINITY}, NOTHING, 0)).isInstanceOf(UserError.class);
    }

    @Test
    void settingsThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> config(-1, 0, 1, 0, 1)).isInstanceOf(UserError.class).hasMessageContaining("temperature");
        assertThatThrownBy(() -> config(Double.NaN, 0, 1, 0, 1)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> config(1, -1, 1, 0, 1)).hasMessageContaining("top-k");
        assertThatThrownBy(() -> config(1, 0, 0, 0, 1)).hasMessageContaining("top-p");
        assertThatThrownBy(() -> config(1, 0, 1, 1.5, 1)).hasMessageContaining("min-p");
        assertThatThrownBy(() -> config(1, 0, 1, 0, 0)).hasMessageContaining("repetition-penalty");
        assertThatThrownBy(() -> SamplingConfig.DEFAULT.withMaxTokens(0)).hasMessageContaining("max-tokens");
        assertThatThrownBy(() -> SamplingConfig.DEFAULT.withStop(List.of(""))).hasMessageContaining("stop string")
                .extracting(e -> ((UserError) e).exitStatus()).isEqualTo(2);
    }

    private static SamplingConfig config(double temperature, int topK, double topP, double minP, double penalty) {
        return new SamplingConfig(temperature, topK, topP, minP, penalty, 7, 10, List.of(), WhenFull.STOP);
    }
}
