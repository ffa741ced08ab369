package org.lyceum.tensor;

import org.bytedeco.javacpp.PointerScope;

/**
 * The lifetime of the tensors made while it is open, on this thread. Only the loop, the generator and tests open scopes; layers and
 * objectives are plain expressions.
 *
 * <pre>{@code
 * try (var scope = Scope.open()) {
 *     var loss = objective.loss(model, batch);
 *     loss.backward();
 * } // every intermediate value is freed here
 * }</pre>
 */
public final class Scope implements AutoCloseable {
    static {
        Natives.prepare();
    }

    private final PointerScope pointers = new PointerScope();

    private Scope() {
    }

    /** Opens a scope inside the one now open on this thread, if any. Close it on the same thread, innermost first. */
    public static Scope open() {
        return new Scope();
    }

    /** Lets {@code tensor} outlive this scope; it then lives until {@link Tensor#close} or the garbage collector. */
    public Tensor keep(Tensor tensor) {
        tensor.at.retainReference();
        return tensor;
    }

    @Override
    public void close() {
        pointers.close();
    }
}
