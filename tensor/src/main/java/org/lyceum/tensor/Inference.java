package org.lyceum.tensor;

import org.bytedeco.pytorch.InferenceMode;

/**
 * While open, operations on this thread record nothing for differentiation, and what they make can never take part in it: cheaper than
 * {@link NoGradient}, because libtorch then keeps no account of views and versions. Close it on the same thread, innermost first.
 */
public final class Inference implements AutoCloseable {
    static {
        Natives.prepare();
    }

    private final InferenceMode guard = new InferenceMode();

    private Inference() {
    }

    public static Inference open() {
        return new Inference();
    }

    @Override
    public void close() {
        guard.deallocate();
    }
}
