package org.lyceum.server;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import javax.management.NotificationEmitter;

/**
 * Keeps the Java heap of a process that runs for weeks near what lives in it. The serial collector looks at old objects only once the heap
 * has grown to its limit, a quarter of the machine by default; this asks for a full collection when they have doubled since the last one,
 * and grown by at least {@link #LEAST}. A full collection takes about a millisecond for each MiB that lives.
 *
 * <p>Other collectors decide this by themselves: beside them it does nothing.
 */
public final class HeapBound {
    /** Bytes of garbage that are not worth a pause. */
    static final long LEAST = 48L << 20;

    private static final String SERIAL_OLD = "Tenured Gen";

    private final MemoryPoolMXBean old;
    private final long least;

    private HeapBound(MemoryPoolMXBean old, long least) {
        this.old = old;
        this.least = least;
    }

    /** Collects what is garbage now, and watches from then on until the process ends. */
    public static void watch() {
        watch(LEAST);
    }

    static void watch(long least) {
        ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getName().equals(SERIAL_OLD))
                .forEach(old -> new HeapBound(old, least).begin());
    }

    private void begin() {
        ((NotificationEmitter) ManagementFactory.getMemoryMXBean()).addNotificationListener((_, _) -> collect(),
                said -> said.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED), null);
        collect();
    }

    private void collect() {
        System.gc();
        long alive = old.getUsage().getUsed();
        old.setUsageThreshold(Math.min(alive + Math.max(alive, least), old.getUsage().getMax()));
    }
}
