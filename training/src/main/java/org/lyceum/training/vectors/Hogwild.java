package org.lyceum.training.vectors;

import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.lyceum.foundation.UserError;

/**
 * Threads that take piece after piece of the work and change the same tables without locks (Niu et al. 2011). Pieces are the same however
 * many threads there are and each has a random stream of its own, so one thread does exactly the same each time; of several, updates meet
 * in an order that is never twice the same.
 */
final class Hogwild {
    /** Done by one thread, piece after piece. */
    interface Worker {
        /** Does piece {@code piece}. */
        void run(int piece);
    }

    private final AtomicLong done = new AtomicLong();
    private final long total;
    private final double first;
    private final double last;
    private final VectorProgress progress;
    private final long begin = System.nanoTime();
    private volatile double loss = Double.NaN; // a running mean of samples

    /**
     * @param total units of work in all, for the learning rate and for progress: words, say
     * @param first the learning rate at the beginning
     * @param last the one at the end, to which it falls in a straight line
     */
    Hogwild(long total, double first, double last, VectorProgress progress) {
        this.total = Math.max(1, total);
        this.first = first;
        this.last = last;
        this.progress = progress;
    }

    /** Does {@code pieces} pieces on {@code threads} threads, each with a worker of its own; throws what a worker throws. */
    void run(int threads, int pieces, IntFunction<Worker> workers) {
        var next = new AtomicInteger();
        if (threads == 1) {
            work(workers.apply(0), next, pieces);
        } else {
            try (var pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("vectors-", 0).factory())) {
                var running = new ArrayList<Future<?>>();
                for (int i = 0; i < threads; i++) {
                    int member = i;
                    running.add(pool.submit(() -> work(workers.apply(member), next, pieces)));
                }
                for (var thread : running) {
                    try {
                        thread.get();
                    } catch (ExecutionException e) {
                        next.set(pieces); // the others stop after their piece
                        switch (e.getCause()) {
                            case RuntimeException cause -> throw cause;
                            case Error cause -> throw cause;
                            case null, default -> throw new IllegalStateException(e);
                        }
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserError("Interrupted.", e);
            }
        }
        tell();
    }

    private static void work(Worker worker, AtomicInteger next, int pieces) {
        for (int piece = next.getAndIncrement(); piece < pieces
                && !Thread.currentThread().isInterrupted(); piece = next.getAndIncrement()) {
            worker.run(piece);
        }
    }

    /** Adds to what is done and returns the learning rate from here on. */
    float done(long units) {
        long now = done.addAndGet(units);
        return (float) Math.max(last, first - (first - last) * now / total);
    }

    /** The learning rate now. */
    float rate() {
        return done(0);
    }

    /** Takes a sample of the loss, and tells the progress. */
    void sample(double value) {
        double before = loss;
        loss = Double.isNaN(before) ? value : 0.98 * before + 0.02 * value;
        tell();
    }

    private void tell() {
        long now = done.get();
        progress.at(now, total, (System.nanoTime() - begin) / 1e9, Math.max(last, first - (first - last) * now / total), loss);
    }
}
