package org.lyceum.tensor;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A function of one bf16 number, and its derivative, as a table: there are only 65,536 arguments. libtorch fills the table, so that a look-up
 * gives what the function itself would, and the derivative to within the rounding to bf16. What libtorch computes anew for each
 * element, forward and once more backward, becomes one look-up forward and one product backward.
 *
 * <p>The graph of differentiation sees y = x ⊙ d, whose gradient is right with d = f′(x) held constant; the memory of y is then
 * overwritten with f(x).
 */
final class TabulatedFunction {
    private static final int ARGUMENTS = 1 << 16;
    /** Pairs of elements that are worked on at a time, so that all arrays stay in a core's nearest cache. */
    private static final int TILE = 1024;
    /** Elements of a part that a thread takes; fewer are not worth a second thread's waking. */
    private static final long GRAIN = 1 << 16;

    private final int[] table; // by the bits of the argument: the derivative's bits above those of the value

    /** Tabulates {@code function}, which works element by element and is differentiable. */
    TabulatedFunction(UnaryOperator<Tensor> function) {
        var arguments = new short[ARGUMENTS];
        for (int i = 0; i < ARGUMENTS; i++) {
            arguments[i] = (short) i;
        }
        try (var _ = Scope.open()) {
            var x = Tensor.copyOf(MemorySegment.ofArray(arguments), DType.BF16, ARGUMENTS);
            var values = function.apply(x).data().toArray(ValueLayout.JAVA_SHORT);
            var wide = x.to(DType.F32).requireGradient();
            function.apply(wide).backward(Tensor.full(1, DType.F32, ARGUMENTS));
            var derivative = requireNonNull(wide.gradient()).to(DType.BF16);
            var slopes = derivative.data().toArray(ValueLayout.JAVA_SHORT);
            table = new int[ARGUMENTS];
            for (int i = 0; i < ARGUMENTS; i++) {
                table[i] = values[i] & 0xffff | slopes[i] << 16;
            }
        }
    }

    /** x in bf16, contiguous, on the CPU → f(x), differentiable. */
    Tensor apply(Tensor x) {
        var derivative = Tensor.empty(DType.BF16, x.shape());
        var y = x.times(derivative); // of whatever was there: this is for the graph
        lookUp(x.data(), y.data(), derivative.data());
        return y;
    }

    private void lookUp(MemorySegment x, MemorySegment y, MemorySegment derivative) {
        long elements = x.byteSize() / Short.BYTES;
        long pairs = elements / 2;
        int parts = Torch.threads() == 1 ? 1 : (int) Math.min(8L * Torch.threads(), 1 + elements / GRAIN); // some for who is free first
        long share = (pairs + parts - 1) / parts;
        IntStream.range(0, parts).parallel().forEach(part -> pairs(x, y, derivative, part * share, Math.min(pairs, (part + 1) * share)));
        if (elements % 2 == 1) {
            long last = elements - 1;
            int found = table[x.getAtIndex(ValueLayout.JAVA_SHORT, last) & 0xffff];
            y.setAtIndex(ValueLayout.JAVA_SHORT, last, (short) found);
            derivative.setAtIndex(ValueLayout.JAVA_SHORT, last, (short) (found >>> 16));
        }
    }

    private void pairs(MemorySegment x, MemorySegment y, MemorySegment derivative, long from, long to) {
        var in = new int[TILE];
        var values = new int[TILE];
        var slopes = new int[TILE];
        for (long start = from; start < to; start += TILE) {
            int n = (int) Math.min(TILE, to - start);
            MemorySegment.copy(x, ValueLayout.JAVA_INT_UNALIGNED, start * Integer.BYTES, in, 0, n);
            for (int i = 0; i < n; i++) {
                int low = table[in[i] & 0xffff];
                int high = table[in[i] >>> 16];
                values[i] = low & 0xffff | high << 16;
                slopes[i] = low >>> 16 | high & 0xffff0000;
            }
            MemorySegment.copy(values, 0, y, ValueLayout.JAVA_INT_UNALIGNED, start * Integer.BYTES, n);
            MemorySegment.copy(slopes, 0, derivative, ValueLayout.JAVA_INT_UNALIGNED, start * Integer.BYTES, n);
        }
    }
}
