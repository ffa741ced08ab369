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

    /** How many native objects (tensors, scalars, guards) this process holds through Java: what a loop leaves behind shows here at once. */
    public static long heldObjects() {
        return Pointer.totalCount();
    }

    /** The memory of the machine that a process could still take without swapping. */
    public static long availableBytes() {
        return Pointer.availablePhysicalBytes();
    }

    /** The memory of the machine. */
    public static long totalBytes() {
        return Pointer.totalPhysicalBytes();
    }
}
