package org.lyceum.tensor.kernels;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that work through short tasks together: a decoded token is some hundred products of some microseconds, too short to wake a thread
 * for each. Whoever waits spins a while before it sleeps. The calling thread works too. Not for several callers at once.
 */
public final class ThreadTeam implements AutoCloseable {
    /** A share of the work: the units from {@code from} to {@code to}. */
    @FunctionalInterface
    public interface Share {
        /** Does them. */
        void run(int from, int to);
    }

    /** Turns of the waiting loop before sleep: some milliseconds, since on a busy machine somebody who sleeps may be woken late. */
    private static final int SPINS = 100_000;

    private final Thread[] helpers;
    private volatile int round; // its change is the signal to begin
    private volatile boolean closed;
    private final Done[] done;
    private Share share = (from, to) -> {
    };
    private int units;

    /** What a helper has finished, a cache line apart from the others'. */
    private static final class Done {
        volatile int round;
        volatile boolean asleep;
        volatile @Nullable Throwable failure;
        @SuppressWarnings("unused")
        long p0, p1, p2, p3, p4, p5, p6;
    }

    /** A team of {@code threads}, the caller counted. */
    public ThreadTeam(int threads) {
        helpers = new Thread[threads - 1];
        done = new Done[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            int member = i + 1;
            done[i] = new Done();
            helpers[i] = Thread.ofPlatform().daemon().name("kernels-" + member).start(() -> help(member));
        }
    }

    /** The threads, the caller counted. */
    public int size() {
        return helpers.length + 1;
    }

    /** Cuts {@code units} into as many neighbouring shares as there are threads, and returns when all are done. Throws what a share throws. */
    public void split(int units, Share share) {
        if (helpers.length == 0 || units == 1) {
            if (units > 0) {
                share.run(0, units);
            }
            return;
        }
        this.share = share;
        this.units = units;
        int current = round + 1;
        round = current; // volatile: the two lines above are seen with it
        for (int i = 0; i < helpers.length; i++) {
            if (done[i].asleep) {
                LockSupport.unpark(helpers[i]);
            }
        }
        Throwable failure = null;
        try {
            run(0);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (var member : done) {
            for (int turn = 0; member.round != current; turn++) {
                if (turn < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            var theirs = member.failure;
            if (theirs != null) {
                member.failure = null;
                failure = failure == null ? theirs : failure;
            }
        }
        this.share = (from, to) -> {
        };
        switch (failure) {
            case null -> {
            }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private void run(int member) {
        long all = units;
        int from = (int) (all * member / size());
        int to = (int) (all * (member + 1) / size());
        if (from < to) {
            share.run(from, to);
        }
    }

    private void help(int member) {
        var mine = done[member - 1];
        int seen = 0;
        while (true) {
            for (int turn = 0; round == seen && !closed; turn++) {
                if (turn < SPINS) {
                    Thread.onSpinWait();
                } else {
                    mine.asleep = true;
                    if (round == seen && !closed) {
                        LockSupport.park(this);
                    }
                    mine.asleep = false;
                }
            }
            if (closed) {
                return;
            }
            seen = round;
            try {
                run(member);
            } catch (Throwable e) { // the caller throws it
                mine.failure = e;
            }
            mine.round = seen;
        }
    }

    /** Ends the threads. */
    @Override
    public void close() {
        closed = true;
        for (var helper : helpers) {
            LockSupport.unpark(helper);
        }
    }
}
