package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.Reference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeapBoundTest {
    private static final int MIB = 1 << 20;

    /** Runs under the collector that the launcher asks for, with a limit of 3 GiB that nothing here comes near. */
    @Test
    void oldGarbageIsCollectedLongBeforeTheHeapIsFull() throws InterruptedException {
        var old = ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getName().equals("Tenured Gen")).findFirst();
        assumeTrue(old.isPresent(), "not the serial collector");
        HeapBound.watch(32 * MIB);
        long alive = used(old.get());
        long before = fullCollections();
        for (int i = 0; i < 20; i++) {
            Reference.reachabilityFence(new byte[48 * MIB]); // too large for the young ones: old, and garbage at once
        }
        long bound = 2 * alive + 3 * 48 * MIB;
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (used(old.get()) > bound && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertThat(used(old.get())).isLessThanOrEqualTo(bound);
        assertThat(fullCollections()).isGreaterThan(before);
    }

    private static long used(MemoryPoolMXBean pool) {
        return pool.getUsage().getUsed();
    }

    private static long fullCollections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream().filter(collector -> collector.getName().equals("MarkSweepCompact"))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }
}
