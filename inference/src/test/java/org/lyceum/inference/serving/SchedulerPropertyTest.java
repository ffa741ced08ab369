package org.lyceum.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.lyceum.foundation.Seeds;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.Toys;
import org.lyceum.text.tokenizer.CharacterTokenizer;
import org.lyceum.text.tokenizer.Tokenizer;

class SchedulerPropertyTest {
    /** The oracle is the generator, which computes one text after the other. */
    @Property(tries = 150)
    void whateverRunsBesideItATextIsWhatItWouldBeAlone(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int slots,
            @ForAll @IntRange(min = 1, max = 20) int chunk, @ForAll @IntRange(max = 12) int draft,
            @ForAll @IntRange(min = 0, max = 200) int budget) throws InterruptedException {
        var random = Seeds.generator(seed, "requests", 0);
        var engine = new TrigramEngine(38, 90, random.nextInt(1, 12));
        var model = SchedulerTest.model(engine);
        var requests = new ArrayList<Request>();
        var base = Toys.randomIds(50, seed);
        for (int i = 0; i < 12; i++) {
            var prompt = Arrays.copyOf(base, random.nextInt(1, 50));
            prompt[random.nextInt(prompt.length)] = random.nextInt(38);
            var sampling = (random.nextBoolean() ? SamplingConfig.GREEDY : SamplingConfig.DEFAULT).withSeed(i)
                    .withMaxTokens(random.nextInt(1, 40));
            requests.add(Request.of(prompt, sampling));
        }
        var results = new ArrayList<Completion.Result>();
        var config = new SchedulerConfig(slots, 12, budget == 0 ? 0 : Math.max(90, budget), chunk, draft, Duration.ZERO);
        try (var scheduler = new Scheduler(model, config)) {
            var completions = new ArrayList<Completion>();
            requests.forEach(request -> completions.add(scheduler.submit(request)));
            for (var completion : completions) {
                results.add(completion.await());
            }
            var statistics = scheduler.statistics();
            assertThat(statistics.completionTokens()).isEqualTo(results.stream().mapToInt(r -> r.ids().size()).sum());
            assertThat(statistics.toFirstToken().count()).isEqualTo(12);
        }
        assertThat(engine.open).isEmpty();
        assertThat(engine.mostHeld).isLessThanOrEqualTo(budget == 0 ? slots * 90L : Math.max(90, budget));
        for (int i = 0; i < requests.size(); i++) {
            var alone = SchedulerTest.alone(model, requests.get(i));
            assertThat(results.get(i).ids()).isEqualTo(alone.ids());
            assertThat(results.get(i).text()).isEqualTo(alone.text());
            assertThat(results.get(i).reason()).isEqualTo(alone.finish());
        }
    }

    /** Sharp logits soon run in circles, which is where guesses hold. */
    @Property(tries = 100)
    void promptLookupChangesNothingButTheNumberOfCalls(@ForAll long seed, @ForAll @IntRange(min = 1, max = 16) int draft)
            throws InterruptedException {
        var engine = new TrigramEngine(6, 300, 20);
        var model = new LanguageModel(engine, letters(), Set.of(), null);
        var random = Seeds.generator(seed, "prompt", 0);
        var sampling = (random.nextBoolean() ? SamplingConfig.GREEDY : SamplingConfig.DEFAULT).withMaxTokens(200);
        var request = Request.of(random.ints(random.nextInt(1, 60), 0, 6).toArray(), sampling.withSeed(seed));
        var plain = SchedulerTest.alone(model, request);
        engine.calls.clear();
        try (var scheduler = new Scheduler(model, SchedulerConfig.DEFAULT.withDraftTokens(draft))) {
            var result = scheduler.submit(request).await();
            assertThat(result.ids()).isEqualTo(plain.ids());
            assertThat(result.usage().acceptedTokens()).isPositive();
            assertThat(result.usage().draftedTokens()).isGreaterThanOrEqualTo(result.usage().acceptedTokens());
            assertThat(engine.calls).as("each call draws one token beside those that were guessed")
                    .hasSizeLessThanOrEqualTo(200 - result.usage().acceptedTokens() + 1);
            assertThat(scheduler.statistics().acceptedTokens()).isEqualTo(result.usage().acceptedTokens());
        }
    }

    @Test
    void anEngineThatIsNotExactIsAskedForNoGuesses() throws InterruptedException {
        var engine = new TrigramEngine(6, 300, 20);
        engine.exact = false;
        var request = Request.of(new int[]{1, 2, 3, 1, 2, 3, 1, 2}, SamplingConfig.GREEDY.withMaxTokens(100));
        try (var scheduler = new Scheduler(new LanguageModel(engine, letters(), Set.of(), null), SchedulerConfig.DEFAULT)) {
            assertThat(scheduler.submit(request).await().usage().draftedTokens()).isZero();
        }
        assertThat(engine.calls).hasSize(100);
    }

    private static Tokenizer letters() {
        return CharacterTokenizer.of(List.of("abcdef"), List.of());
    }
}
