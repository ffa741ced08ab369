package org.lyceum.training;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * While open, Ctrl-C (or a polite kill) asks the loop to stop after its step, and the process waits until the run is saved; so does the
 * end of {@code maxDuration}.
 */
public final class StopOnSignal implements AutoCloseable {
    private final CountDownLatch saved = new CountDownLatch(1);
    private volatile boolean signalled;
    private final Thread hook;
    private final @Nullable Thread timer;

    /** Watches over {@code trainer} from now on; no end of time for a null {@code maxDuration}. */
    public StopOnSignal(Trainer<?, ?> trainer, @Nullable Duration maxDuration) {
        hook = Thread.ofPlatform().unstarted(() -> {
            signalled = true;
            trainer.stop();
            try {
                saved.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        timer = maxDuration == null ? null : Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(maxDuration);
                trainer.stop();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Whether the process was asked to end. */
    public boolean signalled() {
        return signalled;
    }

    @Override
    public void close() {
        saved.countDown();
        if (timer != null) {
            timer.interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            return; // the process is already ending
        }
    }
}
