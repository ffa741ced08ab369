package org.lyceum.inference.serving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.lyceum.inference.CachedSequence;
import org.lyceum.inference.Engine;
import org.lyceum.inference.Engine.Part;
import org.lyceum.inference.serving.Slots.Slot;

/** One turn of the scheduler: what to compute for each running text, the engine's call, what is drawn from its logits. */
final class Round {
    /** Tokens of prompts computed in a round in which nobody waits for the next token. */
    private static final int UNDISTURBED = 512;
    /** Prompts are cut at multiples of it, unless the chunk is smaller. */
    private static final int BLOCK = 64;

    private final Engine engine;
    private final Slots slots;
    private final SchedulerConfig config;
    private final Meter meter;

    Round(Engine engine, Slots slots, SchedulerConfig config, Meter meter) {
        this.engine = engine;
        this.slots = slots;
        this.config = config;
        this.meter = meter;
    }

    /** A text's next tokens: those not computed yet, and a guess of what follows them. */
    private record Step(Slot slot, Job job, CachedSequence cache, int[] ids, int wanted) {
        Part part() {
            return cache.part(ids, wanted);
        }
    }

    void run() {
        var steps = plan();
        if (steps.isEmpty()) {
            return;
        }
        meter.round();
        List<float[][]> logits;
        try {
            logits = engine.forward(steps.stream().map(Step::part).toList());
        } catch (RuntimeException | OutOfMemoryError e) {
            for (var step : steps) { // one by one, so that only whoever it fails for learns of it
                alone(step);
            }
            return;
        }
        for (int i = 0; i < steps.size(); i++) {
            take(steps.get(i), logits.get(i));
        }
    }

    private List<Step> plan() {
        var running = new ArrayList<>(slots.running());
        running.sort(Comparator.comparingLong(slot -> Objects.requireNonNull(slot.job).order));
        int decoding = (int) running.stream().filter(slot -> !Objects.requireNonNull(slot.job).prefilling()).count();
        int budget = decoding == 0 ? Math.max(UNDISTURBED, config.prefillChunk()) : config.prefillChunk();
        var steps = new ArrayList<Step>();
        for (var slot : running) {
            var job = Objects.requireNonNull(slot.job);
            var cache = Objects.requireNonNull(slot.cache);
            if (job.prefilling()) {
                int count = 0;
                try {
                    count = prefill(slot, job, cache, budget);
                } catch (RuntimeException | OutOfMemoryError e) {
                    fail(slot, job, e);
                }
                budget -= count;
                if (count > 0) {
                    int end = cache.length() + count;
                    steps.add(new Step(slot, job, cache, Arrays.copyOfRange(job.text.ids(), cache.length(), end),
                            end == job.text.length() ? 1 : 0));
                }
            } else {
                int guesses = engine.exact() ? config.draftTokens() / decoding : 0;
                int room = Math.min(guesses, job.most() - job.text.length() - 1);
                job.draft = job.lookup.draft(job.text.ids(), job.text.length(), room);
                var ids = new int[1 + job.draft.length];
                ids[0] = job.text.last();
                System.arraycopy(job.draft, 0, ids, 1, job.draft.length);
                steps.add(new Step(slot, job, cache, ids, ids.length));
            }
        }
        return steps;
    }

    /** How many tokens of its prompt are to be computed now. */
    private int prefill(Slot slot, Job job, CachedSequence cache, int budget) {
        if (budget == 0 || !job.begun && slots.shouldWait(slot, job)) {
            return 0;
        }
        if (!job.begun) {
            job.begin(slots.begin(slot, job));
            meter.begun(job.text.length(), cache.length());
        }
        int left = job.text.length() - cache.length();
        if (left <= budget) {
            return left;
        }
        // Cut between the blocks that engines are fastest with, and compute alike whoever runs beside: what is left of a budget waits.
        int whole = (cache.length() + budget) / BLOCK * BLOCK - cache.length();
        return whole > 0 ? whole : config.prefillChunk() < BLOCK ? budget : 0;
    }

    private void alone(Step step) {
        float[][] logits;
        try {
            logits = engine.forward(List.of(step.part())).getFirst();
        } catch (RuntimeException | OutOfMemoryError e) {
            if (slots.freeIdle()) { // it may have been for want of their memory
                alone(step);
            } else {
                fail(step.slot, step.job, e);
            }
            return;
        }
        take(step, logits);
    }

    private void take(Step step, float[][] logits) {
        try {
            step.cache.appended(step.ids);
            slots.grown(step.slot);
            if (step.wanted > 0) {
                draw(step, logits);
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            fail(step.slot, step.job, e);
        }
    }

    private void draw(Step step, float[][] logits) {
        var text = step.job.text;
        var finish = step.job.draw(logits, meter);
        step.cache.truncate(step.cache.sharedBeginning(text.ids(), 0, text.length())); // without what was guessed wrong
        if (finish != null) {
            slots.release(step.slot);
            step.job.finish(finish, meter);
        }
    }

    private void fail(Slot slot, Job job, Throwable error) {
        slots.discard(slot);
        job.fail(error, meter);
    }
}
