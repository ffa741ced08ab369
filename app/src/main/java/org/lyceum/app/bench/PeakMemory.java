package org.lyceum.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The largest resident size of this process, as Linux keeps it. */
final class PeakMemory {
    private PeakMemory() {
    }

    /** {@code VmHWM} in bytes; 0 where the system does not say. */
    static long bytes() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst().orElse(0);
        } catch (IOException _) {
            return 0;
        }
    }

    /** Starts it anew from the present size, so that it tells of the work and not of starting up. */
    static void reset() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException _) {
            return; // then starting up counts, for the peers as for us
        }
    }
}
