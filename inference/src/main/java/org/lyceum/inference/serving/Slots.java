package org.lyceum.inference.serving;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.CachedSequence;
import org.lyceum.inference.Engine;

/**
 * The caches of a scheduler. A finished text stays in its slot until the place is wanted, and a new one that begins like it goes on from
 * there. What the slots hold together stays within a budget.
 */
final class Slots implements AutoCloseable {
    /** A place for one generation. */
    static final class Slot {
        /** Null until the slot is used, and after its memory was freed. */
        @Nullable
        CachedSequence cache;
        /** Null while the slot is idle. */
        @Nullable
        Job job;
        /** The most tokens the cache has held, for which it has memory. */
        private int high;
        private long lastUsed;

        /** What it takes of the budget. */
        private long taken() {
            return job == null ? high : Math.max(high, job.most());
        }

        private int shared(Job of) {
            return cache == null ? 0 : cache.sharedBeginning(of.text.ids(), 0, of.text.length());
        }

        private void free() {
            if (cache != null) {
                cache.close();
            }
            cache = null;
            high = 0;
            lastUsed = 0;
        }
    }

    private static final Predicate<Slot> IDLE = slot -> slot.job == null;
    private static final Comparator<Slot> OLDEST = Comparator.comparingLong(slot -> slot.lastUsed);

    private final Engine engine;
    private final long budget;
    private final List<Slot> slots;
    private long uses;

    Slots(Engine engine, int count, long budget) {
        this.engine = engine;
        this.budget = budget;
        this.slots = IntStream.range(0, count).mapToObj(_ -> new Slot()).toList();
    }

    /** The slots at work. */
    List<Slot> running() {
        return slots.stream().filter(slot -> slot.job != null).toList();
    }

    long heldTokens() {
        return slots.stream().mapToLong(slot -> slot.cache == null ? 0 : slot.cache.length()).sum();
    }

    /**
     * A slot for {@code job}: the one that holds most of its prompt, if that is most of what the slot holds, else the one that was not used
     * for longest. Null where none is idle or the budget is spent. Throws {@link UserError} where there is no memory.
     */
    @Nullable
    Slot admit(Job job) {
        if (slots.stream().noneMatch(IDLE) || running().stream().mapToLong(Slot::taken).sum() + job.most() > budget) {
            return null;
        }
        var chosen = idle().filter(slot -> slot.cache != null && slot.shared(job) > 0 && 2 * slot.shared(job) >= slot.cache.length())
                .max(Comparator.comparingInt(slot -> slot.shared(job))).or(() -> idle().min(OLDEST)).orElseThrow();
        chosen.job = job;
        while (slots.stream().mapToLong(Slot::taken).sum() > budget) { // what is idle goes first, then what was in the slot
            idle().filter(slot -> slot.high > 0).min(OLDEST).orElse(chosen).free();
        }
        try {
            if (chosen.cache == null) {
                chosen.cache = open();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            chosen.job = null;
            throw e;
        }
        return chosen;
    }

    private CachedSequence open() {
        try {
            return new CachedSequence(engine);
        } catch (UserError e) { // perhaps it fits without what nobody may ever want again
            freeIdle();
            return new CachedSequence(engine);
        }
    }

    /** Frees the caches that nobody uses; whether there were any. */
    boolean freeIdle() {
        boolean any = idle().anyMatch(slot -> slot.cache != null);
        idle().forEach(Slot::free);
        return any;
    }

    /**
     * Whether {@code job}, next to be computed, should wait because another prompt that begins like it is just being computed, so that what
     * they share will be there to copy.
     */
    boolean shouldWait(Slot slot, Job job) {
        int best = slots.stream().mapToInt(other -> other.shared(job)).max().orElse(0);
        return running().stream().filter(other -> other != slot).map(other -> other.job)
                .anyMatch(other -> other != null && other.begun && other.prefilling() && sharedBeginning(other, job) > best);
    }

    /** Lets the slot hold as much of the prompt of its job as any cache has, but for its last token, whose logits are wanted. */
    int begin(Slot slot, Job job) {
        var cache = Objects.requireNonNull(slot.cache);
        int needed = job.text.length() - 1;
        int own = Math.min(needed, slot.shared(job));
        var donor = slots.stream().filter(other -> other != slot && other.cache != null)
                .max(Comparator.comparingInt(other -> other.shared(job))).orElse(slot);
        int given = Math.min(needed, donor.shared(job));
        if (given > own && donor.cache != null) {
            try {
                cache.copyFrom(donor.cache, given);
            } catch (UserError e) { // no memory for both: it may be there once others are done
                cache.truncate(0);
            }
        } else {
            cache.truncate(own);
        }
        return cache.length();
    }

    /** After a round: what its memory has come to. */
    void grown(Slot slot) {
        if (slot.cache != null) {
            slot.high = Math.max(slot.high, slot.cache.length());
        }
    }

    /** The job has ended; its tokens stay. */
    void release(Slot slot) {
        grown(slot);
        slot.job = null;
        slot.lastUsed = ++uses;
    }

    /** The job has failed; nobody knows what the cache is worth. */
    void discard(Slot slot) {
        slot.job = null;
        slot.free();
    }

    @Override
    public void close() {
        slots.forEach(Slot::free);
    }

    private Stream<Slot> idle() {
        return slots.stream().filter(IDLE);
    }

    private static int sharedBeginning(Job a, Job b) {
        int difference = Arrays.mismatch(a.text.ids(), 0, a.text.length(), b.text.ids(), 0, b.text.length());
        return difference < 0 ? a.text.length() : difference;
    }
}
