package org.lyceum.tensor;

import org.bytedeco.pytorch.global.torch;

/**
 * While open, floating-point arithmetic on this thread takes numbers too small for a normal f32 (below 2⁻¹²⁶) or f64 for 0. Processors are
 * many times slower on such numbers, and gradients that vanish over hundreds of steps of a recurrent net are full of them: backward
 * through 512 steps of Elman's takes a third of the time. Close it on the same thread.
 */
public final class FlushDenormals implements AutoCloseable {
    static {
        Natives.prepare();
    }

    private FlushDenormals() {
    }

    public static FlushDenormals open() {
        boolean _ = torch.globalContext().setFlushDenormal(true); // false where the processor cannot
        return new FlushDenormals();
    }

    @Override
    public void close() {
        boolean _ = torch.globalContext().setFlushDenormal(false);
    }
}
