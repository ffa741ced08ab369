package org.lyceum.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Generation;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.Generator;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.LogProbabilities;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.Toys;
import org.lyceum.inference.constraint.TokenConstraint;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

@Timeout(120)
class SchedulerTest {
    private static final SamplingConfig GREEDY = SamplingConfig.GREEDY.withMaxTokens(20);
    private static final SamplingConfig HOT = SamplingConfig.DEFAULT.withTemperature(1.2).withMaxTokens(20);

    @Test
    void eightAtOnceGetWhatEachWouldGetAlone() throws InterruptedException {
        var model = torch();
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 8; i++) {
            var config = i % 2 == 0 ? GREEDY : HOT.withSeed(i);
            requests.add(Request.of(Toys.randomIds(5 + 7 * i, i / 3), config.withMaxTokens(20 + i))); // some begin alike
        }
        try (var scheduler = new Scheduler(model, SchedulerConfig.DEFAULT.withPrefillChunk(8))) {
            var together = new ArrayList<Completion>();
            for (var request : requests) {
                together.add(scheduler.submit(request));
            }
            var results = new ArrayList<Completion.Result>();
            for (var completion : together) {
                results.add(completion.await());
            }
            for (int i = 0; i < 8; i++) {
                var alone = alone(model, requests.get(i));
                assertThat(results.get(i).ids()).isEqualTo(alone.ids());
                assertThat(results.get(i).text()).isEqualTo(alone.text());
                assertThat(results.get(i).reason()).isEqualTo(alone.finish());
                assertThat(scheduler.submit(requests.get(i)).await().ids()).as("again, from the caches").isEqualTo(alone.ids());
            }
        }
    }

    @Test
    void aPromptOfWhichAllButTheLastTokenIsCachedCostsOneToken() throws InterruptedException {
        var engine = new TrigramEngine(38, 100, 3);
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withDraftTokens(0))) {
            var first = scheduler.submit(Request.of(Toys.randomIds(30, 1), GREEDY)).await();
            assertThat(first.usage().cachedTokens()).isZero();
            var again = scheduler.submit(Request.of(Toys.randomIds(30, 1), GREEDY)).await();
            assertThat(again.usage().cachedTokens()).isEqualTo(29);
            assertThat(again.ids()).isEqualTo(first.ids());
            assertThat(engine.open).as("the same slot").hasSize(1);
            var turn = IntStream.concat(Arrays.stream(Toys.randomIds(30, 1)), first.ids().stream().mapToInt(Integer::intValue)).toArray();
            var second = Arrays.copyOf(turn, turn.length + 3); // and three tokens of id 0
            assertThat(scheduler.submit(Request.of(second, GREEDY)).await().usage().cachedTokens()).isEqualTo(49);
            assertThat(scheduler.statistics().prefixHits()).isEqualTo(2);
            assertThat(scheduler.statistics().cachedTokens()).isEqualTo(29 + 49);
        }
    }

    @Test
    void promptsThatBeginAlikeAreComputedOnceThoughTheyComeTogether() throws InterruptedException {
        var engine = new TrigramEngine(38, 200, 3);
        engine.gate.drainPermits(); // nothing is computed before all are there
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withDraftTokens(0).withPrefillChunk(16))) {
            var all = new ArrayList<Completion>();
            for (int i = 0; i < 4; i++) {
                all.add(scheduler.submit(Request.of(Toys.randomIds(100, 1), HOT.withSeed(i))));
            }
            engine.gate.release(1_000_000);
            int cached = 0;
            for (var completion : all) {
                cached += completion.await().usage().cachedTokens();
            }
            assertThat(cached).isEqualTo(3 * 99);
            assertThat(engine.computed()).isEqualTo(100 + 3 + 4 * 19); // a prompt, three last tokens, and what was drawn but for the last
        }
    }

    @Test
    void aLongPromptDoesNotHoldUpWhatRuns() throws InterruptedException {
        var engine = new TrigramEngine(38, 2000, 3);
        engine.gate.drainPermits();
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withDraftTokens(0).withPrefillChunk(10))) {
            var running = scheduler.submit(Request.of(Toys.randomIds(5, 1), GREEDY.withMaxTokens(100)));
            engine.gate.release();
            assertThat(running.next()).isInstanceOf(Event.Token.class);
            var late = scheduler.submit(Request.of(Toys.randomIds(1500, 2), GREEDY.withMaxTokens(1)));
            engine.gate.release(1_000_000);
            assertThat(running.await().usage().completionTokens()).isEqualTo(100);
            assertThat(late.await().usage().completionTokens()).isOne();
        }
        assertThat(engine.calls).as("while both run").contains(List.of(1, 10));
        assertThat(engine.calls.stream().filter(call -> call.size() == 2)).hasSizeGreaterThan(90).allMatch(call -> call.get(0) == 1);
    }

    @Test
    void firstComeFirstServed() throws InterruptedException {
        var engine = new TrigramEngine(38, 200, 3);
        engine.gate.drainPermits();
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(1).withDraftTokens(0))) {
            var all = new ArrayList<Completion>();
            for (int i = 0; i < 5; i++) {
                all.add(scheduler.submit(Request.of(Toys.randomIds(10, i), GREEDY.withMaxTokens(3))));
            }
            for (int round = 0; round < 15; round++) {
                engine.gate.release();
                int turn = round / 3;
                all.get(turn).next(); // waits for it
                assertThat(all.stream().skip(turn + 1)).as("those behind have nothing").allMatch(behind -> behind.peek() == null);
            }
        }
    }

    @Test
    void oneMoreThanMayWaitIsRefused() throws InterruptedException {
        var engine = new TrigramEngine(38, 200, 3);
        engine.gate.drainPermits();
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(1).withQueue(2).withDraftTokens(0))) {
            var running = scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY));
            engine.gate.release();
            running.next(); // it has left the queue
            var second = scheduler.submit(Request.of(Toys.randomIds(10, 2), GREEDY));
            var third = scheduler.submit(Request.of(Toys.randomIds(10, 3), GREEDY));
            assertThat(scheduler.statistics().queued()).isEqualTo(2);
            assertThatThrownBy(() -> scheduler.submit(Request.of(Toys.randomIds(10, 4), GREEDY))).isInstanceOf(QueueFullException.class)
                    .hasMessageContaining("2 requests are waiting");
            assertThat(scheduler.statistics().refused()).isOne();
            engine.gate.release(1_000_000);
            assertThat(running.await().ids()).hasSize(19);
            assertThat(second.await().ids()).hasSize(20);
            assertThat(third.await().ids()).hasSize(20);
        }
    }

    @Test
    void cancellingFreesTheSlotInTheNextRound() throws InterruptedException {
        var engine = new TrigramEngine(38, 2000, 3);
        engine.gate.drainPermits();
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(1).withDraftTokens(0))) {
            var running = scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY.withMaxTokens(1000)));
            var waiting = scheduler.submit(Request.of(Toys.randomIds(10, 2), GREEDY));
            var next = scheduler.submit(Request.of(Toys.randomIds(10, 3), GREEDY.withMaxTokens(2)));
            engine.gate.release(2);
            running.next();
            running.next();
            running.cancel();
            waiting.cancel();
            engine.gate.release(3); // one that may be on its way, and two for the next
            var cancelled = running.await();
            assertThat(cancelled.reason()).isEqualTo(Finish.CANCELLED);
            assertThat(cancelled.usage().completionTokens()).isBetween(2, 3);
            assertThat(waiting.await().reason()).isEqualTo(Finish.CANCELLED);
            engine.gate.release(1_000_000);
            assertThat(next.await().reason()).isEqualTo(Finish.MAX_TOKENS);
            assertThat(scheduler.statistics().finished()).containsEntry(Finish.CANCELLED, 2L).containsEntry(Finish.MAX_TOKENS, 1L);
        }
    }

    @Test
    void aRequestWhoseTimeIsOverEndsAsFarAsItCame() throws InterruptedException {
        var engine = new TrigramEngine(38, 2000, 3);
        engine.gate.drainPermits();
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withDraftTokens(0))) {
            var hurried = scheduler
                    .submit(Request.of(Toys.randomIds(10, 1), GREEDY.withMaxTokens(1000)).withTimeout(Duration.ofMillis(100)));
            Thread.sleep(150);
            engine.gate.release(1_000_000);
            assertThat(hurried.await().reason()).isEqualTo(Finish.DEADLINE);
        }
    }

    @Test
    void shutdownLetsRequestsFinishAndTakesNoMore() throws InterruptedException {
        var engine = new TrigramEngine(38, 2000, 3);
        var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(1));
        var running = scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY.withMaxTokens(200)));
        var waiting = scheduler.submit(Request.of(Toys.randomIds(10, 2), GREEDY.withMaxTokens(200)));
        scheduler.shutdown(Duration.ofSeconds(60));
        assertThat(running.await().ids()).hasSize(200);
        assertThat(waiting.await().ids()).hasSize(200);
        assertThat(engine.open).isEmpty();
        assertThatThrownBy(() -> scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY)))
                .isInstanceOf(SchedulerClosedException.class);
    }

    @Test
    void closingCancelsWhatThereIs() throws InterruptedException {
        var engine = new TrigramEngine(38, 100_000, 3);
        var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(1).withDraftTokens(0));
        var running = scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY.withMaxTokens(99_000)));
        var waiting = scheduler.submit(Request.of(Toys.randomIds(10, 2), GREEDY));
        running.next();
        scheduler.close();
        assertThat(running.await().reason()).isEqualTo(Finish.CANCELLED);
        assertThat(waiting.await().reason()).isEqualTo(Finish.CANCELLED);
        assertThat(engine.open).isEmpty();
    }

    @Test
    void whatCouldNeverFitIsRefusedInASentence() {
        try (var scheduler = new Scheduler(model(new TrigramEngine(38, 50, 3)), SchedulerConfig.DEFAULT)) {
            assertThatThrownBy(() -> scheduler.submit(Request.of(Toys.randomIds(40, 1), GREEDY))).isInstanceOf(UserError.class)
                    .hasMessageContaining("prompt of 40 tokens and a completion of 20").hasMessageContaining("50")
                    .hasMessageContaining("at most 10");
            assertThatThrownBy(() -> scheduler.submit(Request.of(Toys.randomIds(50, 1), GREEDY))).isInstanceOf(UserError.class)
                    .hasMessageContaining("prompt is 50 tokens long");
            assertThatThrownBy(() -> scheduler.submit(Request.of(new int[0], GREEDY))).isInstanceOf(UserError.class)
                    .hasMessageContaining("empty");
            assertThatThrownBy(() -> scheduler.submit(Request.of(new int[]{3, 38}, GREEDY))).isInstanceOf(UserError.class)
                    .hasMessageContaining("token 38");
        }
        try (var scheduler = new Scheduler(model(new TrigramEngine(38, 50, 3)), SchedulerConfig.DEFAULT.withCacheTokens(30))) {
            assertThat(scheduler.context()).isEqualTo(30);
            assertThatThrownBy(() -> scheduler.submit(Request.of(Toys.randomIds(15, 1), GREEDY))).hasMessageContaining("at most 15");
        }
    }

    @Test
    void whoeverCannotBeComputedFailsAlone() throws InterruptedException {
        var engine = new TrigramEngine(39, 200, 3);
        engine.poison = 38;
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withDraftTokens(0))) {
            var good = scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY));
            var bad = scheduler.submit(Request.of(new int[]{1, 38, 2}, GREEDY));
            assertThatThrownBy(bad::await).isInstanceOf(UserError.class).hasMessageContaining("poison");
            assertThat(good.await().ids()).hasSize(20);
            assertThat(scheduler.submit(Request.of(Toys.randomIds(12, 2), GREEDY)).await().ids()).hasSize(20);
            assertThat(scheduler.statistics().failed()).isOne();
        }
    }

    @Test
    void whoeverTakesTooMuchMemoryFailsAlone() throws InterruptedException {
        var engine = new TrigramEngine(39, 200, 3);
        engine.heavy = 38;
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withDraftTokens(0))) {
            var good = scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY));
            var bad = scheduler.submit(Request.of(new int[]{1, 38, 2}, GREEDY));
            assertThatThrownBy(bad::await).isInstanceOf(UserError.class).hasMessageContaining("not enough memory for this request");
            assertThat(good.await().ids()).hasSize(20);
            assertThat(scheduler.submit(Request.of(Toys.randomIds(12, 2), GREEDY)).await().ids()).hasSize(20);
        }
    }

    /** What was drawn for others in the same round is not drawn again. */
    @Test
    void noMemoryForTheDrawOfOneChangesNothingForOthers() throws InterruptedException {
        var engine = new TrigramEngine(38, 200, 3);
        var model = model(engine);
        engine.gate.drainPermits();
        try (var scheduler = new Scheduler(model, SchedulerConfig.DEFAULT.withDraftTokens(0))) {
            var good = Request.of(Toys.randomIds(10, 1), HOT);
            var before = scheduler.submit(good);
            var bad = scheduler.submit(Request.of(Toys.randomIds(10, 2), HOT).withConstraint(Outgrown::new));
            var after = scheduler.submit(good.withSampling(HOT.withSeed(3)));
            engine.gate.release(1_000_000);
            assertThatThrownBy(bad::await).isInstanceOf(UserError.class).hasMessageContaining("not enough memory for this request");
            assertThat(before.await().ids()).isEqualTo(alone(model, good).ids());
            assertThat(after.await().ids()).isEqualTo(alone(model, good.withSampling(HOT.withSeed(3))).ids());
        }
    }

    /** Allows everything, until there is no memory to say so. */
    private static final class Outgrown implements TokenConstraint.State {
        private int accepted;

        @Override
        public long[] allowed() {
            if (accepted == 3) {
                throw new OutOfMemoryError("Java heap space");
            }
            return new long[]{-1};
        }

        @Override
        public boolean complete() {
            return false;
        }

        @Override
        public boolean exhausted() {
            return false;
        }

        @Override
        public void accept(int id) {
            accepted++;
        }
    }

    @Test
    void cachesThatNobodyUsesMakeRoomForThoseThatGrow() throws InterruptedException {
        var engine = new TrigramEngine(38, 200, 3);
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(3))) {
            engine.room = 100; // less than the scheduler was told
            scheduler.submit(Request.of(Toys.randomIds(50, 1), GREEDY)).await();
            var second = scheduler.submit(Request.of(Toys.randomIds(40, 2), GREEDY.withMaxTokens(50))).await();
            assertThat(second.ids()).hasSize(50);
            var tooMuch = scheduler.submit(Request.of(Toys.randomIds(70, 3), GREEDY.withMaxTokens(50)));
            assertThatThrownBy(tooMuch::await).isInstanceOf(UserError.class).hasMessageContaining("no memory for so many tokens");
            assertThat(scheduler.submit(Request.of(Toys.randomIds(50, 1), GREEDY)).await().ids()).hasSize(20);
        }
    }

    @Test
    void whatNeverFitsIntoTheEnginesMemoryIsRefusedAtOnce() {
        var engine = new TrigramEngine(38, 2000, 3);
        engine.room = 120;
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT)) {
            assertThat(scheduler.context()).isEqualTo(120);
            assertThat(scheduler.statistics().cacheTokens()).isEqualTo(120);
            assertThatThrownBy(() -> scheduler.submit(Request.of(Toys.randomIds(110, 1), GREEDY))).isInstanceOf(UserError.class)
                    .hasMessageContaining("120 tokens that there is room for");
        }
    }

    @Test
    void nobodyWaitsForAnEngineThatIsBroken() throws InterruptedException {
        var engine = new TrigramEngine(38, 200, 3);
        engine.broken = true;
        engine.gate.drainPermits();
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(1))) {
            var running = scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY));
            var waiting = scheduler.submit(Request.of(Toys.randomIds(10, 2), GREEDY));
            assertThat(scheduler.failed()).isFalse();
            engine.gate.release();
            assertThatThrownBy(running::await).isInstanceOf(SchedulerFailedException.class).hasMessageContaining("The engine is broken");
            assertThatThrownBy(waiting::await).isInstanceOf(SchedulerFailedException.class);
            assertThat(scheduler.failed()).isTrue();
            assertThatThrownBy(() -> scheduler.submit(Request.of(new int[]{1}, GREEDY))).isInstanceOf(SchedulerFailedException.class)
                    .hasMessageContaining("has failed").hasMessageContaining("start it again").hasRootCauseMessage("The engine is broken.");
            assertThat(scheduler.statistics().running() + scheduler.statistics().queued()).isZero();
            assertThat(scheduler.statistics().failed()).isEqualTo(2);
        }
        assertThat(engine.open).isEmpty();
    }

    @Test
    void whereNoOtherSequenceCanBeOpenedAnIdleOneMakesRoom() throws InterruptedException {
        var engine = new TrigramEngine(38, 200, 3);
        engine.openable = 1;
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(2))) {
            assertThat(scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY)).await().ids()).hasSize(20);
            assertThat(scheduler.submit(Request.of(Toys.randomIds(10, 2), GREEDY)).await().ids()).hasSize(20);
        }
        engine.openable = 0;
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT.withSlots(2))) {
            var refused = scheduler.submit(Request.of(Toys.randomIds(10, 1), GREEDY));
            assertThatThrownBy(refused::await).isInstanceOf(UserError.class).hasMessageContaining("no memory");
        }
    }

    @Test
    void logprobsAreTheModelsOwn() throws InterruptedException {
        var model = torch();
        var prompt = Toys.randomIds(10, 1);
        try (var scheduler = new Scheduler(model, SchedulerConfig.DEFAULT)) {
            var result = scheduler.submit(Request.of(prompt, HOT.withMaxTokens(10)).withLogprobs(3)).await();
            var all = IntStream.concat(Arrays.stream(prompt), result.ids().stream().mapToInt(Integer::intValue)).toArray();
            var rows = Toys.logits(Toys.decoder(model), all);
            for (int i = 0; i < result.tokens().size(); i++) {
                var row = rows[prompt.length - 1 + i];
                var logprobs = result.tokens().get(i).logprobs();
                assertThat(logprobs.logprob()).isCloseTo(LogProbabilities.of(row, result.ids().get(i)), within(1e-4));
                var best = IntStream.range(0, Toys.tokenizer().vocabularySize()).boxed().sorted((a, b) -> Float.compare(row[b], row[a]))
                        .limit(3).toList();
                assertThat(logprobs.top().stream().map(Logprobs.Alternative::id)).isEqualTo(best);
                assertThat(logprobs.top().getFirst().logprob()).isCloseTo(LogProbabilities.of(row, best.getFirst()), within(1e-4));
            }
            assertThat(scheduler.submit(Request.of(prompt, HOT).withLogprobs(0)).await().tokens().getFirst().logprobs().top()).isEmpty();
            assertThat(scheduler.submit(Request.of(prompt, HOT)).await().tokens().getFirst().logprobs()).isNull();
        }
    }

    /** The token drawn is told like the others, of which some were made less probable. */
    @Test
    void logprobsAreFromBeforeThePenalties() throws InterruptedException {
        var engine = new TrigramEngine(Toys.tokenizer().vocabularySize(), 200, 1);
        try (var scheduler = new Scheduler(model(engine), SchedulerConfig.DEFAULT)) {
            var result = scheduler.submit(Request.of(new int[]{1, 2, 3}, HOT.withPenalties(2, 2).withMaxTokens(60)).withLogprobs(38))
                    .await();
            for (var token : result.tokens()) {
                assertThat(token.logprobs().top()).contains(new Logprobs.Alternative(token.id(), token.logprobs().logprob()));
            }
        }
    }

    @Test
    void stopStringsAndEndTokensEndATextAsTheyDoAlone() throws InterruptedException {
        var engine = new TrigramEngine(38, 200, 3);
        var model = model(engine);
        try (var scheduler = new Scheduler(model, SchedulerConfig.DEFAULT)) {
            var free = scheduler.submit(Request.of(Toys.randomIds(10, 1), HOT)).await();
            var stop = free.text().substring(5, 8);
            var stopped = scheduler.submit(Request.of(Toys.randomIds(10, 1), HOT.withStop(List.of(stop)))).await();
            assertThat(stopped.reason()).isEqualTo(Finish.STOP_STRING);
            assertThat(stopped.text()).isEqualTo(free.text().substring(0, free.text().indexOf(stop)));
            int end = free.ids().get(7);
            var ended = scheduler.submit(Request.of(Toys.randomIds(10, 1), HOT).withEndIds(Set.of(end))).await();
            assertThat(ended.reason()).isEqualTo(Finish.END_OF_TEXT);
            assertThat(ended.ids()).isEqualTo(free.ids().subList(0, free.ids().indexOf(end)));
        }
    }

    static Generation alone(LanguageModel model, Request request) {
        try (var generator = new Generator(model)) {
            return generator.generate(request.prompt(), request.sampling(), request.endIds(), _ -> {
            });
        }
    }

    static LanguageModel model(TrigramEngine engine) {
        return new LanguageModel(engine, Toys.tokenizer(), Set.of(), null);
    }

    /** A transformer of random weights with a context that several prompts fit into. */
    static LanguageModel torch() {
        var decoder = new Decoder(DecoderConfig.llama(40, 200, 32, 2, 4, 2), DType.F32);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            for (var parameter : decoder.parameters()) {
                var values = Tensor.normal(Seeds.derive(1, parameter.name(), 0), 0.3, parameter.value().shape());
                parameter.value().copyFrom(values.plus(parameter.name().contains("norm.weight") ? 1 : 0));
            }
        }
        return new LanguageModel(decoder, Toys.tokenizer(), Set.of());
    }
}
