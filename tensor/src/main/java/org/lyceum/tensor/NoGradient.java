package org.lyceum.tensor;

import org.bytedeco.pytorch.NoGradGuard;

/** While open, operations on this thread record nothing for differentiation. Close it on the same thread, innermost first. */
public final class NoGradient implements AutoCloseable {
    static {
        Natives.prepare();
    }

    private final NoGradGuard guard = new NoGradGuard();

    private NoGradient() {
    }

    public static NoGradient open() {
        return new NoGradient();
    }

    @Override
    public void close() {
        guard.deallocate();
    }
}
