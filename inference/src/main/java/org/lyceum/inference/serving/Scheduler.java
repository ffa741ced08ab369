package org.lyceum.inference.serving;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.LanguageModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many generations over one engine, by continuous batching (Yu et al. 2022, section 3.1): each round computes the next token of every
 * running text in one call of the engine, and a piece of the prompts that are new; texts that end leave at once and waiting ones take their
 * place, first come, first served. One thread owns the engine; requests may come from any.
 *
 * <p>What a request gets does not depend on what runs beside it, but for the rounding of an engine whose sums depend on how many tokens it
 * computes together.
 */
public final class Scheduler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    private final LanguageModel model;
    private final SchedulerConfig config;
    private final long cacheTokens;
    private final Meter meter = new Meter();
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Job> waiting = new ArrayDeque<>(); // under the lock
    private boolean closing; // under the lock
    private volatile boolean abandoning;
    private volatile @Nullable Throwable failure; // written under the lock; what ended the thread
    private long admissions; // the thread's

    /** Starts it. Until it is closed the engine of {@code model} is its own; then it is the caller's again, who closes it. */
    public Scheduler(LanguageModel model, SchedulerConfig config) {
        this.model = model;
        this.config = config;
        this.cacheTokens = Math.min(model.engine().cacheTokens(config.slots()),
                config.cacheTokens() == 0 ? (long) config.slots() * model.engine().config().context() : config.cacheTokens());
        this.thread = Thread.ofPlatform().daemon().name("lyceum-scheduler").start(this::run);
    }

    /** The most tokens that a prompt and its completion may have together. */
    public int context() {
        return (int) Math.min(model.engine().config().context(), cacheTokens);
    }

    /**
     * Queues a request.
     *
     * @throws UserError if it could never be computed: it might outgrow the context, or a token is none of the model's
     * @throws QueueFullException if too many wait already
     * @throws SchedulerClosedException after {@link #shutdown}
     * @throws SchedulerFailedException once it {@link #failed}
     */
    public Completion submit(Request request) {
        check(request);
        var completion = new Completion(this::wake);
        var job = new Job(model, request, completion);
        lock.lock();
        try {
            if (failure != null) {
                throw new SchedulerFailedException(failure);
            }
            if (closing) {
                throw new SchedulerClosedException();
            }
            if (waiting.size() >= config.queue()) {
                meter.refused();
                throw new QueueFullException(config.queue());
            }
            waiting.add(job);
            changed.signal();
        } finally {
            lock.unlock();
        }
        return completion;
    }

    private void check(Request request) {
        int prompt = request.prompt().length;
        int completion = request.sampling().maxTokens();
        if (prompt == 0) {
            throw UserError.usage("The prompt is empty; give at least one token.");
        }
        if (prompt >= context()) {
            throw UserError.usage("The prompt is " + prompt + " tokens long, but there is room for " + context()
                    + " tokens of prompt and completion together; shorten it.");
        }
        if (completion > context() - prompt) {
            throw UserError.usage("The prompt of " + prompt + " tokens and a completion of " + completion + " do not fit into the "
                    + context() + " tokens that there is room for; shorten the prompt or ask for at most " + (context() - prompt)
                    + " tokens.");
        }
        int vocabulary = model.engine().config().vocabularySize();
        Arrays.stream(request.prompt()).filter(id -> id < 0 || id >= vocabulary).findFirst().ifPresent(id -> {
            throw UserError.usage("The prompt holds the token " + id + ", but this model's are 0 to " + (vocabulary - 1) + ".");
        });
    }

    /** Whether an error that nobody expected has ended it: everybody was told, nothing is computed any more. */
    public boolean failed() {
        return failure != null;
    }

    /** What it has done, and what it is doing. */
    public Statistics statistics() {
        lock.lock();
        try {
            return meter.read(waiting.size(), config.slots(), cacheTokens);
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more requests; those there are go on for at most {@code grace}, and are then cancelled. Returns when all have ended. */
    public void shutdown(Duration grace) {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        try {
            thread.join(grace);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        abandoning = true;
        wake();
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true; // the engine is not the caller's before the thread has ended
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Cancels what there is. */
    @Override
    public void close() {
        shutdown(Duration.ZERO);
    }

    private void wake() {
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try (var slots = new Slots(model.engine(), config.slots(), cacheTokens)) {
            try {
                serve(slots);
            } catch (RuntimeException | Error e) {
                failAll(slots, e);
                LOG.error("The scheduler has failed", e);
            }
        }
    }

    private void serve(Slots slots) {
        WarmUp.run(model.engine(), config.warmUp(), this::busy);
        var round = new Round(model.engine(), slots, config, meter);
        while (awaitWork(slots)) {
            dropInterrupted(slots);
            admit(slots);
            round.run();
            meter.holds(slots.running().size(), slots.heldTokens());
        }
    }

    /** Whatever went wrong, nobody waits for ever. */
    private void failAll(Slots slots, Throwable cause) {
        var error = new SchedulerFailedException(cause);
        lock.lock();
        try {
            failure = cause;
            slots.running().forEach(slot -> Objects.requireNonNull(slot.job).fail(error, meter));
            waiting.forEach(job -> job.fail(error, meter));
            waiting.clear();
            meter.holds(0, 0);
        } finally {
            lock.unlock();
        }
    }

    private boolean busy() {
        lock.lock();
        try {
            return closing || !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is anything to do, now or later. */
    private boolean awaitWork(Slots slots) {
        lock.lock();
        try {
            while (waiting.isEmpty() && slots.running().isEmpty()) {
                if (closing) {
                    return false;
                }
                changed.awaitUninterruptibly();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void dropInterrupted(Slots slots) {
        for (var slot : slots.running()) {
            var job = slot.job;
            var reason = job == null ? null : interrupted(job);
            if (job != null && reason != null) {
                slots.release(slot);
                job.finish(reason, meter);
            }
        }
        lock.lock();
        try {
            waiting.removeIf(job -> {
                var reason = interrupted(job);
                if (reason != null) {
                    job.finish(reason, meter);
                }
                return reason != null;
            });
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Finish interrupted(Job job) {
        return abandoning ? Finish.CANCELLED : job.interrupted();
    }

    /** First come, first served: a request that must wait for memory holds up those behind it. */
    private void admit(Slots slots) {
        lock.lock();
        try {
            while (!waiting.isEmpty()) {
                var job = waiting.getFirst();
                try {
                    if (slots.admit(job) == null) {
                        return;
                    }
                    job.admit(admissions++);
                } catch (RuntimeException | OutOfMemoryError e) {
                    job.fail(e, meter);
                }
                waiting.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }
}
