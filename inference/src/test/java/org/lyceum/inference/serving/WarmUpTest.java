package org.lyceum.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.Toys;

@Timeout(60)
class WarmUpTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Request REQUEST = Request.of(Toys.randomIds(10, 1), SamplingConfig.DEFAULT.withMaxTokens(20).withSeed(5));

    private final TrigramEngine engine = new TrigramEngine(38, 100, 3);
    private final Set<Integer> seen = new HashSet<>();

    @Test
    void leavesNothingBehind() throws InterruptedException {
        var cold = first(Duration.ZERO);
        int calls = engine.calls.size();
        assertThat(first(Duration.ofMillis(50))).isEqualTo(cold);
        assertThat(engine.calls).as("something was computed beside it").hasSizeGreaterThan(2 * calls);
        assertThat(engine.open).isEmpty();
    }

    @Test
    void theFirstRequestEndsIt() throws InterruptedException {
        long began = System.nanoTime();
        assertThat(first(LONG)).isEqualTo(first(Duration.ZERO));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG);
    }

    @Test
    void closingEndsIt() {
        long began = System.nanoTime();
        scheduler(LONG).close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG);
        assertThat(engine.open).isEmpty();
    }

    @Test
    void oneThatFailsHarmsNobody() throws InterruptedException {
        var cold = first(Duration.ZERO);
        engine.poison = IntStream.range(0, 38).filter(id -> !seen.contains(id)).findFirst().orElseThrow(); // every warm-up comes to it
        assertThat(first(LONG)).isEqualTo(cold);
        engine.openable = 0;
        try (var scheduler = scheduler(LONG)) {
            assertThat(scheduler.failed()).isFalse();
        }
    }

    /** The first answer of a new scheduler. */
    private String first(Duration warmUp) throws InterruptedException {
        try (var scheduler = scheduler(warmUp)) {
            Thread.sleep(warmUp.compareTo(LONG) < 0 ? warmUp.toMillis() : 50);
            assertThat(scheduler.statistics().promptTokens() + scheduler.statistics().rounds()).isZero();
            var result = scheduler.submit(REQUEST).await();
            Arrays.stream(REQUEST.prompt()).forEach(seen::add);
            seen.addAll(result.ids());
            return result.text();
        }
    }

    private Scheduler scheduler(Duration warmUp) {
        return new Scheduler(new LanguageModel(engine, Toys.tokenizer(), Set.of(), null), SchedulerConfig.DEFAULT.withWarmUp(warmUp));
    }
}
