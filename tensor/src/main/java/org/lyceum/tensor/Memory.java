package org.lyceum.tensor;

import org.bytedeco.javacpp.Pointer;

/** What this process and this machine have of memory, in bytes. */
public final class Memory {
    static {
        Natives.prepare();
    }

    private Memory() {
    }

    /** The resident size of this process: heap, libtorch's tensors and mapped files. */
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }

    /** The memory of the machine that a process could still take without swapping. */
    public static long availableBytes() {
        return Pointer.availablePhysicalBytes();
    }

    /** The memory of the machine. */
    public static long totalBytes() {
        return Pointer.totalPhysicalBytes();
    }

    /**
     * Hands freed memory that the C library keeps for itself back to the system. glibc hardly reuses the holes that libtorch's aligned
     * allocations leave, so without this a training process keeps several times what a step needs. Takes some milliseconds; the next step
     * pays for touching the pages again. Nothing happens where the C library has no {@code malloc_trim}.
     */
    public static void trim() {
        Natives.trim();
    }
}
