package org.lyceum.tensor;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * The lifetime of the tensors made while it is open, on this thread. Only the loop, the generator and tests open scopes; layers and
 * objectives are plain expressions, {@linkplain #of wrapped} where what they make on the way is large.
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

    /**
     * The value of {@code expression}, in the scope now open; what was made on the way there is freed at once, but for what the graph of
     * differentiation holds. A layer that is used many times over a step asks for memory by this once, and not again each time.
     */
    public static Tensor of(Supplier<Tensor> expression) {
        Tensor value;
        try (var inner = open()) {
            value = inner.keep(expression.get());
        }
        var around = PointerScope.getInnerScope();
        if (around != null) {
            around.attach(value.at);
            value.at.releaseReference(); // what keep took
        }
        return value;
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
