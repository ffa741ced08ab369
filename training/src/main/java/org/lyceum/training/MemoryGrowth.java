package org.lyceum.training;

import org.lyceum.tensor.Memory;

/** Keeps a long run's resident size near what its steps need: see {@link Memory#trim}. */
final class MemoryGrowth {
    /** Growth that is put up with, so that steps of a few milliseconds are not slowed by trimming. */
    private static final long SLACK = 256L << 20;

    private long baseline;

    /** Trims when the resident size has grown by half, and at least {@link #SLACK}, since the step after the last trim. */
    void afterStep() {
        long now = Memory.residentBytes();
        if (baseline == 0) {
            baseline = now;
        } else if (now - baseline > Math.max(SLACK, baseline / 2)) {
            Memory.trim();
            baseline = 0;
        }
    }
}
