package org.lyceum.tensor.distributed;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.jspecify.annotations.Nullable;

/**
 * Signs of life. Every worker counts up a key of its own in the store, once a second, on a thread and a connection that nothing else uses;
 * rank 0 sees who has stopped counting, and says so under one key that all look at. All look at rank 0: it stops counting or, where it serves
 * the store, nothing answers. A worker that fails leaves its sentence under the same key.
 */
final class Watch implements AutoCloseable {
    /** Why the group cannot go on: whose fault it is, and what it said before it stopped, null where it just fell silent. */
    record Loss(int rank, @Nullable String said) {
    }

    private static final String LOSS = "loss";
    private static final long BEAT_MILLIS = 1000;

    private final Rendezvous place;
    private final int rank;
    private final long[] counted;
    private final long[] seen;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile long contact = System.nanoTime();
    private volatile @Nullable Loss loss;
    private volatile @Nullable String own;
    private volatile boolean closing;

    Watch(Rendezvous place, Supplier<TCPStore> connect) {
        this.place = place;
        this.rank = place.rank();
        this.counted = new long[place.size()];
        this.seen = new long[place.size()];
        this.thread = Thread.ofPlatform().daemon().name("signs of life").unstarted(() -> {
            try {
                beat(connect.get());
            } catch (RuntimeException _) {
                contact = Math.min(contact, System.nanoTime() - TimeUnit.DAYS.toNanos(1)); // the store is gone, and rank 0 with it
            } finally {
                ended.countDown();
            }
        });
        java.util.Arrays.fill(seen, System.nanoTime());
        thread.start();
    }

    private void beat(TCPStore store) {
        while (true) {
            boolean last = closing;
            store.add(place.key("alive/" + rank), 1);
            for (int other = firstWatched(); other < endWatched(); other++) {
                long count = store.add(place.key("alive/" + other), 0);
                if (count != counted[other]) {
                    counted[other] = count;
                    synchronized (seen) {
                        seen[other] = System.nanoTime();
                    }
                }
            }
            if (own instanceof String sentence && loss == null) {
                store.compareSet(place.key(LOSS), "", rank + " " + sentence);
            }
            if (loss == null) {
                loss = found(store);
            }
            if (loss instanceof Loss known && known.rank() != rank) {
                store.compareSet(place.key(LOSS), "", known.rank() + " ");
            }
            contact = System.nanoTime();
            if (last) {
                return;
            }
            try {
                Thread.sleep(BEAT_MILLIS);
            } catch (InterruptedException _) {
                continue; // there is something to say
            }
        }
    }

    /** What somebody has left under the key. */
    private @Nullable Loss found(TCPStore store) {
        var key = place.key(LOSS);
        try (var keys = new StringVector(key)) {
            if (!store.check(keys)) {
                return null;
            }
        }
        var text = store.get_to_str(key);
        int space = text.indexOf(' ');
        var said = text.substring(space + 1);
        return new Loss(Integer.parseInt(text.substring(0, space)), said.isEmpty() ? null : said);
    }

    /** Who is lost, when a worker that gave no sign for {@code patience} counts as that; null where nobody is. */
    @Nullable
    Loss loss(Duration patience) {
        if (loss != null) {
            return loss;
        }
        long now = System.nanoTime();
        if (now - contact > patience.toNanos()) {
            return new Loss(0, null);
        }
        synchronized (seen) {
            for (int other = firstWatched(); other < endWatched(); other++) {
                if (now - seen[other] > patience.toNanos()) {
                    loss = new Loss(other, null);
                    thread.interrupt();
                    return loss;
                }
            }
        }
        return null;
    }

    private int firstWatched() {
        return rank == 0 ? 1 : 0;
    }

    private int endWatched() {
        return rank == 0 ? seen.length : 1;
    }

    /** Tells the others that this worker stops and why. */
    void fail(String sentence) {
        own = sentence;
        thread.interrupt();
    }

    /** Stops giving signs of life, once what is to be said is said. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            boolean _ = ended.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
